package io.vramhub.kernel.journal;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * An append-only file of checked records, held exclusively by one process.
 *
 * <pre>
 * file   = magic (8 bytes) record*
 * record = length u32 | CRC-32C of length and place u32 | CRC-32C of body u32 | body
 * </pre>
 *
 * All numbers are little-endian; the place is the record's offset in the file as u64. Because the
 * length has a checksum of its own, a record cut short by a crash can be told from a damaged one:
 * an incomplete last record, or a tail of zeros, was never acknowledged and is cut off; anything
 * else that does not fit is {@code JOURNAL_CORRUPT}.
 */
final class RecordLog implements AutoCloseable {
  static final int MAGIC_BYTES = 8;
  static final int HEADER_BYTES = 12;
  static final int LARGEST_BODY = 1 << 24;

  private final Path file;
  private final FileChannel channel;
  private boolean broken;

  private RecordLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens or creates the file and hands every record to the reader, in order. Does blocking I/O.
   *
   * @param magic eight ASCII characters that name the format and its version
   */
  static RecordLog open(Path file, String magic, Consumer<byte[]> reader) {
    byte[] start = magic.getBytes(StandardCharsets.US_ASCII);
    if (start.length != MAGIC_BYTES) {
      throw new IllegalArgumentException("a magic has " + MAGIC_BYTES + " bytes: " + magic);
    }
    FileChannel channel;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw disk("open", file, e);
    }
    RecordLog log = new RecordLog(file, channel);
    try {
      log.lock();
      log.recover(start, reader);
      return log;
    } catch (IOException e) {
      log.close();
      throw disk("read", file, e);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw inUse();
    }
    if (lock == null) {
      throw inUse();
    }
  }

  private HubException inUse() {
    return new HubException(
        ErrorCode.DATA_DIRECTORY_IN_USE,
        file
            + " is held by another running node. Stop that node, or give this one its own data"
            + " directory");
  }

  private static HubException disk(String verb, Path file, IOException failure) {
    return new HubException(
        ErrorCode.DISK,
        "cannot " + verb + " " + file + ": " + failure.getMessage() + ". Check the disk",
        failure);
  }

  private void recover(byte[] magic, Consumer<byte[]> reader) throws IOException {
    long size = channel.size();
    byte[] start = read(0, (int) Math.min(size, MAGIC_BYTES));
    if (!Arrays.equals(start, Arrays.copyOf(magic, start.length))) {
      throw corrupt(0, "it does not begin with " + new String(magic, StandardCharsets.US_ASCII));
    }
    if (size < MAGIC_BYTES) {
      channel.truncate(0);
      channel.position(0);
      write(ByteBuffer.wrap(magic));
      channel.force(true);
      syncDirectory();
      return;
    }
    long end = MAGIC_BYTES;
    while (end < size) {
      byte[] body = body(end, size);
      if (body.length == 0) {
        break;
      }
      try {
        reader.accept(body);
      } catch (HubException e) {
        throw corrupt(end, "the record cannot be understood: " + e.getMessage());
      }
      end += HEADER_BYTES + body.length;
    }
    if (end < size) {
      channel.truncate(end);
      channel.force(true);
    }
    channel.position(end);
  }

  /** The body of the record at the offset; empty if the file ends within it. */
  private byte[] body(long offset, long size) throws IOException {
    if (size - offset < HEADER_BYTES) {
      return new byte[0];
    }
    ByteBuffer header = ByteBuffer.wrap(read(offset, HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    int length = header.getInt();
    if (header.getInt() != headerChecksum(length, offset)) {
      if (isZero(offset, size)) {
        return new byte[0];
      }
      throw corrupt(offset, "the record's length does not match its checksum");
    }
    if (length <= 0 || length > LARGEST_BODY) {
      throw corrupt(offset, "the record claims " + length + " bytes");
    }
    if (size - offset - HEADER_BYTES < length) {
      return new byte[0];
    }
    byte[] body = read(offset + HEADER_BYTES, length);
    if (header.getInt() != checksum(body)) {
      throw corrupt(offset, "the record's content does not match its checksum");
    }
    return body;
  }

  private boolean isZero(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      byte[] part = read(at, (int) Math.min(1 << 16, to - at));
      for (byte value : part) {
        if (value != 0) {
          return false;
        }
      }
      at += part.length;
    }
    return true;
  }

  private byte[] read(long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    return buffer.array();
  }

  /** Appends records and returns when all are durable. Does blocking I/O. */
  synchronized void append(List<byte[]> bodies) {
    if (broken) {
      throw new HubException(
          ErrorCode.DISK,
          "an earlier write to "
              + file
              + " failed, so nothing more is written to it. Free or repair the disk and restart the"
              + " node");
    }
    // What a failed write left on the disk is unknown: only a restart, which reads it back, can
    // tell.
    broken = true;
    try {
      long offset = channel.position();
      int bytes = bodies.stream().mapToInt(body -> HEADER_BYTES + body.length).sum();
      ByteBuffer records = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (byte[] body : bodies) {
        int place = records.position();
        records.putInt(body.length).putInt(headerChecksum(body.length, offset + place));
        records.putInt(checksum(body)).put(body);
      }
      write(records.flip());
      channel.force(false);
      broken = false;
    } catch (IOException e) {
      throw disk("write", file, e);
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  private static int headerChecksum(int length, long offset) {
    return checksum(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(length)
            .putLong(offset)
            .array());
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  private HubException corrupt(long offset, String reason) {
    return new HubException(
        ErrorCode.JOURNAL_CORRUPT,
        String.format(
            Locale.ROOT,
            "%s is damaged at byte %d: %s. Restore the file from a backup; or, if no other node"
                + " runs with the same key, move it away, and the node starts a new one",
            file,
            offset,
            reason));
  }

  /** Gives the file back to other processes. */
  @Override
  public synchronized void close() {
    broken = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw disk("close", file, e);
    }
  }
}

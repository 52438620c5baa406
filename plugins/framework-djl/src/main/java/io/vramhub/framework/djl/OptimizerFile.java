package io.vramhub.framework.djl;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * AdamW's state on disk: a header of 64 bytes, first moments, second moments, SHA-256 of all of it.
 * All little-endian.
 *
 * <pre>
 *   0  magic "VRAMADAM"      8  version u32        12  vocabulary u32    16  layers u32
 *  20  width u32            24  heads u32          28  key/value heads u32
 *  32  feed forward u32     36  context u32        40  tied head u32     44  zero u32
 *  48  steps taken u64      56  parameters u64     64  f32[parameters]   f32[parameters]   digest
 * </pre>
 *
 * Rotary base and norm epsilon are not in it: moments stay valid when they change.
 */
final class OptimizerFile {
  private static final byte[] MAGIC = {'V', 'R', 'A', 'M', 'A', 'D', 'A', 'M'};
  private static final int VERSION = 1;
  private static final int HEADER = 64;
  private static final int STEPS = 48;
  private static final int DIGEST = 32;
  private static final long HASH_CHUNK = 1 << 24;

  private OptimizerFile() {}

  /** Replaces the file at once or not at all; it is on the disk when this returns. */
  static void write(
      Path file, ModelSpec model, long steps, MemorySegment first, MemorySegment second) {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new HubException(ErrorCode.CONFIG_INVALID, file + " names no file");
    }
    Path temporary = folder.resolve(absolute.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        MessageDigest digest = sha256();
        append(channel, digest, MemorySegment.ofBuffer(header(model, steps)));
        append(channel, digest, first);
        append(channel, digest, second);
        writeFully(channel, ByteBuffer.wrap(digest.digest()));
        channel.force(true);
      }
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the optimizer state could not be written to " + absolute + ": " + e, e);
    }
  }

  /**
   * Fills the moments and returns the number of steps they hold; on any error they are unchanged.
   *
   * @throws HubException {@code NOT_FOUND} when there is no file, {@code CONFIG_INVALID} when it
   *     belongs to another model or another program, {@code DISK} when it is damaged
   */
  static long read(Path file, ModelSpec model, MemorySegment first, MemorySegment second) {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      if (content.byteSize() < HEADER + DIGEST) {
        throw damaged(file, "it is only " + content.byteSize() + " bytes long");
      }
      ByteBuffer header =
          ByteBuffer.wrap(
                  content.asSlice(0, HEADER).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
              .order(ByteOrder.LITTLE_ENDIAN);
      long steps = header.getLong(STEPS);
      ByteBuffer expected = header(model, steps);
      checkHeader(file, header, expected);
      long moments = first.byteSize();
      if (content.byteSize() != HEADER + 2 * moments + DIGEST) {
        throw damaged(file, "it is " + content.byteSize() + " bytes long");
      }
      MessageDigest digest = sha256();
      long end = content.byteSize() - DIGEST;
      update(digest, content.asSlice(0, end));
      byte[] stored = content.asSlice(end).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      if (!Arrays.equals(digest.digest(), stored)) {
        throw damaged(file, "its checksum differs");
      }
      MemorySegment.copy(content, HEADER, first, 0, moments);
      MemorySegment.copy(content, HEADER + moments, second, 0, moments);
      return steps;
    } catch (NoSuchFileException e) {
      throw new HubException(ErrorCode.NOT_FOUND, "no optimizer state at " + file, e);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the optimizer state " + file + " could not be read: " + e, e);
    }
  }

  private static void checkHeader(Path file, ByteBuffer header, ByteBuffer expected) {
    byte[] magic = new byte[MAGIC.length];
    header.get(0, magic);
    if (!Arrays.equals(magic, MAGIC) || header.getInt(MAGIC.length) != VERSION) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          file + " is not an optimizer state of version " + VERSION + " of framework djl");
    }
    if (!header.equals(expected)) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          file + " holds the optimizer state of another model; move it away to start afresh");
    }
  }

  private static HubException damaged(Path file, String how) {
    return new HubException(
        ErrorCode.DISK,
        "the optimizer state " + file + " is damaged (" + how + "); delete it to start afresh");
  }

  private static ByteBuffer header(ModelSpec model, long steps) {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(VERSION)
        .putInt(model.vocabulary())
        .putInt(model.layers())
        .putInt(model.width())
        .putInt(model.heads())
        .putInt(model.keyValueHeads())
        .putInt(model.feedForward())
        .putInt(model.context())
        .putInt(model.tiedHead() ? 1 : 0)
        .putInt(0)
        .putLong(steps)
        .putLong(model.parameters())
        .flip();
  }

  private static void append(FileChannel channel, MessageDigest digest, MemorySegment content)
      throws IOException {
    update(digest, content);
    for (long at = 0; at < content.byteSize(); at += HASH_CHUNK) {
      long length = Math.min(HASH_CHUNK, content.byteSize() - at);
      writeFully(channel, content.asSlice(at, length).asByteBuffer());
    }
  }

  private static void update(MessageDigest digest, MemorySegment content) {
    for (long at = 0; at < content.byteSize(); at += HASH_CHUNK) {
      long length = Math.min(HASH_CHUNK, content.byteSize() - at);
      digest.update(content.asSlice(at, length).asByteBuffer());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "every JDK has SHA-256", e);
    }
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Where chain time has come to and how many events are acknowledged, noted about once a second
 * beside the ledger's file. A ledger killed between two events so loses at most a second of its
 * time, and one whose last rows were cut off is noticed. Twenty bytes overwritten in place, because
 * a row in the database would make it grow while nothing happens.
 *
 * <p>A torn write fails its checksum and reads as absent: the time of the last event then has to
 * do. Not thread-safe.
 */
final class Heartbeat implements AutoCloseable {
  static final String NAME = "heartbeat";

  /** How often it is worth noting. */
  static final long PERIOD_MS = 1_000;

  private static final int BYTES = 2 * Long.BYTES + Integer.BYTES;

  private final Path file;
  private final FileChannel channel;

  /** What the ledger had come to. */
  record Beat(long timeMs, long sequence) {}

  private Heartbeat(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static Heartbeat open(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      return new Heartbeat(
          file,
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  Optional<Beat> read() {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
        continue;
      }
      return bytes.hasRemaining() ? Optional.empty() : decode(bytes.array());
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  void write(Beat beat) {
    byte[] body = new BcsWriter().u64(beat.timeMs()).u64(beat.sequence()).toByteArray();
    ByteBuffer bytes =
        ByteBuffer.wrap(new BcsWriter().fixed(body).u32(checksum(body, body.length)).toByteArray());
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  private static Optional<Beat> decode(byte[] bytes) {
    BcsReader reader = new BcsReader(bytes);
    byte[] body = reader.fixed(2 * Long.BYTES);
    if (reader.u32() != checksum(body, body.length)) {
      return Optional.empty();
    }
    BcsReader fields = new BcsReader(body);
    return Optional.of(new Beat(fields.u64(), fields.u64()));
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }

  private static HubException disk(Path file, IOException cause) {
    return new HubException(
        ErrorCode.DISK, "the ledger cannot use " + file + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw disk(file, e);
    }
  }
}

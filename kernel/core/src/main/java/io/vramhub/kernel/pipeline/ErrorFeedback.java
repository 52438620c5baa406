package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.journal.WindowOutcome;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A miner's error-feedback residual (protocol section 4; Seide et al., 2014): what its gradients
 * have not said yet. {@code e = decay * e + delta}; the encoder then takes off what it sends.
 *
 * <p>It must change if and only if the window's gradient was committed. So each window writes a
 * file of its own, {@code residual-<window>.bin}, before the journal says {@code prepared}; the one
 * that counts is that of the newest window the journal says is completed. A window that was not
 * committed leaves its file behind as garbage, and its delta was neither sent nor kept.
 *
 * <p>File: {@code "VRAMRES1" | window u64 | CRC-32C of the values u32 | values f32}, little-endian.
 * Memory is two flat copies of the parameters. Used by one thread at a time; the file methods
 * block.
 */
final class ErrorFeedback {
  private static final byte[] MAGIC = "VRAMRES1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = MAGIC.length + Long.BYTES + Integer.BYTES;
  private static final String PREFIX = "residual-";
  private static final String SUFFIX = ".bin";
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path directory;
  private final WindowJournal journal;
  private final long bytes;
  private final MemorySegment residual;
  private final MemorySegment working;

  ErrorFeedback(Path directory, WindowJournal journal, ModelSpec model, Arena arena) {
    this.directory = directory;
    this.journal = journal;
    bytes = model.parameters() * Float.BYTES;
    residual = arena.allocate(bytes);
    working = arena.allocate(bytes);
  }

  /** Where the trained parameters go before {@link #accumulate}. */
  MemorySegment working() {
    return working;
  }

  /**
   * Turns the trained parameters in {@link #working()} into the accumulated residual {@code decay *
   * e + (base - trained)}, in place, and answers it. The kept residual stays as it was.
   */
  MemorySegment accumulate(MemorySegment base, long decayNanos) {
    load();
    float decay = (float) (decayNanos / 1e9);
    for (long offset = 0; offset < bytes; offset += Float.BYTES) {
      float delta = base.get(F32, offset) - working.get(F32, offset);
      working.set(F32, offset, Math.fma(decay, residual.get(F32, offset), delta));
    }
    return working;
  }

  /** Makes what the encoder left in {@link #working()} durable as the residual after a window. */
  void keep(WindowId window) {
    Path file = file(window);
    Path written = directory.resolve(PREFIX + window + ".tmp");
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
          FileChannel.open(
              written,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putLong(window.number()).putInt(checksum(working)).flip();
        DurableFiles.writeFully(channel, header);
        DurableFiles.writeFully(channel, working);
        channel.force(true);
      }
      DurableFiles.publish(written, file);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot keep the residual " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads the residual that counts into memory; zeros if there is none. */
  private void load() {
    Optional<WindowId> newest = newest();
    if (newest.isEmpty()) {
      residual.fill((byte) 0);
      return;
    }
    Path file = file(newest.get());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      if (channel.size() != HEADER_BYTES + bytes) {
        throw damaged(file, "it has " + channel.size() + " bytes, not " + (HEADER_BYTES + bytes));
      }
      DurableFiles.readFully(channel, header);
      DurableFiles.readFully(channel, residual);
      header.flip();
      byte[] magic = new byte[MAGIC.length];
      header.get(magic);
      if (!java.util.Arrays.equals(magic, MAGIC)
          || header.getLong() != newest.get().number()
          || header.getInt() != checksum(residual)) {
        throw damaged(file, "its content does not match its checksum");
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot read the residual " + file + ": " + e.getMessage(), e);
    }
  }

  private static HubException damaged(Path file, String reason) {
    return new HubException(
        ErrorCode.JOURNAL_CORRUPT,
        "the residual "
            + file
            + " is damaged: "
            + reason
            + ". Restore it from a backup, or delete it to begin with an empty residual");
  }

  /** Removes every file but the one that counts. */
  void discardOthers() {
    Optional<WindowId> newest = newest();
    for (WindowId window : files().keySet()) {
      if (!newest.equals(Optional.of(window))) {
        DurableFiles.delete(file(window));
      }
    }
  }

  private Optional<WindowId> newest() {
    for (WindowId window : files().descendingKeySet()) {
      if (journal.outcome(window).equals(Optional.of(new WindowOutcome.Completed()))) {
        return Optional.of(window);
      }
    }
    return Optional.empty();
  }

  private TreeMap<WindowId, Path> files() {
    return DurableFiles.numbered(directory, PREFIX, SUFFIX);
  }

  private Path file(WindowId window) {
    return directory.resolve(PREFIX + window + SUFFIX);
  }

  private static int checksum(MemorySegment values) {
    CRC32C checksum = new CRC32C();
    for (long offset = 0; offset < values.byteSize(); ) {
      long length = Math.min(1 << 30, values.byteSize() - offset);
      checksum.update(values.asSlice(offset, length).asByteBuffer());
      offset += length;
    }
    return (int) checksum.getValue();
  }
}

package io.vramhub.seal.server;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of every request: append-only, on disk before the answer leaves, each line chained to the
 * one before it ({@link AuditChain}). One server writes a log at a time. Thread-safe; appending
 * blocks for as long as the disk takes, whether or not its thread is interrupted.
 */
final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final Path file;

  /** Not a channel: a client that leaves interrupts the thread, and that would close it. */
  private final RandomAccessFile lines;

  /** Guarded by this. */
  private AuditChain chain;

  private AuditLog(Path file, RandomAccessFile lines, AuditChain chain) {
    this.file = file;
    this.lines = lines;
    this.chain = chain;
  }

  /**
   * Goes on with a log, or begins one. A last line without its end was never acknowledged, and is
   * cut off. {@code JOURNAL_CORRUPT}: a line was tampered with; {@code DATA_DIRECTORY_IN_USE}:
   * another server writes it.
   */
  static AuditLog open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      RandomAccessFile lines = new RandomAccessFile(file.toFile(), "rw");
      try {
        lock(file, lines.getChannel());
        AuditChain chain = AuditChain.check(file);
        if (lines.length() > chain.bytes()) {
          LOG.warn(
              "The audit log {} ended within line {}, which no client had an answer to: cut off.",
              file,
              chain.entries() + 1);
          lines.setLength(chain.bytes());
          lines.getFD().sync();
        }
        return new AuditLog(file, lines, chain);
      } catch (IOException | RuntimeException e) {
        lines.close();
        throw e;
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the audit log " + file + " cannot be opened: " + e, e);
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(file, e);
    }
    throw inUse(file, new IOException("it is locked by another process"));
  }

  private static HubException inUse(Path file, Throwable cause) {
    return new HubException(
        ErrorCode.DATA_DIRECTORY_IN_USE,
        "another key server writes the audit log "
            + file
            + ": stop it, or give this one a log and a key of its own",
        cause);
  }

  /**
   * Writes an entry and waits until it is on disk. {@code DISK}: it is not, and the request must
   * not be answered; the next entry takes its place.
   */
  synchronized void append(AuditEntry entry) {
    String text = entry.text();
    byte[] line = (chain.line(text) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      // Whatever a failed append has left behind is written over.
      lines.seek(chain.bytes());
      lines.write(line);
      lines.setLength(chain.bytes() + line.length);
      lines.getFD().sync();
      chain = chain.with(text);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the audit log " + file + " cannot be written: " + e, e);
    }
  }

  /** How far the log is. */
  synchronized AuditChain chain() {
    return chain;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the audit log " + file + " cannot be closed: " + e, e);
    }
  }
}

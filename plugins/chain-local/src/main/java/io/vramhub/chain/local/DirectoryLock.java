package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The right to use a ledger's directory. The operating system takes it back from a killed process,
 * so a lock that is held means a ledger that lives.
 */
final class DirectoryLock implements AutoCloseable {
  static final String NAME = "lock";

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the lock, creating the directory; {@code DATA_DIRECTORY_IN_USE} if somebody has it. */
  static DirectoryLock acquire(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    return tryAcquire(directory)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.DATA_DIRECTORY_IN_USE,
                    "another process keeps the ledger in "
                        + directory
                        + ": stop it, or reach its ledger by setting \"endpoint\" to the address in"
                        + " "
                        + directory.resolve(LedgerServer.ENDPOINT_FILE)));
  }

  private static Optional<DirectoryLock> tryAcquire(Path directory) {
    return lock(
        directory.resolve(NAME), false, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * Keeps writers away while the caller reads, without writing anything; empty if a ledger lives in
   * the directory. A directory that never had a lock has no ledger to wait for.
   */
  static Optional<DirectoryLock> tryShare(Path directory) {
    return lock(directory.resolve(NAME), true, StandardOpenOption.READ);
  }

  private static Optional<DirectoryLock> lock(Path file, boolean shared, OpenOption... options) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, options);
    } catch (IOException e) {
      throw unusable(file, e);
    }
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, shared));
    } catch (OverlappingFileLockException e) {
      // Held in this very process, perhaps by another generation of the plugin: held all the same.
      lock = Optional.empty();
    } catch (IOException e) {
      throw unusable(file, e);
    } finally {
      if (lock.isEmpty()) {
        close(file, channel);
      }
    }
    return lock.map(held -> new DirectoryLock(file, channel, held));
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static void close(Path file, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static HubException unusable(Path path, IOException cause) {
    return new HubException(
        ErrorCode.DISK, "the ledger cannot use " + path + ": " + cause.getMessage(), cause);
  }
}

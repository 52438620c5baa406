package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What lies where below one data directory, of a devnet or of a single node. */
public record DataDirectory(Path root) {
  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  public Path dataset() {
    return root.resolve("dataset");
  }

  public Path ledger() {
    return root.resolve("ledger");
  }

  public Path storage() {
    return root.resolve("storage");
  }

  public Path enclave() {
    return root.resolve("enclave");
  }

  /** Unpacked plugin generations; rebuilt at every start. */
  public Path run() {
    return root.resolve("run");
  }

  /** Private state of one participant, for example {@code miner-1}. */
  public Path participant(String name) {
    return root.resolve("nodes").resolve(name);
  }

  public Path plugin(String name) {
    return root.resolve("plugin-data").resolve(name);
  }

  /** Address and token of the node that runs here; absent while none does. */
  public Path admin() {
    return root.resolve("admin.json");
  }

  /** How nodes beside a devnet seal and open: the section {@code sealer} of their files. */
  public Path sealer() {
    return root.resolve("sealer.conf");
  }

  public Path devnetSecret() {
    return root.resolve("devnet.secret");
  }

  public Path devnetPlan() {
    return root.resolve("devnet.json");
  }

  public Path genesis() {
    return root.resolve("genesis.bcs");
  }

  /** Creates the directory and takes it for this process; the lock ends with the process. */
  public Lock lock() {
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      }
      if (lock == null) {
        channel.close();
        throw new HubException(
            ErrorCode.DATA_DIRECTORY_IN_USE,
            root + " is in use by another vramhub process; stop it, or name another --data-dir");
      }
      return new Lock(channel);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot write to "
              + root
              + " ("
              + e.getMessage()
              + "); free space or fix its permissions",
          e);
    }
  }

  /** Requires an existing directory with a ledger, for commands that only read. */
  public void requireNetwork() {
    if (!Files.isDirectory(ledger())) {
      throw new HubException(
          ErrorCode.PREFLIGHT_FAILED,
          "no network in "
              + root
              + "; name the --data-dir of a devnet, or start one with `vramhub devnet`");
    }
  }

  /** Exclusive use of a data directory. */
  public record Lock(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new HubException(
            ErrorCode.DISK, "cannot release the data directory's lock: " + e.getMessage(), e);
      }
    }
  }
}

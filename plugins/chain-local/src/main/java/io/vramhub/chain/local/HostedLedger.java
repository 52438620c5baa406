package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.protocol.message.GenesisMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A ledger this process keeps, with its lock and its HTTP server. The adapters of one directory
 * share one: it lives as long as the last of them. The first to open it decides where it listens
 * and from which seed it draws.
 */
final class HostedLedger {
  /** The ledgers of this plugin, by real path; guarded by itself. */
  private static final Map<Path, HostedLedger> OPEN = new TreeMap<>();

  private final Path directory;
  private final DirectoryLock lock;
  private final Ledger ledger;
  private final LedgerServer server;

  /** Guarded by {@link #OPEN}. */
  private int users;

  private HostedLedger(Path directory, DirectoryLock lock, Ledger ledger, LedgerServer server) {
    this.directory = directory;
    this.lock = lock;
    this.ledger = ledger;
    this.server = server;
  }

  /**
   * Joins the ledger of the directory or opens it. Blocks for as long as reading the file takes.
   */
  static HostedLedger join(
      LedgerSettings.Embedded settings, LongSupplier monotonicNanos, Clock wallClock) {
    synchronized (OPEN) {
      Path directory = realPath(settings.directory());
      HostedLedger hosted = OPEN.get(directory);
      if (hosted == null) {
        hosted = open(directory, settings, monotonicNanos, wallClock);
        OPEN.put(directory, hosted);
      }
      hosted.users++;
      return hosted;
    }
  }

  private static HostedLedger open(
      Path directory,
      LedgerSettings.Embedded settings,
      LongSupplier monotonicNanos,
      Clock wallClock) {
    Optional<GenesisMessage> genesis = settings.genesis().map(HostedLedger::readGenesis);
    DirectoryLock lock = DirectoryLock.acquire(directory);
    try {
      Ledger ledger =
          Ledger.open(
              directory, genesis, new Ledger.Machine(monotonicNanos, wallClock, settings.seed()));
      try {
        LedgerServer server = LedgerServer.start(ledger, settings.listen(), directory);
        return new HostedLedger(directory, lock, ledger, server);
      } catch (RuntimeException e) {
        ledger.close().join();
        throw e;
      }
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Path realPath(Path directory) {
    try {
      return Files.createDirectories(directory).toRealPath();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "\"directory\" cannot be used: " + directory + ": " + e.getMessage(),
          e);
    }
  }

  private static GenesisMessage readGenesis(Path file) {
    try {
      return GenesisMessage.decode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "\"genesis\" cannot be read: " + file + ": " + e, e);
    } catch (HubException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "\"genesis\" " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  Ledger ledger() {
    return ledger;
  }

  String endpoint() {
    return server.endpoint();
  }

  /**
   * Ends one use; the last one closes everything. Blocks until the file is closed, so that the
   * directory can be opened again at once.
   */
  void leave() {
    synchronized (OPEN) {
      users--;
      if (users > 0) {
        return;
      }
      OPEN.remove(directory);
      try (lock;
          server) {
        ledger.close().join();
      }
    }
  }
}

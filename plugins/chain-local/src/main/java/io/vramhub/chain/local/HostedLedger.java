package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.protocol.message.GenesisMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A ledger this process keeps, with its lock, its key server and its HTTP server. The adapter and
 * the sealer of one directory share one: it lives as long as the last of them. The first to open it
 * decides where it listens and from which seed it draws.
 */
final class HostedLedger {
  /** The ledgers of this plugin, by real path; guarded by itself. */
  private static final Map<Path, HostedLedger> OPEN = new TreeMap<>();

  private final Path directory;
  private final DirectoryLock lock;
  private final Ledger ledger;
  private final LocalKeyServer keys;
  private final LedgerServer server;

  /** Guarded by {@link #OPEN}. */
  private int users;

  private HostedLedger(
      Path directory, DirectoryLock lock, Ledger ledger, LocalKeyServer keys, LedgerServer server) {
    this.directory = directory;
    this.lock = lock;
    this.ledger = ledger;
    this.keys = keys;
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
      if (genesis.isPresent() && !Files.exists(LedgerStore.file(directory))) {
        SealKey.create(directory, new SecureRandom());
      }
      Ledger ledger =
          Ledger.open(
              directory, genesis, new Ledger.Machine(monotonicNanos, wallClock, settings.seed()));
      try {
        LocalKeyServer keys = new LocalKeyServer(directory, LocalKeyServer.of(ledger));
        LedgerServer server = LedgerServer.start(ledger, keys, settings.listen(), directory);
        return new HostedLedger(directory, lock, ledger, keys, server);
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

  LocalKeyServer keys() {
    return keys;
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

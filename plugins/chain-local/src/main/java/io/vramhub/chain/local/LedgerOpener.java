package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** From settings to a ledger. */
final class LedgerOpener {
  private LedgerOpener() {}

  static Mono<LedgerAccess> open(PluginContext context) {
    return Mono.fromCallable(
            () ->
                switch (LedgerSettings.of(context.settings())) {
                  case LedgerSettings.Remote remote ->
                      new RemoteAccess(remote.endpoint(), context.blocking());
                  case LedgerSettings.Embedded embedded ->
                      new EmbeddedAccess(
                          HostedLedger.join(embedded, System::nanoTime, context.clock()),
                          context.blocking());
                  case LedgerSettings.ReadOnly readOnly -> readOnly(readOnly, context);
                })
        .subscribeOn(context.blocking());
  }

  private static LedgerAccess readOnly(LedgerSettings.ReadOnly settings, PluginContext context) {
    Path directory = settings.directory();
    if (!Files.exists(LedgerStore.file(directory))) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "there is no ledger in " + directory + ": check \"directory\"");
    }
    if (!Files.exists(directory.resolve(DirectoryLock.NAME))) {
      // A copy somebody made: no ledger ever ran on it.
      return new RecordedAccess(
          Ledger.readRecords(directory, settings.checked()), context.blocking());
    }
    Optional<DirectoryLock> share = DirectoryLock.tryShare(directory);
    if (share.isEmpty()) {
      return new ReadOnlyAccess(new RemoteAccess(liveEndpoint(directory), context.blocking()));
    }
    try (DirectoryLock ignored = share.get()) {
      return new RecordedAccess(
          Ledger.readRecords(directory, settings.checked()), context.blocking());
    }
  }

  private static URI liveEndpoint(Path directory) {
    Path file = directory.resolve(LedgerServer.ENDPOINT_FILE);
    try {
      return URI.create(Files.readString(file).strip());
    } catch (IOException | IllegalArgumentException e) {
      throw new HubException(
          ErrorCode.CHAIN_UNAVAILABLE,
          "a process keeps the ledger in "
              + directory
              + " but its address is not in "
              + file
              + " (yet): try again",
          e);
    }
  }
}

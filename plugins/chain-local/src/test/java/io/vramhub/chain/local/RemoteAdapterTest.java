package io.vramhub.chain.local;

import java.net.URI;
import java.nio.file.Path;
import reactor.core.scheduler.Scheduler;

final class RemoteAdapterTest extends LedgerStories {
  @Override
  LedgerAccess access(HostedLedger hosted, Path directory, Scheduler blocking) {
    return new RemoteAccess(URI.create(hosted.endpoint()), blocking);
  }
}

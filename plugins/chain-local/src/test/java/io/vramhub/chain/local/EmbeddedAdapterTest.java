package io.vramhub.chain.local;

import java.nio.file.Path;
import reactor.core.scheduler.Scheduler;

final class EmbeddedAdapterTest extends LedgerStories {
  @Override
  LedgerAccess access(HostedLedger hosted, Path directory, Scheduler blocking) {
    return new EmbeddedAccess(
        HostedLedger.join(
            TestLedgers.embedded(directory), new ManualTime(), TestLedgers.WALL_CLOCK),
        blocking);
  }
}

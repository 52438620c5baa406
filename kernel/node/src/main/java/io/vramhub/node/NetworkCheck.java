package io.vramhub.node;

import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.audit.AuditOutcome;
import io.vramhub.kernel.audit.AuditProgress;
import io.vramhub.kernel.audit.Auditor;
import io.vramhub.kernel.audit.Invariants;
import io.vramhub.kernel.audit.Violation;
import io.vramhub.kernel.dataset.LocalDataset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Checks a network from its chain and storage alone: the invariants, and an audit of its windows.
 */
public final class NetworkCheck {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final ChainAdapter chain;
  private final Auditor auditor;

  /**
   * @param directory for a downloaded checkpoint while an audit runs
   */
  public NetworkCheck(
      ChainAdapter chain,
      StorageBackend storage,
      CredentialSealer sealer,
      LocalDataset dataset,
      Path directory) {
    this.chain = chain;
    this.auditor =
        new Auditor(
            chain,
            storage,
            sealer,
            dataset,
            new Backoff(FIRST_RETRY, LONGEST_RETRY, Schedulers.parallel(), 0),
            directory,
            Runtime.getRuntime().availableProcessors(),
            Schedulers.boundedElastic());
  }

  /** Every violated invariant, over all events. */
  public Mono<List<Violation>> invariants() {
    return records(chain).publishOn(Schedulers.boundedElastic()).map(Invariants::check);
  }

  /** Recomputes the final windows of the range. */
  public Mono<AuditOutcome> audit(WindowId from, WindowId to, AuditProgress progress) {
    return auditor.audit(from, to, progress);
  }

  /** Everything that has happened on the chain so far. */
  static Mono<List<ChainRecord>> records(ChainAdapter chain) {
    return chain.head().flatMap(head -> chain.events(1).take(head.sequence()).collectList());
  }
}

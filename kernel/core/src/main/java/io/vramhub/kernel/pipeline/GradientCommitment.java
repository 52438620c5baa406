package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.Role;
import io.vramhub.kernel.journal.SkipReason;
import reactor.core.publisher.Mono;

/** Stores a prepared gradient and commits to it on the chain, each exactly once in effect. */
final class GradientCommitment {
  static final String PURPOSE = "commit-gradient";

  private final MinerBench bench;
  private final ChainCalls calls;

  GradientCommitment(MinerBench bench) {
    this.bench = bench;
    this.calls = new ChainCalls(bench.services(), Role.MINER, bench.miner().value());
  }

  /** Puts the sealed bytes where validators will look for them. */
  Mono<PreparedGradient> store(PreparedGradient prepared) {
    return Mono.defer(
            () ->
                bench
                    .services()
                    .backoff()
                    .retry(
                        bench.services().storage().put(prepared.key(), prepared.source()),
                        bench
                            .services()
                            .follower()
                            .time()
                            .until(prepared.context().commitDeadlineMs())))
        .map(prepared::stored);
  }

  /** Commits, if the guard admits it. */
  Mono<PreparedGradient> commit(PreparedGradient prepared) {
    return calls
        .submitOnce(
            prepared.context(), PURPOSE, prepared.call(), prepared.context().commitDeadlineMs())
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed -> {
                    bench.budget().committed();
                    bench
                        .console()
                        .gradientCommitted(
                            prepared.context().window(),
                            prepared.contentHash(),
                            prepared.sealed().length,
                            prepared.steps());
                    yield Mono.just(prepared);
                  }
                  case Receipt.Aborted(AbortCode code, String message) ->
                      refused(prepared, code, message);
                });
  }

  private Mono<PreparedGradient> refused(
      PreparedGradient prepared, AbortCode code, String message) {
    bench.console().commitRefused(prepared.context().window(), code);
    return switch (code) {
      case TOO_LATE, SCORING_ALREADY_OPEN, ALREADY_FINALIZED ->
          Mono.error(new SkipWindow(SkipReason.LATE));
      case NOT_ACTIVE, UNKNOWN_MINER, NOT_OWNER ->
          Mono.error(new SkipWindow(SkipReason.NOT_ADMITTED));
      case ALREADY_COMMITTED -> Mono.error(new SkipWindow(SkipReason.SIGNED_BEFORE));
      default -> Mono.error(ChainCalls.refused(PURPOSE, code, message));
    };
  }
}

package io.vramhub.kernel.audit;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Recomputes windows from what is on the chain and in storage, and compares (protocol section 11).
 * Needs no key and trusts nobody: final gradients open for everyone, pages come from the auditor's
 * own verified copy of the dataset, parameters are replayed from the network's first checkpoint or
 * from a stored one whose bytes have the anchored root.
 *
 * <p>For every final window of the range, in this order, so that a difference is named where it
 * arises and not where it is first felt:
 *
 * <ol>
 *   <li>the committed bytes of each scored gradient are there and have their hash;
 *   <li>every reported verdict and gain is what {@link io.vramhub.protocol.evaluation.WindowScorer}
 *       gives, unless the chain records the line as a deviation;
 *   <li>medians, proof averages, ratings, weights, merged set, emission and credits are what {@link
 *       io.vramhub.protocol.scoring.WindowFinalization} gives;
 *   <li>every report is signed by the enclave its validator had registered;
 *   <li>the merged parameters have the anchored root, and so has the stored checkpoint file.
 * </ol>
 *
 * <p>At last the {@link Invariants} over all events. The auditor keeps no state between audits; any
 * number may run at a time, each with parameters of two checkpoints in memory.
 */
public final class Auditor {
  private final ChainAdapter chain;
  private final LocalDataset dataset;
  private final GradientFetch gradients;
  private final StoredSnapshot snapshots;
  private final Path directory;
  private final int threads;
  private final Scheduler blocking;

  /**
   * An auditor.
   *
   * @param directory present and writable, for a downloaded checkpoint while an audit begins
   * @param threads how many threads measure and merge
   * @param blocking for file I/O and computation
   */
  public Auditor(
      ChainAdapter chain,
      StorageBackend storage,
      CredentialSealer sealer,
      LocalDataset dataset,
      Backoff backoff,
      Path directory,
      int threads,
      Scheduler blocking) {
    this.chain = chain;
    this.dataset = dataset;
    this.gradients = new GradientFetch(storage, sealer, backoff);
    this.snapshots = new StoredSnapshot(storage, backoff, blocking);
    this.directory = directory;
    this.threads = threads;
    this.blocking = blocking;
  }

  /**
   * Audits the windows of the range that the chain has made final by now. A difference is an
   * answer; errors are trouble in reaching chain or storage, {@code DATASET_INVALID} for a dataset
   * that is not the network's, {@code CHAIN_CORRUPT} for events that are no history, and {@code
   * NOT_FOUND} if no window of the range is final.
   */
  public Mono<AuditOutcome> audit(WindowId from, WindowId to, AuditProgress progress) {
    return chain
        .head()
        .flatMap(head -> chain.events(1).take(head.sequence()).collectList())
        .publishOn(blocking)
        .flatMap(records -> audit(records, from, to, progress));
  }

  private Mono<AuditOutcome> audit(
      List<ChainRecord> records, WindowId from, WindowId to, AuditProgress progress) {
    List<WindowRecord> range =
        ChainState.of(records).windows().stream()
            .filter(window -> window.result().isPresent())
            .filter(window -> window.window().compareTo(from) >= 0)
            .filter(window -> window.window().compareTo(to) <= 0)
            .toList();
    if (range.isEmpty()) {
      return Mono.error(
          new HubException(
              ErrorCode.NOT_FOUND,
              "there is no final window from "
                  + from
                  + " to "
                  + to
                  + ": audit windows that have been finalized"));
    }
    return Mono.using(
        () ->
            new AuditRun(
                records, range, dataset, gradients, snapshots, directory, threads, blocking,
                progress),
        AuditRun::outcome,
        AuditRun::close);
  }
}

package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowOutcome;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.data.PageAssignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Makes a window's sealed gradient, or takes up the one made before a restart. Payload and residual
 * are on disk before the journal says {@code prepared}; from then on a restart goes on with exactly
 * these bytes, so a delta is never applied twice and never another gradient committed.
 */
final class GradientPreparation {
  private static final String PREPARED = "prepared";
  private static final String PREFIX = "payload-";
  private static final String SUFFIX = ".bin";

  private final MinerBench bench;
  private final GradientStrategy strategy;

  GradientPreparation(MinerBench bench, GradientStrategy strategy) {
    this.bench = bench;
    this.strategy = strategy;
  }

  /** The gradient of an open window. */
  Mono<PreparedGradient> prepare(OpenWindow window) {
    return resumed(window.context()).switchIfEmpty(Mono.defer(() -> make(window)));
  }

  private Mono<PreparedGradient> resumed(WindowContext context) {
    return Mono.fromCallable(
            () -> bench.journal().stage(context.window(), PREPARED).map(row -> read(context, row)))
        .subscribeOn(bench.services().blocking())
        .flatMap(Mono::justOrEmpty)
        .doOnNext(prepared -> bench.console().resumedCommit(context.window()));
  }

  private PreparedGradient read(WindowContext context, byte[] row) {
    byte[] sealed = readPayload(context.window());
    if (!Digest.sha256(sealed).equals(PreparedGradient.contentHash(row))) {
      throw new HubException(
          ErrorCode.JOURNAL_CORRUPT,
          file(context.window())
              + " is not what the journal says was prepared. The window is left out; check the"
              + " disk");
    }
    return PreparedGradient.unstored(context, bench.miner(), sealed, PreparedGradient.steps(row));
  }

  private byte[] readPayload(WindowId window) {
    try {
      return Files.readAllBytes(file(window));
    } catch (IOException e) {
      throw disk("read", window, e);
    }
  }

  private void writePayload(WindowId window, byte[] sealed) {
    try {
      DurableFiles.write(file(window), sealed);
    } catch (IOException e) {
      throw disk("write", window, e);
    }
  }

  private HubException disk(String verb, WindowId window, IOException cause) {
    return new HubException(
        ErrorCode.DISK, "cannot " + verb + " " + file(window) + ": " + cause.getMessage(), cause);
  }

  private Mono<PreparedGradient> make(OpenWindow open) {
    WindowContext context = open.context();
    WindowRecord record = open.record();
    int slot =
        record.slot(bench.miner()).orElseThrow(() -> new SkipWindow(SkipReason.NOT_ADMITTED));
    long[] pages =
        PageAssignment.assigned(
            context.network(), context.parameters(), record.opened().assignmentSeed(), slot);
    MinerWindow window =
        new MinerWindow(
            bench, context, record.opened().base(), pages, bench.budget().trainUntilMs(context));
    return strategy
        .offer(window)
        .switchIfEmpty(Mono.error(() -> new SkipWindow(SkipReason.NOTHING_TO_DO)))
        .flatMap(
            offer ->
                Mono.fromCallable(() -> keep(window, offer))
                    .subscribeOn(bench.services().blocking()));
  }

  private PreparedGradient keep(MinerWindow window, Bytes offer) {
    WindowContext context = window.context();
    PreparedGradient prepared =
        PreparedGradient.unstored(context, bench.miner(), offer.array(), window.steps());
    writePayload(context.window(), prepared.sealed());
    if (window.accumulated()) {
      bench.feedback(context.parameters()).keep(context.window());
    }
    bench.journal().stage(context.window(), PREPARED, prepared.row());
    return prepared;
  }

  /**
   * After a crash: ends each past window whose prepared gradient the chain holds as completed,
   * since its residual counts. Others are left to be written as missed.
   */
  Mono<Void> settle() {
    return Mono.<Void>fromRunnable(
            () -> {
              for (WindowId window : bench.journal().unfinished()) {
                Optional<Digest> prepared =
                    bench.journal().stage(window, PREPARED).map(PreparedGradient::contentHash);
                if (prepared.isPresent() && prepared.equals(committed(window))) {
                  bench.journal().finish(window, new WindowOutcome.Completed());
                }
              }
            })
        .subscribeOn(bench.services().blocking());
  }

  private Optional<Digest> committed(WindowId window) {
    return bench
        .services()
        .follower()
        .read(
            state ->
                state
                    .window(window)
                    .flatMap(record -> Optional.ofNullable(record.commits().get(bench.miner())))
                    .map(commit -> commit.gradient().contentHash()));
  }

  /** Removes what ended windows left behind. */
  Mono<Void> tidy(WindowContext context) {
    return Mono.<Void>fromRunnable(
            () -> {
              DurableFiles.numbered(bench.directory(), PREFIX, SUFFIX)
                  .headMap(context.window(), true)
                  .values()
                  .forEach(DurableFiles::delete);
              bench.feedback(context.parameters()).discardOthers();
            })
        .subscribeOn(bench.services().blocking());
  }

  private Path file(WindowId window) {
    return bench.directory().resolve(PREFIX + window + SUFFIX);
  }
}

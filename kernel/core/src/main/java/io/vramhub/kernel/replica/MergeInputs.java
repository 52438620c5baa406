package io.vramhub.kernel.replica;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.WindowResult;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.CommittedBlob;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.SparseGradient;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fetches and opens the merged gradients of a final window. They open for everyone then, so this
 * needs no key.
 */
final class MergeInputs {
  private static final int AT_A_TIME = 4;
  private static final Duration BUDGET = Duration.ofMinutes(2);

  private final StorageBackend storage;
  private final CredentialSealer sealer;
  private final Backoff backoff;
  private final Scheduler blocking;

  MergeInputs(
      StorageBackend storage, CredentialSealer sealer, Backoff backoff, Scheduler blocking) {
    this.storage = storage;
    this.sealer = sealer;
    this.backoff = backoff;
    this.blocking = blocking;
  }

  /** The gradients in merge order, best first. */
  Mono<List<SparseGradient>> of(
      NetworkId network, NetworkParameters parameters, WindowRecord window, WindowResult result) {
    return Flux.fromIterable(result.topG())
        .flatMapSequential(
            miner -> gradient(network, parameters.model(), commit(window, miner)), AT_A_TIME, 1)
        .collectList();
  }

  private static GradientCommitted commit(WindowRecord window, MinerUid miner) {
    WindowRecord.Commit commit = window.commits().get(miner);
    if (commit == null) {
      throw new HubException(
          ErrorCode.CHAIN_CORRUPT,
          "window " + window.window() + " merges miner " + miner + ", which committed nothing");
    }
    return commit.gradient();
  }

  private Mono<SparseGradient> gradient(
      NetworkId network, NetworkParameters.Model model, GradientCommitted commit) {
    return Mono.defer(
        () -> {
          BlobRef reference = CommittedBlob.in(storage, commit);
          SealPolicy policy = new SealPolicy.Gradient(network, commit.window(), commit.miner());
          Mono<SparseGradient> once =
              BoundedBytes.collect(
                      storage.read(reference, ByteRange.whole(reference)), commit.size())
                  .flatMap(this::parse)
                  .flatMap(
                      envelope ->
                          sealer
                              .open(envelope.sealedKey(), policy, new SealReader.Anyone())
                              .flatMap(
                                  key ->
                                      onBlocking(
                                          commit,
                                          () ->
                                              GradientPayload.read(envelope.open(key), model)
                                                  .gradient())));
          return backoff.retry(once, BUDGET);
        });
  }

  private Mono<PayloadEnvelope> parse(Bytes stored) {
    return Mono.fromCallable(() -> PayloadEnvelope.parse(stored.array()))
        .subscribeOn(blocking)
        .onErrorMap(PayloadException.class, e -> invalid(e.reason()));
  }

  private <T> Mono<T> onBlocking(GradientCommitted commit, java.util.concurrent.Callable<T> work) {
    return Mono.fromCallable(work)
        .subscribeOn(blocking)
        .onErrorMap(
            PayloadException.class,
            e ->
                invalid(
                    "miner "
                        + commit.miner()
                        + " in window "
                        + commit.window()
                        + ": "
                        + e.reason()));
  }

  /** It was scored as accepted, so the chain's validators or this node's storage are wrong. */
  private static HubException invalid(String reason) {
    return new HubException(
        ErrorCode.CHECKPOINT_INVALID, "a gradient that was merged cannot be read: " + reason);
  }
}

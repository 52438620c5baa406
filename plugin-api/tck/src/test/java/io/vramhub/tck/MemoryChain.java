package io.vramhub.tck;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** A chain in memory that keeps the contract, or breaks it in one way. */
final class MemoryChain implements ChainAdapter {
  private final List<ChainRecord> records = new ArrayList<>();
  private final Map<IdempotencyKey, Receipt> receipts = new HashMap<>();
  private final Sinks.Many<ChainRecord> log = Sinks.many().replay().all();
  private final Sinks.Empty<ChainRecord> closing = Sinks.empty();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong place = new AtomicLong();
  private final ChainFault fault;

  MemoryChain(ChainFault fault) {
    this.fault = fault;
    append(
        new ChainEvent.NetworkCreated(
            EvaluationRequests.NETWORK,
            EvaluationRequests.parameters(Digest.ZERO, "strict-f32/1"),
            new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
            new TestSigner("governance").address(),
            new CheckpointRef(new WindowId(0), Digest.ZERO)));
  }

  private boolean has(ChainFault other) {
    return fault == other;
  }

  private synchronized ChainRecord append(ChainEvent event) {
    long sequence = records.size() + 1L;
    ChainRecord next = new ChainRecord(sequence, 1_000 + sequence, event);
    records.add(next);
    log.emitNext(next, Sinks.EmitFailureHandler.FAIL_FAST);
    return next;
  }

  @Override
  public Mono<ChainHead> head() {
    return Refusals.whileOpen(closed, Mono.fromSupplier(this::headNow));
  }

  private synchronized ChainHead headNow() {
    return new ChainHead(
        has(ChainFault.ANOTHER_NETWORK) ? new NetworkId(Digest.ZERO) : EvaluationRequests.NETWORK,
        records.size(),
        has(ChainFault.CLOCK_STANDS_AT_ZERO) ? 0 : 1_000 + records.size());
  }

  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    Flux<ChainRecord> events =
        log.asFlux()
            .filter(happened -> happened.sequence() >= fromSequence)
            .filter(happened -> !(has(ChainFault.SKIPS_AN_EVENT) && happened.sequence() == 4));
    if (has(ChainFault.ENDS_AT_THE_HEAD)) {
      events =
          Flux.defer(() -> Flux.fromIterable(List.copyOf(records)))
              .filter(happened -> happened.sequence() >= fromSequence);
    }
    if (has(ChainFault.ONE_PLACE_FOR_ALL)) {
      events =
          events.filter(happened -> happened.sequence() > place.getAndSet(happened.sequence()));
    }
    if (has(ChainFault.IGNORES_DEMAND)) {
      Flux<ChainRecord> all = events;
      events =
          Flux.from(
              subscriber -> {
                subscriber.onSubscribe(Operators.emptySubscription());
                all.subscribe(subscriber::onNext, subscriber::onError, subscriber::onComplete);
              });
    }
    if (has(ChainFault.A_FOLLOWER_THAT_LEAVES_ENDS_ALL)) {
      events = events.doOnCancel(() -> log.tryEmitComplete());
    }
    Flux<ChainRecord> followed =
        has(ChainFault.FOLLOWS_FOR_EVER) ? events : events.takeUntilOther(closing.asMono());
    return Refusals.whileOpen(closed, followed);
  }

  @Override
  public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
    if (has(ChainFault.ACTS_BEFORE_IT_IS_ASKED)) {
      decided(signer, call, key);
    }
    return Refusals.whileOpen(closed, Mono.fromSupplier(() -> decided(signer, call, key)));
  }

  private synchronized Receipt decided(Signer signer, ChainCall call, IdempotencyKey key) {
    if (receipts.containsKey(key) && !has(ChainFault.FORGETS_KEYS)) {
      return receipts.get(key);
    }
    Receipt receipt = executed(signer, call, key);
    if (receipt instanceof Receipt.Executed || has(ChainFault.REMEMBERS_REFUSALS)) {
      receipts.put(key, receipt);
    }
    return receipt;
  }

  private Receipt executed(Signer signer, ChainCall call, IdempotencyKey key) {
    if (!key.sender().equals(signer.address()) && !has(ChainFault.KEYS_ARE_COMMON)) {
      return new Receipt.Aborted(AbortCode.NOT_OWNER, "the key is of somebody else");
    }
    if (!(call instanceof ChainCall.RegisterMiner registration)) {
      return new Receipt.Aborted(AbortCode.UNKNOWN_MINER, "there is no such miner");
    }
    if (has(ChainFault.LOSES_CALLS_AT_A_TIME) && key.purpose().equals("call 7")) {
      return new Receipt.Executed(List.of());
    }
    ChainRecord happened =
        append(
            new ChainEvent.MinerRegistered(
                new MinerUid(records.size()),
                signer.address(),
                registration.payout(),
                registration.stake(),
                registration.label()));
    return new Receipt.Executed(
        has(ChainFault.EMPTY_RECEIPTS)
            ? List.of(new ChainRecord(1, 1_001, happened.event()))
            : List.of(happened));
  }

  /** A call that takes effect. */
  static ChainCall call(int number) {
    return new ChainCall.RegisterMiner(
        new Coins(1), new TestSigner("payout").address(), "miner " + number);
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(
        () -> {
          closed.set(true);
          closing.tryEmitError(new HubException(ErrorCode.CHAIN_UNAVAILABLE, "closed"));
        });
  }
}

package io.vramhub.kernel.fake;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
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
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.message.CanonicalHash;
import io.vramhub.protocol.scoring.WindowFinalization;
import io.vramhub.protocol.window.WindowSchedule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A ledger in memory: the phases and the write-once rules of protocol sections 2 and 5 to 8,
 * without signatures and stakes' subtleties, on the scheduler's time.
 */
public final class FakeChain implements ChainAdapter {
  private final Scheduler timer;
  private final long startMs;
  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();
  private final List<FluxSink<ChainRecord>> subscribers = new ArrayList<>();
  private final Map<IdempotencyKey, Receipt> receipts = new HashMap<>();
  private Predicate<ChainCall> unreachable = call -> false;
  private Predicate<ChainCall> stuck = call -> false;
  private Predicate<ChainCall> replyLost = call -> false;

  /**
   * A chain whose time is {@code startMs} when the scheduler's is zero.
   *
   * @param first the network's first events
   */
  public FakeChain(Scheduler timer, long startMs, List<ChainEvent> first) {
    this.timer = timer;
    this.startMs = startMs;
    first.forEach(this::emit);
  }

  public ChainState state() {
    return state;
  }

  public List<ChainRecord> records() {
    return List.copyOf(records);
  }

  public long timeMs() {
    return startMs + TimeUnit.NANOSECONDS.toMillis(timer.now(TimeUnit.NANOSECONDS));
  }

  /** Such calls fail without effect as long as the predicate holds. */
  public void breakCalls(Predicate<ChainCall> calls) {
    unreachable = calls;
  }

  /** Such calls never complete and have no effect. */
  public void hangOn(Predicate<ChainCall> calls) {
    stuck = calls;
  }

  /** Such calls take effect, and their reply never comes. */
  public void loseReply(Predicate<ChainCall> calls) {
    replyLost = calls;
  }

  /** Ends every event stream with an error, as a lost connection does. */
  public void disconnect() {
    List<FluxSink<ChainRecord>> lost = List.copyOf(subscribers);
    subscribers.clear();
    lost.forEach(sink -> sink.error(new HubException(ErrorCode.CHAIN_UNAVAILABLE, "lost")));
  }

  @Override
  public Mono<ChainHead> head() {
    return Mono.fromSupplier(() -> new ChainHead(state.network(), state.sequence(), timeMs()));
  }

  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return Flux.create(
        sink -> {
          // One event of overlap: a stream repeats at least once.
          int from = (int) Math.max(0, fromSequence - 2);
          records.subList(from, records.size()).forEach(sink::next);
          subscribers.add(sink);
          sink.onDispose(() -> subscribers.remove(sink));
        });
  }

  @Override
  public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
    return Mono.defer(
        () -> {
          if (stuck.test(call)) {
            return Mono.never();
          }
          if (unreachable.test(call)) {
            return Mono.error(new HubException(ErrorCode.CHAIN_UNAVAILABLE, "unreachable"));
          }
          Receipt receipt = receipts.get(key);
          if (receipt == null) {
            receipt = execute(signer, call);
            if (receipt instanceof Receipt.Executed) {
              receipts.put(key, receipt);
            }
          }
          return replyLost.test(call) ? Mono.never() : Mono.just(receipt);
        });
  }

  private Receipt execute(Signer signer, ChainCall call) {
    return switch (call) {
      case ChainCall.RegisterEnclave enclave -> register(enclave);
      case ChainCall.OpenWindow(WindowId window) -> open(window);
      case ChainCall.CommitGradient commit -> commit(commit);
      case ChainCall.OpenScoring(WindowId window) -> openScoring(window);
      case ChainCall.SubmitScores scores -> submit(scores);
      case ChainCall.FinalizeWindow(WindowId window) -> finish(window);
      case ChainCall.AnchorCheckpoint vote -> vote(vote);
      case ChainCall.PublishCredentials(var miner, var keyEpoch, var sealed) ->
          executed(new ChainEvent.CredentialsPublished(miner, keyEpoch, sealed));
      case ChainCall.ClaimMiner(var miner) -> claim(signer, new Payee.Miner(miner));
      case ChainCall.ClaimValidator(var validator) -> claim(signer, new Payee.Validator(validator));
      default -> throw new IllegalArgumentException("not a call of these tests: " + call);
    };
  }

  private Receipt register(ChainCall.RegisterEnclave call) {
    Attestation document = call.attestation();
    Bytes key = FakeEvaluator.publicKey(document);
    long epoch = state.validator(call.validator()).orElseThrow().enclaves().size() + 1L;
    return executed(
        new ChainEvent.EnclaveRegistered(
            call.validator(), epoch, key, EnclaveKind.SOFTWARE, document));
  }

  private Receipt open(WindowId window) {
    WindowSchedule schedule = schedule(window);
    if (timeMs() < schedule.opensAt(window)) {
      return aborted(AbortCode.TOO_EARLY);
    }
    if (timeMs() >= schedule.commitDeadline(window)) {
      return aborted(AbortCode.TOO_LATE);
    }
    if (state.window(window).isPresent()) {
      return aborted(AbortCode.WINDOW_ALREADY_OPEN);
    }
    if (state.newestWindow().map(before -> before.result().isEmpty()).orElse(false)) {
      return aborted(AbortCode.NOT_FINALIZED);
    }
    boolean awaits =
        state
            .window(window.previous())
            .map(before -> !before.result().orElseThrow().topG().isEmpty())
            .orElse(false);
    if (awaits
        && state.checkpoint(window).isEmpty()
        && timeMs() < schedule.anchorGraceEnds(window)) {
      return aborted(AbortCode.AWAITING_ANCHOR);
    }
    return executed(
        new ChainEvent.WindowOpened(
            window,
            seed("assignment", window),
            state.newestCheckpoint(),
            state.activeMiners(),
            state.activeBonds()));
  }

  private Receipt commit(ChainCall.CommitGradient call) {
    WindowRecord window = state.window(call.window()).orElse(null);
    if (window == null) {
      return aborted(AbortCode.WINDOW_NOT_OPEN);
    }
    if (timeMs() >= schedule(call.window()).commitDeadline(call.window())) {
      return aborted(AbortCode.TOO_LATE);
    }
    if (window.commits().containsKey(call.miner())) {
      return aborted(AbortCode.ALREADY_COMMITTED);
    }
    return executed(
        new ChainEvent.GradientCommitted(
            call.window(),
            call.miner(),
            call.contentHash(),
            call.size(),
            call.storageReference(),
            call.codec()));
  }

  private Receipt openScoring(WindowId window) {
    WindowSchedule schedule = schedule(window);
    if (state.window(window).isEmpty()) {
      return aborted(AbortCode.WINDOW_NOT_OPEN);
    }
    if (timeMs() < schedule.commitDeadline(window)) {
      return aborted(AbortCode.TOO_EARLY);
    }
    if (state.window(window).orElseThrow().scoring().isPresent()) {
      return aborted(AbortCode.SCORING_ALREADY_OPEN);
    }
    return executed(new ChainEvent.ScoringOpened(window, seed("evaluation", window)));
  }

  private Receipt submit(ChainCall.SubmitScores call) {
    var report = call.scores().report();
    WindowRecord window = state.window(report.window()).orElseThrow();
    if (timeMs() >= schedule(report.window()).closesAt(report.window())) {
      return aborted(AbortCode.TOO_LATE);
    }
    if (window.scoring().isEmpty()) {
      return aborted(AbortCode.SCORING_NOT_OPEN);
    }
    if (window.scores().containsKey(report.validator())) {
      return aborted(AbortCode.ALREADY_SCORED);
    }
    var enclave = state.validator(report.validator()).orElseThrow().enclave().orElseThrow();
    if (enclave.epoch() != report.enclaveEpoch()) {
      return aborted(AbortCode.WRONG_EPOCH);
    }
    return executed(new ChainEvent.ScoresSubmitted(call.scores()));
  }

  private Receipt finish(WindowId window) {
    if (state.window(window).isEmpty()) {
      return aborted(AbortCode.WINDOW_NOT_OPEN);
    }
    if (timeMs() < schedule(window).closesAt(window)) {
      return aborted(AbortCode.TOO_EARLY);
    }
    if (state.window(window).orElseThrow().result().isPresent()) {
      return aborted(AbortCode.ALREADY_FINALIZED);
    }
    List<ChainEvent> events = WindowFinalization.compute(state, window).events();
    return executed(events.toArray(ChainEvent[]::new));
  }

  private Receipt vote(ChainCall.AnchorCheckpoint vote) {
    WindowRecord window = state.window(vote.checkpoint().previous()).orElseThrow();
    if (state.checkpoint(vote.checkpoint()).isPresent()) {
      return aborted(AbortCode.ALREADY_ANCHORED);
    }
    if (window.votes().containsKey(vote.validator())) {
      return aborted(AbortCode.ALREADY_VOTED);
    }
    if (!window.opened().base().root().equals(vote.parent())) {
      return aborted(AbortCode.WRONG_PARENT);
    }
    List<ChainEvent> events = new ArrayList<>();
    events.add(new ChainEvent.CheckpointVoted(vote.validator(), vote.checkpoint(), vote.root()));
    long agreeing = window.votes().values().stream().filter(vote.root()::equals).count() + 1;
    if (3 * agreeing >= 2L * window.opened().validators().size()) {
      events.add(
          new ChainEvent.CheckpointAnchored(
              new CheckpointRef(vote.checkpoint(), vote.root()), vote.parent(), vote.topGDigest()));
    }
    return executed(events.toArray(ChainEvent[]::new));
  }

  private Receipt claim(Signer signer, Payee payee) {
    Coins credit = state.credit(payee);
    return credit.equals(Coins.ZERO)
        ? aborted(AbortCode.NOTHING_TO_CLAIM)
        : executed(new ChainEvent.Claimed(payee, signer.address(), credit));
  }

  private Receipt executed(ChainEvent... events) {
    return new Receipt.Executed(Arrays.stream(events).map(this::emit).toList());
  }

  private static Receipt aborted(AbortCode code) {
    return new Receipt.Aborted(code, code.name());
  }

  /** Makes it happen, whatever the rules say. */
  public ChainRecord emit(ChainEvent event) {
    ChainRecord next = new ChainRecord(records.size() + 1L, timeMs(), event);
    state.apply(next);
    records.add(next);
    List.copyOf(subscribers).forEach(sink -> sink.next(next));
    return next;
  }

  private WindowSchedule schedule(WindowId window) {
    return new WindowSchedule(state.parameters(window).schedule());
  }

  private static Digest seed(String purpose, WindowId window) {
    return CanonicalHash.of(
        "fake/" + purpose, ByteBuffer.allocate(8).putLong(window.number()).array());
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}

package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A chain in memory that lives as long as the service. It knows miners who come and go; every other
 * call is {@code NOT_SUPPORTED}, and {@code execute} is where rules are added. The caller's key is
 * not asked to sign, because nothing leaves the process.
 */
final class MemoryChain implements ChainAdapter {
  private final Clock clock;
  private final Scheduler readers;
  private final Sinks.Many<ChainRecord> log = Sinks.many().replay().all();
  private final Map<IdempotencyKey, Receipt> receipts = new HashMap<>();
  private final Map<MinerUid, Address> owners = new HashMap<>();
  private final Set<MinerUid> left = new HashSet<>();
  private long sequence;
  private long timeMs;
  private boolean closed;

  MemoryChain(Clock clock, Scheduler readers) {
    this.clock = clock;
    this.readers = readers;
    append(DevelopmentNetwork.created());
  }

  @Override
  public Mono<ChainHead> head() {
    return Mono.fromSupplier(
        () -> open(() -> new ChainHead(DevelopmentNetwork.ID, sequence, now())));
  }

  /** On the readers' threads, so that a reader never holds up a call. */
  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return Flux.defer(
        () -> open(log::asFlux).skip(Math.max(0, fromSequence - 1)).publishOn(readers, 1));
  }

  @Override
  public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
    return Mono.fromSupplier(() -> open(() -> submitted(signer.address(), call, key)));
  }

  private Receipt submitted(Address sender, ChainCall call, IdempotencyKey key) {
    if (!key.sender().equals(sender)) {
      return aborted(AbortCode.NOT_OWNER);
    }
    Receipt known = receipts.get(key);
    if (known != null) {
      return known;
    }
    Receipt receipt = execute(sender, call);
    if (receipt instanceof Receipt.Executed) {
      receipts.put(key, receipt);
    }
    return receipt;
  }

  private Receipt execute(Address sender, ChainCall call) {
    return switch (call) {
      case ChainCall.RegisterMiner(var stake, var payout, var label) -> {
        MinerUid miner = new MinerUid(owners.size() + 1);
        owners.put(miner, sender);
        yield executed(new ChainEvent.MinerRegistered(miner, sender, payout, stake, label));
      }
      case ChainCall.LeaveMiner(var miner) -> leave(sender, miner);
      default ->
          throw new HubException(ErrorCode.NOT_SUPPORTED, "chain '${artifactId}' knows no " + call);
    };
  }

  private Receipt leave(Address sender, MinerUid miner) {
    if (!owners.containsKey(miner)) {
      return aborted(AbortCode.UNKNOWN_MINER);
    }
    if (!sender.equals(owners.get(miner))) {
      return aborted(AbortCode.NOT_OWNER);
    }
    return left.add(miner)
        ? executed(new ChainEvent.MinerLeft(miner, now()))
        : aborted(AbortCode.ALREADY_LEFT);
  }

  private Receipt executed(ChainEvent event) {
    return new Receipt.Executed(List.of(append(event)));
  }

  private static Receipt aborted(AbortCode code) {
    return new Receipt.Aborted(code, "refused: " + code);
  }

  private ChainRecord append(ChainEvent event) {
    sequence++;
    ChainRecord next = new ChainRecord(sequence, now(), event);
    log.tryEmitNext(next).orThrow();
    return next;
  }

  /** The clock's time, but never before what was told already. */
  private long now() {
    timeMs = Math.max(timeMs, clock.millis());
    return timeMs;
  }

  private synchronized <T> T open(Supplier<T> work) {
    if (closed) {
      throw ended();
    }
    return work.get();
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(this::end);
  }

  private synchronized void end() {
    if (!closed) {
      closed = true;
      log.tryEmitError(ended()).orThrow();
    }
  }

  private static HubException ended() {
    return new HubException(ErrorCode.CHAIN_UNAVAILABLE, "chain '${artifactId}' was closed");
  }
}

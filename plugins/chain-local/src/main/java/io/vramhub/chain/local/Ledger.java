package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.chain.local.LedgerStore.Contents;
import io.vramhub.chain.local.LedgerStore.StoredCall;
import io.vramhub.chain.local.LedgerStore.StoredEvent;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.message.CallMessage;
import io.vramhub.protocol.message.GenesisMessage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running ledger: one writer thread that decides calls, keeps what they lead to, and only then
 * tells anybody.
 *
 * <p>Calls that wait together share one transaction and one flush to the disk (group commit), each
 * decided on the state that the one before it left. When a write fails, the state in memory is
 * ahead of the disk, so the ledger stops for good: a restart reads the acknowledged prefix back.
 *
 * <p>All methods may be called from any thread; replies come on the writer thread, so callers move
 * off it before they do work of their own.
 */
final class Ledger {
  /** Most the faucet lets one account hold. */
  static final Coins FAUCET_CEILING = Coins.whole(1_000);

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int QUEUE = 4_096;
  private static final int BATCH = 128;

  private final LedgerStore store;
  private final Heartbeat heartbeat;
  private final LedgerClock clock;
  private final Clock wallClock;
  private final LedgerRandomness randomness;
  private final LedgerRules rules = new LedgerRules();
  private final RecordLog log = new RecordLog();
  private final NetworkId network;
  private final BlockingQueue<Job> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread writer;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  // Owned by the writer thread.
  private final ChainState state;
  private final Map<String, Known> known;
  private long calls;
  private long lastBeatMs;

  private volatile boolean stopping;

  /** Set once, when no further job is taken; guarded by this. */
  private Optional<HubException> ended = Optional.empty();

  /** What the machine gives a ledger. */
  record Machine(LongSupplier monotonicNanos, Clock wallClock, OptionalLong seed) {}

  /** A call that took effect. */
  private record Known(Digest message, List<ChainRecord> records) {}

  private sealed interface Job {
    void fail(HubException reason);

    /** A call whose signature has been checked. */
    record Call(SignedCall signed, CallMessage message, CompletableFuture<Receipt> reply)
        implements Job {
      @Override
      public void fail(HubException reason) {
        reply.completeExceptionally(reason);
      }
    }

    record Faucet(Address recipient, Coins amount, CompletableFuture<Receipt> reply)
        implements Job {
      @Override
      public void fail(HubException reason) {
        reply.completeExceptionally(reason);
      }
    }

    /** Wakes the writer so that it sees it is to stop. */
    record Stop() implements Job {
      @Override
      public void fail(HubException reason) {
        // Nobody waits for it.
      }
    }
  }

  private Ledger(
      LedgerStore store, Heartbeat heartbeat, Machine machine, Contents contents, long timeMs) {
    this.store = store;
    this.heartbeat = heartbeat;
    this.wallClock = machine.wallClock();
    this.randomness = new LedgerRandomness(machine.seed());
    List<ChainRecord> records = contents.events().stream().map(StoredEvent::event).toList();
    this.state = ChainState.of(records);
    this.network = state.network();
    this.known = known(contents);
    this.calls = contents.calls().size();
    this.clock = new LedgerClock(timeMs, machine.monotonicNanos());
    this.lastBeatMs = timeMs;
    log.append(records);
    this.writer = Thread.ofPlatform().daemon().name("vramhub-ledger").unstarted(this::run);
  }

  /**
   * Opens the ledger of a directory whose lock the caller holds, or creates it from the genesis.
   * {@code CONFIG_INVALID}: there is neither, or the genesis is another network's; {@code
   * CHAIN_CORRUPT}: the file is damaged.
   */
  static Ledger open(Path directory, Optional<GenesisMessage> genesis, Machine machine) {
    LedgerStore store = LedgerStore.open(directory, new EventJson());
    Heartbeat heartbeat = null;
    try {
      heartbeat = Heartbeat.open(directory);
      Optional<Heartbeat.Beat> beat = heartbeat.read();
      Contents contents = store.read();
      demandWhole(directory, contents, beat);
      if (contents.events().isEmpty()) {
        contents = create(store, directory, genesis);
      }
      long lastMs = contents.events().getLast().event().timeMs();
      long resumeMs = Math.max(lastMs, beat.map(Heartbeat.Beat::timeMs).orElse(0L));
      Ledger ledger = new Ledger(store, heartbeat, machine, contents, resumeMs);
      genesis.ifPresent(wanted -> demandNetwork(directory, wanted, ledger.network));
      ledger.writer.start();
      return ledger;
    } catch (RuntimeException e) {
      if (heartbeat != null) {
        heartbeat.close();
      }
      store.close(e);
      throw e;
    }
  }

  /** Reads the records of a directory and lets it go again. */
  static List<ChainRecord> readRecords(Path directory, boolean checked) {
    try (LedgerStore store = LedgerStore.openReadOnly(directory, new EventJson(), checked)) {
      return store.read().events().stream().map(StoredEvent::event).toList();
    }
  }

  private static Contents create(
      LedgerStore store, Path directory, Optional<GenesisMessage> genesis) {
    GenesisMessage message =
        genesis.orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CONFIG_INVALID,
                    "there is no ledger in "
                        + directory
                        + " and no genesis to make one from: set \"genesis\" to a genesis file, or"
                        + " \"directory\" to where the ledger is"));
    ParameterRules.fault(message.parameters())
        .ifPresent(
            sentence -> {
              throw new HubException(
                  ErrorCode.CONFIG_INVALID, "the genesis describes no network: " + sentence);
            });
    List<ChainEvent> events = new ArrayList<>();
    events.add(message.created());
    events.addAll(message.payments());
    List<StoredEvent> stored = new ArrayList<>();
    for (ChainEvent event : events) {
      stored.add(new StoredEvent(new ChainRecord(stored.size() + 1L, message.startMs(), event), 0));
    }
    store.append(List.of(), stored);
    return new Contents(List.of(), stored);
  }

  private static void demandNetwork(Path directory, GenesisMessage genesis, NetworkId network) {
    if (!genesis.network().equals(network)) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "the ledger in "
              + directory
              + " is of network "
              + network
              + ", the genesis of "
              + genesis.network()
              + ": use another directory, or remove this one to start over");
    }
  }

  /**
   * Demands that no acknowledged event is missing at the end. Before an empty file is taken for a
   * new one, too: a lost ledger must not come back as another network's beginning.
   */
  private static void demandWhole(
      Path directory, Contents contents, Optional<Heartbeat.Beat> beat) {
    if (beat.isPresent() && beat.get().sequence() > contents.events().size()) {
      throw new HubException(
          ErrorCode.CHAIN_CORRUPT,
          "the ledger "
              + LedgerStore.file(directory)
              + " ends with event "
              + contents.events().size()
              + ", but event "
              + beat.get().sequence()
              + " was acknowledged: its end was lost. "
              + LedgerStore.REMEDY);
    }
  }

  private static Map<String, Known> known(Contents contents) {
    Map<Long, List<ChainRecord>> byCall = new TreeMap<>();
    for (StoredEvent event : contents.events()) {
      byCall.computeIfAbsent(event.call(), call -> new ArrayList<>()).add(event.event());
    }
    Map<String, Known> known = new HashMap<>();
    for (StoredCall stored : contents.calls()) {
      known.put(
          stored.call().open().key().toString(),
          new Known(
              Digest.sha256(stored.call().message().buffer()),
              List.copyOf(byCall.getOrDefault(stored.number(), List.of()))));
    }
    return known;
  }

  NetworkId network() {
    return network;
  }

  /** The newest acknowledged sequence, and chain time at this moment. */
  ChainHead head() {
    List<ChainRecord> last = log.slice(log.lastSequence());
    return new ChainHead(
        network, last.getLast().sequence(), Math.max(clock.nowMs(), last.getLast().timeMs()));
  }

  /** The acknowledged events. */
  RecordLog log() {
    return log;
  }

  /**
   * Decides a call. A message that is no call fails with {@code MESSAGE_INVALID}; every refusal by
   * a rule is a receipt.
   */
  CompletableFuture<Receipt> submit(SignedCall signed) {
    CallMessage message;
    try {
      message = signed.open();
    } catch (HubException e) {
      return CompletableFuture.failedFuture(e);
    }
    // Here and not on the writer thread, so that forged calls cost their senders' threads only.
    if (!signed.isSigned()) {
      return aborted(
          AbortCode.BAD_SIGNATURE, "the signature is not the sender's key's over this call");
    }
    if (!message.network().equals(network)) {
      return aborted(
          AbortCode.WRONG_NETWORK,
          "the call is for network " + message.network() + ", this is " + network);
    }
    if (!message.key().sender().equals(signed.sender())) {
      return aborted(
          AbortCode.NOT_OWNER,
          "the idempotency key names " + message.key().sender() + ", the sender is another");
    }
    CompletableFuture<Receipt> reply = new CompletableFuture<>();
    enqueue(new Job.Call(signed, message, reply));
    return reply;
  }

  /** Pays test coins, up to {@link #FAUCET_CEILING} on one account. */
  CompletableFuture<Receipt> faucet(Address recipient, Coins amount) {
    CompletableFuture<Receipt> reply = new CompletableFuture<>();
    enqueue(new Job.Faucet(recipient, amount, reply));
    return reply;
  }

  /** Stops the writer after what it is at; completes when the file is closed. Repeatable. */
  CompletableFuture<Void> close() {
    stopping = true;
    // A full queue needs no waking: the writer looks after each batch.
    boolean woken = queue.offer(new Job.Stop());
    LOG.debug("closing the ledger, writer woken: {}", woken);
    return closed.copy();
  }

  private static CompletableFuture<Receipt> aborted(AbortCode code, String sentence) {
    return CompletableFuture.completedFuture(new Receipt.Aborted(code, sentence));
  }

  private void enqueue(Job job) {
    Optional<HubException> refusal;
    synchronized (this) {
      refusal = ended;
      if (refusal.isEmpty() && !queue.offer(job)) {
        refusal =
            Optional.of(
                new HubException(
                    ErrorCode.CHAIN_UNAVAILABLE,
                    "the ledger has " + QUEUE + " calls waiting: try again"));
      }
    }
    refusal.ifPresent(job::fail);
  }

  private void run() {
    HubException end =
        new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the ledger of this process was closed");
    try {
      while (!stopping) {
        List<Job> jobs = new ArrayList<>();
        Job first = queue.poll(Heartbeat.PERIOD_MS, TimeUnit.MILLISECONDS);
        if (first != null) {
          jobs.add(first);
          queue.drainTo(jobs, BATCH - 1);
          process(jobs);
        }
        beat(Heartbeat.PERIOD_MS);
      }
      beat(0);
    } catch (InterruptedException e) {
      LOG.warn("The ledger's writer was interrupted and stops.", e);
    } catch (HubException e) {
      LOG.error("The ledger stops: {}", e.getMessage(), e);
      end = e;
    } catch (RuntimeException | Error e) {
      LOG.error("The ledger stops on a fault of its own.", e);
      end =
          new HubException(
              ErrorCode.INVARIANT_BROKEN,
              "the ledger stopped on a fault of its own (" + e + "); its file is intact: restart",
              e);
    } finally {
      end(end);
    }
  }

  private void end(HubException reason) {
    List<Job> abandoned = new ArrayList<>();
    synchronized (this) {
      ended = Optional.of(reason);
      queue.drainTo(abandoned);
    }
    abandoned.forEach(job -> job.fail(reason));
    log.close(reason);
    try (heartbeat;
        store) {
      LOG.debug("closing the ledger's files");
    } catch (HubException e) {
      LOG.error("The ledger did not close cleanly: {}", e.getMessage(), e);
    } finally {
      closed.complete(null);
    }
  }

  private void beat(long periodMs) {
    long nowMs = nowMs();
    if (nowMs - lastBeatMs >= periodMs) {
      heartbeat.write(new Heartbeat.Beat(nowMs, log.lastSequence()));
      lastBeatMs = nowMs;
    }
  }

  private long nowMs() {
    return Math.max(clock.nowMs(), state.timeMs());
  }

  /** Decides the jobs in order, writes what they led to, then replies. */
  private void process(List<Job> jobs) {
    List<StoredCall> newCalls = new ArrayList<>();
    List<StoredEvent> newEvents = new ArrayList<>();
    List<Runnable> replies = new ArrayList<>();
    try {
      for (Job job : jobs) {
        switch (job) {
          case Job.Call call -> {
            Receipt receipt = decide(call, newCalls, newEvents);
            replies.add(() -> call.reply().complete(receipt));
          }
          case Job.Faucet faucet -> {
            Receipt receipt = pay(faucet, newEvents);
            replies.add(() -> faucet.reply().complete(receipt));
          }
          case Job.Stop ignored -> LOG.debug("the ledger was asked to stop");
        }
      }
      if (!newEvents.isEmpty()) {
        store.append(newCalls, newEvents);
        log.append(newEvents.stream().map(StoredEvent::event).toList());
      }
    } catch (HubException e) {
      jobs.forEach(job -> job.fail(e));
      throw e;
    } catch (RuntimeException e) {
      HubException fault =
          new HubException(ErrorCode.INVARIANT_BROKEN, "the ledger failed on a call: " + e, e);
      jobs.forEach(job -> job.fail(fault));
      throw fault;
    }
    replies.forEach(Runnable::run);
  }

  private Receipt decide(Job.Call job, List<StoredCall> newCalls, List<StoredEvent> newEvents) {
    String key = job.message().key().toString();
    Digest message = Digest.sha256(job.signed().message().buffer());
    Known earlier = known.get(key);
    if (earlier != null) {
      return earlier.message().equals(message)
          ? new Receipt.Executed(earlier.records())
          : new Receipt.Aborted(
              AbortCode.KEY_REUSED, "another call took effect under the key " + key);
    }
    long timeMs = nowMs();
    CallContext context =
        new CallContext(
            state,
            job.signed().sender(),
            timeMs,
            wallClock.millis(),
            () -> randomness.draw(job.message().call()));
    return switch (rules.decide(context, job.message().call())) {
      case Decision.Refusal refusal -> new Receipt.Aborted(refusal.code(), refusal.sentence());
      case Decision.Effect effect -> {
        calls++;
        newCalls.add(new StoredCall(calls, timeMs, job.signed()));
        List<ChainRecord> records = apply(effect.events(), timeMs, calls, newEvents);
        known.put(key, new Known(message, records));
        yield new Receipt.Executed(records);
      }
    };
  }

  private Receipt pay(Job.Faucet job, List<StoredEvent> newEvents) {
    Coins balance = state.sui(job.recipient());
    boolean within =
        job.amount().compareTo(Coins.ZERO) > 0
            && balance.compareTo(FAUCET_CEILING) < 0
            && job.amount().compareTo(FAUCET_CEILING.minus(balance)) <= 0;
    return within
        ? new Receipt.Executed(
            apply(
                List.of(new ChainEvent.FaucetPaid(job.recipient(), job.amount())),
                nowMs(),
                0,
                newEvents))
        : new Receipt.Aborted(
            AbortCode.FAUCET_LIMIT,
            "the faucet fills an account up to "
                + FAUCET_CEILING
                + " SUI; "
                + job.recipient()
                + " holds "
                + balance);
  }

  private List<ChainRecord> apply(
      List<ChainEvent> events, long timeMs, long call, List<StoredEvent> newEvents) {
    List<ChainRecord> records = new ArrayList<>();
    for (ChainEvent event : events) {
      ChainRecord next = new ChainRecord(state.sequence() + 1, timeMs, event);
      state.apply(next);
      records.add(next);
      newEvents.add(new StoredEvent(next, call));
    }
    return List.copyOf(records);
  }
}

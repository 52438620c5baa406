package io.vramhub.vramscan;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.scoring.WindowFinalization;
import io.vramhub.tck.EvaluationRequests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A chain that could have happened, drawn from a seed: people join, add stake and leave, windows
 * open and are finalized by the protocol's own rules, some validators lie, some checkpoints get
 * contradicting votes. {@link ChainState} accepts every event, or the chain is not built.
 */
final class RandomChain {
  private static final String CODEC = "topk-q2/1";

  private final Random random;
  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();
  private long sequence;
  private long timeMs;

  RandomChain(long seed) {
    this.random = new Random(seed);
    happens(
        new ChainEvent.NetworkCreated(
            EvaluationRequests.NETWORK,
            parameters(EvaluationRequests.parameters(digest(), "strict-f32/1")),
            new AttestationPolicy(
                EnclaveKind.SOFTWARE,
                bytes(300),
                List.of(new AttestationPolicy.Measurement(bytes(48), bytes(48), bytes(48)))),
            address(),
            new CheckpointRef(new WindowId(0), digest())));
    for (int i = 0; i < 3; i++) {
      joinValidator();
      joinMiner();
    }
  }

  private static NetworkParameters parameters(NetworkParameters parameters) {
    return new NetworkParameters(
        parameters.schedule(),
        parameters.model(),
        parameters.data(),
        parameters.scoring(),
        parameters.stake(),
        new NetworkParameters.Reward(7_000, 2_000, 1_000, parameters.reward().treasury()));
  }

  /** The chain from its first event to at least the given number of them. */
  List<ChainRecord> events(int atLeast) {
    while (records.size() < atLeast) {
      between();
      window();
    }
    return List.copyOf(records);
  }

  /** Registers miners until so many are active. */
  RandomChain withMiners(int miners) {
    while (state.activeMiners().size() < miners) {
      joinMiner();
    }
    return this;
  }

  /** One more window; what has happened since the last call. */
  List<ChainRecord> nextWindowOnly() {
    window();
    List<ChainRecord> happened = List.copyOf(records);
    records.clear();
    return happened;
  }

  private void happens(ChainEvent event) {
    timeMs += 1 + random.nextInt(1_000);
    ChainRecord next = new ChainRecord(++sequence, timeMs, event);
    state.apply(next);
    records.add(next);
  }

  /** What may happen at any time. */
  private void between() {
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(9)) {
        case 0 -> joinMiner();
        case 1 -> joinValidator();
        case 2 -> happens(new ChainEvent.FaucetPaid(address(), new Coins(random.nextInt(1_000))));
        case 3 ->
            happens(
                new ChainEvent.ParametersScheduled(
                    new WindowId(nextWindow() + random.nextInt(3)),
                    EvaluationRequests.parameters(digest(), "strict-f32/1")));
        case 4 -> {
          MinerRecord miner = any(state.miners());
          happens(new ChainEvent.MinerStakeAdded(miner.uid(), new Coins(5)));
        }
        case 5 -> {
          ValidatorRecord validator = any(state.validators());
          happens(new ChainEvent.ValidatorStakeAdded(validator.uid(), new Coins(7)));
          enclave(validator.uid());
        }
        case 6 -> leaveMiner();
        case 7 -> leaveValidator();
        default -> claim();
      }
    }
  }

  private void joinMiner() {
    happens(
        new ChainEvent.MinerRegistered(
            state.nextMinerUid(), address(), address(), new Coins(10), label("miner")));
  }

  private void joinValidator() {
    ValidatorUid uid = state.nextValidatorUid();
    happens(
        new ChainEvent.ValidatorRegistered(
            uid, address(), address(), new Coins(100 + random.nextInt(50)), label("validator")));
    enclave(uid);
  }

  private void enclave(ValidatorUid uid) {
    long epoch =
        state
            .validator(uid)
            .flatMap(ValidatorRecord::enclave)
            .map(ValidatorRecord.Enclave::epoch)
            .orElse(0L);
    happens(
        new ChainEvent.EnclaveRegistered(
            uid, epoch + 1, bytes(32), EnclaveKind.SOFTWARE, new Attestation(bytes(200))));
  }

  private void leaveMiner() {
    if (state.activeMiners().size() > 2) {
      MinerUid miner = any(state.activeMiners());
      happens(new ChainEvent.MinerLeft(miner, timeMs + 60_000));
      happens(new ChainEvent.MinerStakeWithdrawn(miner, new Coins(10)));
    }
  }

  private void leaveValidator() {
    if (state.activeBonds().size() > 2) {
      ValidatorUid validator = any(state.activeBonds()).validator();
      happens(new ChainEvent.ValidatorLeft(validator, timeMs + 60_000));
      happens(new ChainEvent.ValidatorStakeWithdrawn(validator, new Coins(100)));
    }
  }

  private void claim() {
    Payee payee =
        switch (random.nextInt(3)) {
          case 0 -> new Payee.Miner(any(state.miners()).uid());
          case 1 -> new Payee.Validator(any(state.validators()).uid());
          default -> new Payee.Treasury();
        };
    Coins credit = state.credit(payee);
    if (credit.compareTo(Coins.ZERO) > 0) {
      happens(new ChainEvent.Claimed(payee, address(), credit));
    }
  }

  private long nextWindow() {
    return state.newestWindow().map(window -> window.window().number()).orElse(0L) + 1;
  }

  private void window() {
    WindowId window = new WindowId(nextWindow());
    happens(
        new ChainEvent.WindowOpened(
            window, digest(), state.newestCheckpoint(), state.activeMiners(), state.activeBonds()));
    for (MinerUid miner : state.activeMiners()) {
      if (random.nextInt(5) > 0) {
        happens(
            new ChainEvent.GradientCommitted(
                window,
                miner,
                digest(),
                10_000 + random.nextInt(2_000),
                "gradient-" + window + "-" + miner + "-v1.pt",
                CODEC));
      }
    }
    if (random.nextInt(8) > 0) {
      happens(new ChainEvent.ScoringOpened(window, digest()));
      score(window);
    }
    WindowResult result = finish(window);
    if (!result.empty() && !result.topG().isEmpty()) {
      vote(result);
    }
  }

  private WindowRecord record(WindowId window) {
    return state.window(window).orElseThrow();
  }

  private void score(WindowId window) {
    List<ScoreEntry> honest = new ArrayList<>();
    for (WindowRecord.Commit commit : record(window).commits().values()) {
      boolean accepted = random.nextInt(6) > 0;
      honest.add(
          new ScoreEntry(
              commit.gradient().miner(),
              commit.gradient().contentHash(),
              accepted ? Verdict.ACCEPTED : Verdict.values()[1 + random.nextInt(7)],
              new NanoNats(accepted ? random.nextInt(2_000_000) - 300_000 : 0),
              new NanoNats(accepted ? random.nextInt(2_500_000) - 300_000 : 0)));
    }
    for (ChainEvent.Bond bond : record(window).opened().validators()) {
      int mood = random.nextInt(10);
      if (mood > 0) {
        submit(window, bond.validator(), mood == 1 ? lies(honest) : honest);
      }
    }
  }

  private List<ScoreEntry> lies(List<ScoreEntry> honest) {
    return honest.stream()
        .map(
            entry ->
                new ScoreEntry(
                    entry.miner(),
                    entry.contentHash(),
                    Verdict.ACCEPTED,
                    new NanoNats(random.nextInt(9_000_000)),
                    NanoNats.ZERO))
        .toList();
  }

  private void submit(WindowId window, ValidatorUid validator, List<ScoreEntry> entries) {
    WindowRecord record = record(window);
    happens(
        new ChainEvent.ScoresSubmitted(
            new SignedScoreReport(
                new ScoreReport(
                    state.network(),
                    validator,
                    state
                        .validator(validator)
                        .flatMap(ValidatorRecord::enclave)
                        .orElseThrow()
                        .epoch(),
                    window,
                    "strict-f32/1",
                    record.opened().base().root(),
                    state.parameters(window).data().root(),
                    record.opened().assignmentSeed(),
                    record.scoring().orElseThrow().evaluationSeed(),
                    entries),
                timeMs,
                bytes(64))));
  }

  private WindowResult finish(WindowId window) {
    var finished = WindowFinalization.compute(state, window);
    finished.events().forEach(this::happens);
    return finished.result();
  }

  private void vote(WindowResult result) {
    WindowId number = result.window().next();
    Digest root = digest();
    Digest parent = record(result.window()).opened().base().root();
    for (ValidatorRecord validator : state.validators()) {
      int mood = random.nextInt(6);
      if (mood > 0) {
        happens(
            new ChainEvent.CheckpointVoted(validator.uid(), number, mood == 1 ? digest() : root));
      }
      if (state.checkpoint(number).isEmpty() && random.nextInt(3) == 0) {
        happens(
            new ChainEvent.CheckpointAnchored(
                new CheckpointRef(number, root), parent, result.topGDigest()));
      }
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String label(String kind) {
    return switch (random.nextInt(4)) {
      case 0 -> "<script>alert('" + kind + "')</script>";
      case 1 -> "=HYPERLINK(\"x\"), \u0000\u202e\ud83d\ude00\n";
      default -> kind + " " + random.nextInt(100);
    };
  }

  private Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return new Bytes(bytes);
  }

  private Digest digest() {
    return new Digest(bytes(32));
  }

  private Address address() {
    return new Address(digest());
  }
}

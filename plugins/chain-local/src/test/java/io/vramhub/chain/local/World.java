package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.message.GenesisMessage;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.protocol.payload.PayloadNames;
import io.vramhub.protocol.scoring.ScorerAssignment;
import io.vramhub.protocol.window.WindowSchedule;
import io.vramhub.tck.TestSigner;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A network to tell stories with: the state, the rules and a clock that moves when told. Miners are
 * {@code miner 1..}, validators {@code validator 1..}; each owns the record of its number.
 */
final class World {
  static final long GENESIS_MS = 1_000_000;
  static final long WINDOW_MS = 100_000;
  static final long DEADLINE_MS = 80_000;
  static final long GRACE_MS = 10_000;
  static final long UNBONDING_MS = 250_000;
  static final Coins MINER_STAKE = Coins.whole(1);
  static final Coins VALIDATOR_STAKE = Coins.whole(10);
  static final Instant WALL_CLOCK = Instant.ofEpochMilli(1_790_000_000_000L);
  static final NetworkId NETWORK = new NetworkId(digest("network"));
  static final TestSigner GOVERNANCE = new TestSigner("governance");
  static final Address PAYOUT = new Address(digest("payout"));
  static final String EVALUATOR = "strict-f32/1";
  static final String CODEC = "topk-q2/1";

  private static final SecureRandom RANDOM = new SecureRandom();
  static final SoftwareRoot ROOT = SoftwareRoot.generate(WALL_CLOCK, RANDOM);
  static final Measurement MEASUREMENT = measurement(0xa0);
  static final SoftwareAttestor ATTESTOR = new SoftwareAttestor(ROOT, MEASUREMENT);

  /** Pages for five miners of four pages each. */
  static final NetworkParameters PARAMETERS =
      new NetworkParameters(
          new NetworkParameters.Schedule(GENESIS_MS, WINDOW_MS, DEADLINE_MS, GRACE_MS),
          new NetworkParameters.Model(
              new ModelSpec(256, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true),
              CODEC,
              4,
              2,
              2,
              950_000_000,
              100_000_000,
              1_000_000_000,
              15,
              500_000_000,
              4),
          new NetworkParameters.Data(
              digest("dataset"), 2, 16, new PageRange(0, 20), new PageRange(20, 4), 2, 2),
          new NetworkParameters.Scoring(
              EVALUATOR, 3, 2, 3, 900_000_000, -1_000_000_000, NanoNats.ZERO, 5),
          new NetworkParameters.Stake(MINER_STAKE, VALIDATOR_STAKE, UNBONDING_MS),
          new NetworkParameters.Reward(8_000, 1_500, 500, new Address(digest("treasury"))));

  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();
  private final LedgerRules rules = new LedgerRules();
  private long timeMs = GENESIS_MS;
  private long wallClockMs = WALL_CLOCK.toEpochMilli();

  World() {
    GenesisMessage genesis = genesis();
    apply(List.of(genesis.created()));
    apply(List.copyOf(genesis.payments()));
  }

  /** The network's beginning: everybody has 100 SUI. */
  static GenesisMessage genesis() {
    List<GenesisMessage.Funding> funded = new ArrayList<>();
    for (int uid = 1; uid <= 6; uid++) {
      funded.add(new GenesisMessage.Funding(miner(uid).address(), Coins.whole(100)));
      funded.add(new GenesisMessage.Funding(validator(uid).address(), Coins.whole(100)));
    }
    return new GenesisMessage(
        NETWORK,
        PARAMETERS,
        new AttestationPolicy(EnclaveKind.SOFTWARE, ROOT.certificate(), List.of(MEASUREMENT)),
        GOVERNANCE.address(),
        digest("genesis checkpoint"),
        GENESIS_MS,
        funded);
  }

  static TestSigner miner(int uid) {
    return new TestSigner("miner " + uid);
  }

  static TestSigner validator(int uid) {
    return new TestSigner("validator " + uid);
  }

  static TestSigner enclave(int uid, long epoch) {
    return new TestSigner("enclave " + uid + " epoch " + epoch);
  }

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  static Measurement measurement(int value) {
    byte[] pcr = new byte[48];
    Arrays.fill(pcr, (byte) value);
    return new Measurement(new Bytes(pcr), new Bytes(pcr), new Bytes(pcr));
  }

  static WindowId window(long number) {
    return new WindowId(number);
  }

  ChainState state() {
    return state;
  }

  List<ChainRecord> records() {
    return List.copyOf(records);
  }

  long timeMs() {
    return timeMs;
  }

  /** Moves to so long after the opening of the window. */
  World at(long window, long offsetMs) {
    timeMs = new WindowSchedule(PARAMETERS.schedule()).opensAt(window(window)) + offsetMs;
    return this;
  }

  World later(long millis) {
    timeMs += millis;
    return this;
  }

  World wallClock(long millis) {
    wallClockMs = millis;
    return this;
  }

  Decision decide(TestSigner sender, ChainCall call) {
    return rules.decide(
        new CallContext(
            state,
            sender.address(),
            timeMs,
            wallClockMs,
            () -> digest("drawn for " + (state.sequence() + 1))),
        call);
  }

  /** The call takes effect; gives its events. */
  List<ChainEvent> does(TestSigner sender, ChainCall call) {
    Decision decision = decide(sender, call);
    assertThat(decision).isInstanceOf(Decision.Effect.class);
    List<ChainEvent> events = ((Decision.Effect) decision).events();
    assertThat(events).isNotEmpty();
    apply(events);
    return events;
  }

  /** The call aborts with the code, and says why in a sentence. */
  void refuses(AbortCode code, TestSigner sender, ChainCall call) {
    assertThat(decide(sender, call))
        .isInstanceOfSatisfying(
            Decision.Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(code);
              assertThat(refusal.sentence()).hasSizeGreaterThan(10);
            });
  }

  private void apply(List<ChainEvent> events) {
    for (ChainEvent event : events) {
      ChainRecord next = new ChainRecord(state.sequence() + 1, timeMs, event);
      state.apply(next);
      records.add(next);
    }
  }

  World withMiners(int count) {
    for (int uid = 1; uid <= count; uid++) {
      does(miner(uid), new ChainCall.RegisterMiner(MINER_STAKE, PAYOUT, "miner " + uid));
    }
    return this;
  }

  World withValidators(int count) {
    for (int uid = 1; uid <= count; uid++) {
      does(
          validator(uid),
          new ChainCall.RegisterValidator(VALIDATOR_STAKE, PAYOUT, "validator " + uid));
      does(validator(uid), registerEnclave(uid, 1));
    }
    return this;
  }

  static Attestation document(TestSigner enclave) {
    return ATTESTOR.attest(enclave.publicKey(), Optional.empty(), WALL_CLOCK);
  }

  static ChainCall registerEnclave(int uid, long epoch) {
    return new ChainCall.RegisterEnclave(new ValidatorUid(uid), document(enclave(uid, epoch)));
  }

  /** Three miners, three validators, the window open. */
  static World open(long window) {
    World world = new World().withMiners(3).withValidators(3).at(window, 0);
    world.does(miner(1), new ChainCall.OpenWindow(window(window)));
    return world;
  }

  /** And every miner has committed. */
  static World committed(long window) {
    World world = open(window);
    for (int uid = 1; uid <= 3; uid++) {
      world.does(miner(uid), commit(window, uid));
    }
    return world;
  }

  /** And scoring is open. */
  static World scoring(long window) {
    return committed(window).openScoring(window);
  }

  World openScoring(long window) {
    at(window, DEADLINE_MS);
    does(validator(1), new ChainCall.OpenScoring(window(window)));
    return this;
  }

  /** And every validator has reported the same gains. */
  static World scored(long window) {
    return scoring(window).score(window);
  }

  World score(long window) {
    for (int uid = 1; uid <= 3; uid++) {
      does(validator(uid), new ChainCall.SubmitScores(signed(uid, 1, report(window, uid))));
    }
    return this;
  }

  /** And the window is final. */
  static World finalized(long window) {
    World world = scored(window).at(window + 1, 0);
    world.does(miner(1), new ChainCall.FinalizeWindow(window(window)));
    return world;
  }

  static ChainCall.CommitGradient commit(long window, int uid) {
    return new ChainCall.CommitGradient(
        window(window),
        new MinerUid(uid),
        content(window, uid),
        500,
        PayloadNames.file(window(window), new MinerUid(uid)).toString(),
        CODEC);
  }

  static Digest content(long window, int uid) {
    return digest("content of " + uid + " in " + window);
  }

  WindowRecord record(long window) {
    return state.window(window(window)).orElseThrow();
  }

  Digest evaluationSeed(long window) {
    return record(window).scoring().orElseThrow().evaluationSeed();
  }

  WindowResult result(long window) {
    return record(window).result().orElseThrow();
  }

  /** An honest report on all the miners that committed and that the validator scores. */
  ScoreReport report(long window, int validator) {
    return report(record(window), validator);
  }

  static ScoreReport report(WindowRecord window, int validator) {
    Digest evaluationSeed = window.scoring().orElseThrow().evaluationSeed();
    List<ScoreEntry> entries = new ArrayList<>();
    for (WindowRecord.Commit commit : window.commits().values()) {
      MinerUid miner = commit.gradient().miner();
      boolean assigned =
          ScorerAssignment.scorers(PARAMETERS, evaluationSeed, window.opened().validators(), miner)
              .contains(new ValidatorUid(validator));
      if (assigned) {
        entries.add(
            new ScoreEntry(
                miner,
                commit.gradient().contentHash(),
                Verdict.ACCEPTED,
                new NanoNats(1_000_000L * miner.value()),
                new NanoNats(2_000_000L * miner.value())));
      }
    }
    return new ScoreReport(
        NETWORK,
        new ValidatorUid(validator),
        1,
        window.window(),
        EVALUATOR,
        window.opened().base().root(),
        PARAMETERS.data().root(),
        window.opened().assignmentSeed(),
        evaluationSeed,
        entries);
  }

  static SignedScoreReport signed(int validator, long epoch, ScoreReport report) {
    long timestampMs = WALL_CLOCK.toEpochMilli();
    return new SignedScoreReport(
        report,
        timestampMs,
        enclave(validator, epoch).sign(ScoreMessage.intentBytes(report, timestampMs)));
  }

  ChainCall.AnchorCheckpoint anchor(long checkpoint, int validator, Digest root) {
    return new ChainCall.AnchorCheckpoint(
        new ValidatorUid(validator),
        window(checkpoint),
        record(checkpoint - 1).opened().base().root(),
        root,
        result(checkpoint - 1).topGDigest());
  }
}

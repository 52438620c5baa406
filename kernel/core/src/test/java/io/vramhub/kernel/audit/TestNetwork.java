package io.vramhub.kernel.audit;

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
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.protocol.scoring.WindowFinalization;
import io.vramhub.protocol.window.WindowSchedule;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Writes a history that keeps every rule, with real signatures, at the proper times. */
final class TestNetwork {
  static final NetworkId NETWORK = new NetworkId(digest("network"));
  static final ModelSpec MODEL = new ModelSpec(256, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true);

  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();
  private final TreeMap<ValidatorUid, KeyPair> keys = new TreeMap<>();
  private final NetworkParameters parameters;
  private long nowMs;

  TestNetwork(NetworkParameters parameters, Digest genesisRoot) {
    this.parameters = parameters;
    add(
        new ChainEvent.NetworkCreated(
            NETWORK,
            parameters,
            new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
            address("governance"),
            new CheckpointRef(new WindowId(1), genesisRoot)));
  }

  static NetworkParameters parameters(
      Digest datasetRoot, PageRange train, PageRange heldout, int maxDeviations) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(100_000, 10_000, 8_000, 1_000),
        new NetworkParameters.Model(
            MODEL,
            "topk-q2/1",
            64,
            2,
            2,
            950_000_000L,
            1_000_000_000L,
            1_000_000_000L,
            15,
            1_000_000_000L,
            2),
        new NetworkParameters.Data(datasetRoot, 2, 16, train, heldout, 4, 3),
        new NetworkParameters.Scoring(
            "strict-f32/1", 3, 2, maxDeviations, 900_000_000L, -500_000_000L, NanoNats.ZERO, 3),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 60_000),
        new NetworkParameters.Reward(4_100, 4_100, 1_800, address("treasury")));
  }

  /** Three validators, the given number of miners, a dataset nobody looks at. */
  static TestNetwork ofChainAlone(int miners) {
    return new TestNetwork(
            parameters(digest("data"), new PageRange(0, 400), new PageRange(400, 50), 3),
            digest("genesis"))
        .register(miners, 3);
  }

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  static Address address(String name) {
    return new Address(digest("address " + name));
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

  NetworkParameters parameters() {
    return parameters;
  }

  TestNetwork add(ChainEvent event) {
    nowMs++;
    ChainRecord next = new ChainRecord(state.sequence() + 1, nowMs, event);
    state.apply(next);
    records.add(next);
    return this;
  }

  /** Lets time pass until the given moment of a window. */
  private TestNetwork at(long ms) {
    nowMs = Math.max(nowMs, ms);
    return this;
  }

  TestNetwork register(int miners, int validators) {
    for (int i = 0; i < miners; i++) {
      MinerUid uid = state.nextMinerUid();
      Address owner = address("miner " + uid);
      add(new ChainEvent.FaucetPaid(owner, Coins.whole(5)));
      add(
          new ChainEvent.MinerRegistered(
              uid, owner, address("payout of miner " + uid), Coins.whole(1), "miner " + uid));
    }
    for (int i = 0; i < validators; i++) {
      ValidatorUid uid = state.nextValidatorUid();
      Address owner = address("validator " + uid);
      KeyPair keyPair = keyPair();
      keys.put(uid, keyPair);
      add(new ChainEvent.FaucetPaid(owner, Coins.whole(50)));
      add(
          new ChainEvent.ValidatorRegistered(
              uid, owner, address("payout of validator " + uid), Coins.whole(10), "v" + uid));
      add(
          new ChainEvent.EnclaveRegistered(
              uid, 1, publicKey(keyPair), EnclaveKind.SOFTWARE, new Attestation(Bytes.EMPTY)));
    }
    return this;
  }

  private WindowSchedule schedule() {
    return new WindowSchedule(parameters.schedule());
  }

  TestNetwork open(long number) {
    return at(schedule().opensAt(window(number)))
        .add(
            new ChainEvent.WindowOpened(
                window(number),
                digest("assignment " + number),
                state.newestCheckpoint(),
                state.activeMiners(),
                state.activeBonds()));
  }

  TestNetwork commit(long number, int miner, Digest contentHash, long size) {
    return add(
        new ChainEvent.GradientCommitted(
            window(number),
            new MinerUid(miner),
            contentHash,
            size,
            "gradient-" + number + "-" + miner + "-v1.pt",
            "topk-q2/1"));
  }

  TestNetwork openScoring(long number) {
    return at(schedule().commitDeadline(window(number)))
        .add(new ChainEvent.ScoringOpened(window(number), digest("evaluation " + number)));
  }

  TestNetwork report(long number, int validator, List<ScoreEntry> entries) {
    return add(
        new ChainEvent.ScoresSubmitted(signed(scoreReport(number, validator, entries), nowMs)));
  }

  ScoreReport scoreReport(long number, int validator, List<ScoreEntry> entries) {
    WindowRecord record = state.window(window(number)).orElseThrow();
    return new ScoreReport(
        NETWORK,
        new ValidatorUid(validator),
        1,
        window(number),
        "strict-f32/1",
        record.opened().base().root(),
        parameters.data().root(),
        record.opened().assignmentSeed(),
        record.scoring().orElseThrow().evaluationSeed(),
        entries);
  }

  /** Signs as the report's validator's enclave would. */
  SignedScoreReport signed(ScoreReport report, long timestampMs) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.get(report.validator()).getPrivate());
      signature.update(ScoreMessage.intentBytes(report, timestampMs));
      return new SignedScoreReport(report, timestampMs, new Bytes(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  WindowResult close(long number) {
    at(schedule().closesAt(window(number)));
    WindowFinalization.compute(state, window(number)).events().forEach(this::add);
    return state.window(window(number)).orElseThrow().result().orElseThrow();
  }

  /** All validators vote for the root, which anchors it. */
  TestNetwork anchor(long number, Digest root) {
    WindowRecord record = state.window(window(number)).orElseThrow();
    for (ChainEvent.Bond bond : record.opened().validators()) {
      add(new ChainEvent.CheckpointVoted(bond.validator(), record.nextCheckpoint(), root));
    }
    return add(
        new ChainEvent.CheckpointAnchored(
            new CheckpointRef(record.nextCheckpoint(), root),
            record.opened().base().root(),
            record.result().orElseThrow().topGDigest()));
  }

  /** A whole window in which miner i gains i times ten thousand; validators agree. */
  TestNetwork play(long number, int miners) {
    open(number);
    List<ScoreEntry> entries = new ArrayList<>();
    for (int miner = 1; miner <= miners; miner++) {
      commit(number, miner, digest("content " + number + " " + miner), 1_000);
      entries.add(accepted(number, miner, 10_000L * miner, 11_000L * miner));
    }
    openScoring(number);
    for (ChainEvent.Bond bond : state.activeBonds()) {
      report(number, bond.validator().value(), entries);
    }
    close(number);
    return anchor(number, digest("checkpoint after " + number));
  }

  static ScoreEntry accepted(long number, int miner, long heldout, long assigned) {
    return new ScoreEntry(
        new MinerUid(miner),
        digest("content " + number + " " + miner),
        Verdict.ACCEPTED,
        new NanoNats(heldout),
        new NanoNats(assigned));
  }

  /** The history with every event that fits rewritten. */
  static List<ChainRecord> rewritten(
      List<ChainRecord> records, Predicate<ChainEvent> which, UnaryOperator<ChainEvent> how) {
    return records.stream()
        .map(
            next ->
                which.test(next.event())
                    ? new ChainRecord(next.sequence(), next.timeMs(), how.apply(next.event()))
                    : next)
        .toList();
  }

  /** The history without the events that fit, numbered anew. */
  static List<ChainRecord> without(List<ChainRecord> records, Predicate<ChainEvent> which) {
    List<ChainRecord> kept = new ArrayList<>();
    for (ChainRecord next : records) {
      if (!which.test(next.event())) {
        kept.add(new ChainRecord(kept.size() + 1, next.timeMs(), next.event()));
      }
    }
    return kept;
  }

  private static KeyPair keyPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Bytes publicKey(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return new Bytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }
}

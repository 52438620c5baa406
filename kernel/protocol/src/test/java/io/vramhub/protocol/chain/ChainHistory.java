package io.vramhub.protocol.chain;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes chain histories for tests: numbers the events, folds them, and fills in what a test does
 * not care about. Reports carry an empty signature.
 */
public final class ChainHistory {
  public static final NetworkId NETWORK = new NetworkId(digest("network"));
  public static final CheckpointRef GENESIS = new CheckpointRef(new WindowId(1), digest("genesis"));

  private final ChainState state = new ChainState();
  private final List<ChainRecord> records = new ArrayList<>();

  /** A network with the given parameters. */
  public static ChainHistory of(NetworkParameters parameters) {
    ChainHistory history = new ChainHistory();
    history.add(
        new ChainEvent.NetworkCreated(
            NETWORK,
            parameters,
            new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
            address("governance"),
            GENESIS));
    return history;
  }

  /** Small parameters: two scorers at least of three, no gain floor. */
  public static NetworkParameters parameters() {
    return new NetworkParameters(
        new NetworkParameters.Schedule(0, 10_000, 8_000, 1_000),
        new NetworkParameters.Model(
            new ModelSpec(256, 1, 16, 2, 2, 32, 16, 10_000, 10_000, false),
            "topk-q2/1",
            32,
            4,
            2,
            950_000_000L,
            1_000_000_000L,
            1_000_000_000L,
            15,
            1_000_000_000L,
            1),
        new NetworkParameters.Data(
            digest("dataset"), 2, 16, new PageRange(0, 10_000), new PageRange(10_000, 500), 8, 8),
        new NetworkParameters.Scoring(
            "strict-f32/1", 3, 2, 3, 900_000_000L, -500_000_000L, NanoNats.ZERO, 3),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 60_000),
        new NetworkParameters.Reward(4_100, 4_100, 1_800, address("treasury")));
  }

  public static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  public static Address address(String name) {
    return new Address(digest("address " + name));
  }

  public ChainHistory add(ChainEvent event) {
    ChainRecord next = new ChainRecord(state.sequence() + 1, state.timeMs() + 1, event);
    state.apply(next);
    records.add(next);
    return this;
  }

  public ChainState state() {
    return state;
  }

  public List<ChainRecord> records() {
    return List.copyOf(records);
  }

  public ChainHistory miners(int count) {
    for (int i = 0; i < count; i++) {
      MinerUid uid = state.nextMinerUid();
      Address owner = address("miner " + uid);
      add(new ChainEvent.FaucetPaid(owner, Coins.whole(5)));
      add(
          new ChainEvent.MinerRegistered(
              uid, owner, address("payout of miner " + uid), Coins.whole(1), "miner " + uid));
    }
    return this;
  }

  public ChainHistory validator(long wholeStake) {
    ValidatorUid uid = state.nextValidatorUid();
    Address owner = address("validator " + uid);
    add(new ChainEvent.FaucetPaid(owner, Coins.whole(wholeStake)));
    add(
        new ChainEvent.ValidatorRegistered(
            uid, owner, address("payout of validator " + uid), Coins.whole(wholeStake), "v" + uid));
    return add(
        new ChainEvent.EnclaveRegistered(
            uid,
            1,
            new Bytes(digest("key of validator " + uid).array()),
            EnclaveKind.SOFTWARE,
            new Attestation(Bytes.EMPTY)));
  }

  /** Opens the window for all active miners and validators on the newest checkpoint. */
  public ChainHistory open(long window) {
    return add(
        new ChainEvent.WindowOpened(
            new WindowId(window),
            digest("assignment " + window),
            state.newestCheckpoint(),
            state.activeMiners(),
            state.activeBonds()));
  }

  public ChainHistory commit(long window, int miner) {
    return add(
        new ChainEvent.GradientCommitted(
            new WindowId(window),
            new MinerUid(miner),
            content(window, miner),
            1_000,
            "gradient-" + window + "-" + miner + "-v1.pt",
            "topk-q2/1"));
  }

  public ChainHistory openScoring(long window) {
    return add(new ChainEvent.ScoringOpened(new WindowId(window), digest("evaluation " + window)));
  }

  public static Digest content(long window, int miner) {
    return digest("content " + window + " " + miner);
  }

  public static ScoreEntry accepted(long window, int miner, long heldout, long assigned) {
    return new ScoreEntry(
        new MinerUid(miner),
        content(window, miner),
        Verdict.ACCEPTED,
        new NanoNats(heldout),
        new NanoNats(assigned));
  }

  public static ScoreEntry rejected(long window, int miner, Verdict verdict) {
    return new ScoreEntry(
        new MinerUid(miner), content(window, miner), verdict, NanoNats.ZERO, NanoNats.ZERO);
  }

  public ChainHistory score(long window, int validator, List<ScoreEntry> entries) {
    WindowRecord record = state.window(new WindowId(window)).orElseThrow();
    ScoreReport report =
        new ScoreReport(
            NETWORK,
            new ValidatorUid(validator),
            1,
            new WindowId(window),
            "strict-f32/1",
            record.opened().base().root(),
            state.parameters(new WindowId(window)).data().root(),
            record.opened().assignmentSeed(),
            record.scoring().map(ChainEvent.ScoringOpened::evaluationSeed).orElse(Digest.ZERO),
            entries);
    return add(
        new ChainEvent.ScoresSubmitted(
            new SignedScoreReport(report, state.timeMs(), new Bytes(new byte[64]))));
  }

  public Optional<MinerRecord> miner(int uid) {
    return state.miner(new MinerUid(uid));
  }
}

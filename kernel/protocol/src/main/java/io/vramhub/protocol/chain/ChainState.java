package io.vramhub.protocol.chain;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.ChainEvent.CheckpointAnchored;
import io.vramhub.api.model.ChainEvent.CheckpointVoted;
import io.vramhub.api.model.ChainEvent.Claimed;
import io.vramhub.api.model.ChainEvent.CredentialsPublished;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.EnclaveRegistered;
import io.vramhub.api.model.ChainEvent.FaucetPaid;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.ChainEvent.MinerLeft;
import io.vramhub.api.model.ChainEvent.MinerRegistered;
import io.vramhub.api.model.ChainEvent.MinerStakeAdded;
import io.vramhub.api.model.ChainEvent.MinerStakeWithdrawn;
import io.vramhub.api.model.ChainEvent.NetworkCreated;
import io.vramhub.api.model.ChainEvent.ParametersScheduled;
import io.vramhub.api.model.ChainEvent.ScoresSubmitted;
import io.vramhub.api.model.ChainEvent.ScoringOpened;
import io.vramhub.api.model.ChainEvent.ValidatorJailed;
import io.vramhub.api.model.ChainEvent.ValidatorLeft;
import io.vramhub.api.model.ChainEvent.ValidatorRegistered;
import io.vramhub.api.model.ChainEvent.ValidatorStakeAdded;
import io.vramhub.api.model.ChainEvent.ValidatorStakeWithdrawn;
import io.vramhub.api.model.ChainEvent.WindowFinalized;
import io.vramhub.api.model.ChainEvent.WindowOpened;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of the chain after a prefix of its events: the one fold of protocol sections 1, 2, 5 to
 * 8 and 10, used by the ledger, the nodes, the auditor and the explaining commands.
 *
 * <p>The fold believes the events' numbers (ratings, credits); whether they follow from the rules
 * is the auditor's question. It refuses only what cannot be a history: a gap in the sequence, a
 * second event where the protocol is write-once, a name no earlier event introduced. Such a record
 * throws {@link ErrorCode#CHAIN_CORRUPT} with its sequence and changes nothing.
 *
 * <p>Not thread-safe: one thread applies and queries, or callers lock. Every answer is immutable
 * and stays valid while the fold goes on.
 */
public final class ChainState {
  private long sequence;
  private long timeMs;
  private Optional<NetworkCreated> created = Optional.empty();
  private final TreeMap<WindowId, NetworkParameters> parameters = new TreeMap<>();
  private final TreeMap<MinerUid, MinerRecord> miners = new TreeMap<>();
  private final TreeMap<ValidatorUid, ValidatorRecord> validators = new TreeMap<>();
  private final TreeMap<WindowId, WindowRecord> windows = new TreeMap<>();
  private final TreeMap<WindowId, CheckpointRecord> checkpoints = new TreeMap<>();
  private final Map<Address, Long> suiMoved = new HashMap<>();
  private final Map<Address, Coins> vram = new HashMap<>();
  private final Map<Payee, Coins> credits = new HashMap<>();
  private Coins issued = Coins.ZERO;
  private Coins claimed = Coins.ZERO;

  /** The state after all the given records, from the first. */
  public static ChainState of(Collection<ChainRecord> records) {
    ChainState state = new ChainState();
    records.forEach(state::apply);
    return state;
  }

  /** Applies the next record. */
  public void apply(ChainRecord next) {
    if (next.sequence() != sequence + 1) {
      throw corrupt(
          next,
          "expected sequence "
              + (sequence + 1)
              + "; an event is missing, repeated or out of order");
    }
    if (next.timeMs() < timeMs) {
      throw corrupt(next, "its chain time lies before that of the event before it");
    }
    if (created.isEmpty() != (next.event() instanceof NetworkCreated)) {
      throw corrupt(next, "the network is created once, by the first event");
    }
    switch (next.event()) {
      case NetworkCreated event -> create(event, next.timeMs());
      case ParametersScheduled event -> parameters.put(event.effective(), event.parameters());
      case FaucetPaid event -> moveSui(event.recipient(), event.amount().baseUnits());
      case MinerRegistered event -> register(event, next);
      case ValidatorRegistered event -> register(event, next);
      case MinerStakeAdded event -> {
        MinerRecord miner = knownMiner(event.miner(), next);
        moveSui(miner.owner(), -event.amount().baseUnits());
        put(miner.withStake(miner.stake().plus(event.amount())));
      }
      case ValidatorStakeAdded event -> {
        ValidatorRecord validator = knownValidator(event.validator(), next);
        moveSui(validator.owner(), -event.amount().baseUnits());
        put(validator.withStake(validator.stake().plus(event.amount())));
      }
      case MinerLeft event ->
          put(knownMiner(event.miner(), next).withLeft(event.withdrawableAtMs()));
      case ValidatorLeft event ->
          put(knownValidator(event.validator(), next).withLeft(event.withdrawableAtMs()));
      case MinerStakeWithdrawn event -> {
        MinerRecord miner = knownMiner(event.miner(), next);
        Coins rest = lessStake(miner.stake(), event.amount(), next);
        moveSui(miner.owner(), event.amount().baseUnits());
        put(miner.withStake(rest));
      }
      case ValidatorStakeWithdrawn event -> {
        ValidatorRecord validator = knownValidator(event.validator(), next);
        Coins rest = lessStake(validator.stake(), event.amount(), next);
        moveSui(validator.owner(), event.amount().baseUnits());
        put(validator.withStake(rest));
      }
      case CredentialsPublished event ->
          put(
              knownMiner(event.miner(), next)
                  .withCredentials(
                      new MinerRecord.Credentials(
                          event.keyEpoch(), new SealedCredential(event.sealed()))));
      case EnclaveRegistered event -> register(event, next);
      case WindowOpened event -> open(event, next);
      case GradientCommitted event -> commit(event, next);
      case ScoringOpened event -> {
        WindowRecord window = openWindow(event.window(), next);
        if (window.scoring().isPresent()) {
          throw corrupt(next, "scoring of window " + event.window() + " was opened before");
        }
        put(window.withScoring(event));
      }
      case ScoresSubmitted event -> score(event, next);
      case DeviationObserved event -> {
        WindowRecord window = knownWindow(event.window(), next);
        ValidatorRecord validator = knownValidator(event.validator(), next);
        put(window.withDeviation(event));
        put(validator.withDeviation());
      }
      case ValidatorJailed event ->
          put(knownValidator(event.validator(), next).withJailed(event.window()));
      case WindowFinalized event -> finalizeWindow(event.result(), next);
      case CheckpointVoted event -> {
        if (event.checkpoint().number() == 0) {
          throw corrupt(next, "no checkpoint has number 0");
        }
        WindowRecord window = knownWindow(event.checkpoint().previous(), next);
        knownValidator(event.validator(), next);
        if (window.votes().containsKey(event.validator())) {
          throw corrupt(next, "validator " + event.validator() + " voted before");
        }
        put(window.withVote(event.validator(), event.root()));
      }
      case CheckpointAnchored event -> anchor(event, next);
      case Claimed event -> claim(event, next);
    }
    sequence = next.sequence();
    timeMs = next.timeMs();
  }

  private void create(NetworkCreated event, long atMs) {
    created = Optional.of(event);
    parameters.put(new WindowId(0), event.parameters());
    checkpoints.put(
        event.genesis().window(),
        new CheckpointRecord(event.genesis(), Digest.ZERO, Digest.ZERO, atMs));
  }

  private void register(MinerRegistered event, ChainRecord at) {
    if (!event.miner().equals(nextMinerUid())) {
      throw corrupt(at, "miner uids are assigned in order: expected " + nextMinerUid());
    }
    moveSui(event.owner(), -event.stake().baseUnits());
    put(
        new MinerRecord(
            event.miner(),
            event.owner(),
            event.payout(),
            event.label(),
            event.stake(),
            Rating.INITIAL,
            0,
            0,
            0,
            Optional.empty(),
            OptionalLong.empty()));
  }

  private void register(ValidatorRegistered event, ChainRecord at) {
    if (!event.validator().equals(nextValidatorUid())) {
      throw corrupt(at, "validator uids are assigned in order: expected " + nextValidatorUid());
    }
    moveSui(event.owner(), -event.stake().baseUnits());
    put(
        new ValidatorRecord(
            event.validator(),
            event.owner(),
            event.payout(),
            event.label(),
            event.stake(),
            new TreeMap<>(),
            0,
            Optional.empty(),
            OptionalLong.empty()));
  }

  private void register(EnclaveRegistered event, ChainRecord at) {
    ValidatorRecord validator = knownValidator(event.validator(), at);
    if (!validator.enclaves().isEmpty() && event.epoch() <= validator.enclaves().lastKey()) {
      throw corrupt(at, "enclave epochs of validator " + event.validator() + " ascend");
    }
    put(
        validator.withEnclave(
            new ValidatorRecord.Enclave(
                event.epoch(), event.publicKey(), event.kind(), event.attestation())));
  }

  private void open(WindowOpened event, ChainRecord at) {
    if (!windows.isEmpty() && event.window().compareTo(windows.lastKey()) <= 0) {
      throw corrupt(at, "window " + event.window() + " opens after window " + windows.lastKey());
    }
    event.miners().forEach(miner -> knownMiner(miner, at));
    event.validators().forEach(bond -> knownValidator(bond.validator(), at));
    put(WindowRecord.opened(event, at.timeMs()));
  }

  private void commit(GradientCommitted event, ChainRecord at) {
    WindowRecord window = openWindow(event.window(), at);
    knownMiner(event.miner(), at);
    if (window.commits().containsKey(event.miner())) {
      throw corrupt(at, "miner " + event.miner() + " committed before in window " + event.window());
    }
    put(window.withCommit(event, at.timeMs()));
  }

  private void score(ScoresSubmitted event, ChainRecord at) {
    ValidatorUid validator = event.scores().report().validator();
    WindowRecord window = openWindow(event.scores().report().window(), at);
    knownValidator(validator, at);
    if (window.scores().containsKey(validator)) {
      throw corrupt(at, "validator " + validator + " reported before in window " + window.window());
    }
    put(window.withScores(event.scores()));
  }

  private void finalizeWindow(WindowResult result, ChainRecord at) {
    WindowRecord window = openWindow(result.window(), at);
    for (MinerResult line : result.miners()) {
      knownMiner(line.miner(), at);
    }
    for (RatingChange change : result.drifted()) {
      knownMiner(change.miner(), at);
    }
    put(window.withResult(result));
    if (result.empty()) {
      return;
    }
    for (MinerUid uid : window.opened().miners()) {
      MinerRecord miner = knownMiner(uid, at);
      boolean committed = window.commits().containsKey(uid);
      put(miner.withAbsences(committed ? 0 : miner.consecutiveAbsences() + 1));
    }
    for (MinerResult line : result.miners()) {
      put(knownMiner(line.miner(), at).withScore(line.after(), line.proofNanos()));
    }
    for (RatingChange change : result.drifted()) {
      put(knownMiner(change.miner(), at).withRating(change.after()));
    }
    for (Credit credit : result.credits()) {
      credits.merge(credit.payee(), credit.amount(), Coins::plus);
    }
    issued = issued.plus(result.emission());
  }

  private void anchor(CheckpointAnchored event, ChainRecord at) {
    WindowId number = event.checkpoint().window();
    if (checkpoints.containsKey(number)) {
      throw corrupt(at, "checkpoint " + number + " was anchored before");
    }
    checkpoints.put(
        number,
        new CheckpointRecord(event.checkpoint(), event.parent(), event.topGDigest(), at.timeMs()));
  }

  private void claim(Claimed event, ChainRecord at) {
    Coins credit = credit(event.payee());
    if (credit.compareTo(event.amount()) < 0) {
      throw corrupt(at, "the claim exceeds the credit of " + credit);
    }
    credits.put(event.payee(), credit.minus(event.amount()));
    vram.merge(event.recipient(), event.amount(), Coins::plus);
    claimed = claimed.plus(event.amount());
  }

  /** Sequence of the last applied record; 0 before the first. */
  public long sequence() {
    return sequence;
  }

  /** Chain time of the last applied record, in milliseconds; 0 before the first. */
  public long timeMs() {
    return timeMs;
  }

  /** Whether the first event has been applied; the queries below need it. */
  public boolean isCreated() {
    return created.isPresent();
  }

  public NetworkId network() {
    return genesis().network();
  }

  public Address governance() {
    return genesis().governance();
  }

  public AttestationPolicy attestationPolicy() {
    return genesis().attestation();
  }

  /** The first event. */
  public NetworkCreated genesis() {
    return created.orElseThrow(
        () ->
            new HubException(
                ErrorCode.CHAIN_CORRUPT,
                "the chain has no events yet: apply its first event before asking for its state"));
  }

  /**
   * The parameters in force in the window: those scheduled for the greatest effective window not
   * after it.
   */
  public NetworkParameters parameters(WindowId window) {
    genesis();
    return parameters.floorEntry(window).getValue();
  }

  /** All parameters by the window they are or will be in force from, the genesis at 0. */
  public SortedMap<WindowId, NetworkParameters> scheduledParameters() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  public Optional<MinerRecord> miner(MinerUid uid) {
    return Optional.ofNullable(miners.get(uid));
  }

  /** Every miner ever registered, by uid. */
  public List<MinerRecord> miners() {
    return List.copyOf(miners.values());
  }

  /** The miners a window opened now would list, by uid: slot order. */
  public List<MinerUid> activeMiners() {
    return miners.values().stream().filter(MinerRecord::active).map(MinerRecord::uid).toList();
  }

  public Optional<ValidatorRecord> validator(ValidatorUid uid) {
    return Optional.ofNullable(validators.get(uid));
  }

  /** Every validator ever registered, by uid. */
  public List<ValidatorRecord> validators() {
    return List.copyOf(validators.values());
  }

  /**
   * The validators a window opened now would list, by uid, with their stake. A validator without an
   * enclave cannot score and would only weaken the scorer sets, so it is left out.
   */
  public List<Bond> activeBonds() {
    return validators.values().stream()
        .filter(ValidatorRecord::active)
        .map(validator -> new Bond(validator.uid(), validator.stake()))
        .toList();
  }

  /** The uid the next miner gets. */
  public MinerUid nextMinerUid() {
    return new MinerUid(miners.size() + 1);
  }

  /** The uid the next validator gets. */
  public ValidatorUid nextValidatorUid() {
    return new ValidatorUid(validators.size() + 1);
  }

  public Optional<WindowRecord> window(WindowId window) {
    return Optional.ofNullable(windows.get(window));
  }

  /** Every opened window, by number. */
  public List<WindowRecord> windows() {
    return List.copyOf(windows.values());
  }

  /** The window opened last. */
  public Optional<WindowRecord> newestWindow() {
    return windows.isEmpty() ? Optional.empty() : Optional.of(windows.lastEntry().getValue());
  }

  public Optional<CheckpointRecord> checkpoint(WindowId number) {
    return Optional.ofNullable(checkpoints.get(number));
  }

  /** Every anchored checkpoint, by number; the first is the genesis checkpoint. */
  public List<CheckpointRecord> checkpoints() {
    return List.copyOf(checkpoints.values());
  }

  /** The anchored checkpoint with the greatest number: the base of a window opened now. */
  public CheckpointRef newestCheckpoint() {
    genesis();
    return checkpoints.lastEntry().getValue().checkpoint();
  }

  /**
   * What the address holds in SUI as far as the events tell: faucet payments and withdrawn stakes
   * less bonded ones. On a development ledger that is the whole balance; on Sui, where coins also
   * move outside this protocol, a shortfall reads as zero.
   */
  public Coins sui(Address address) {
    return new Coins(Math.max(0, suiMoved.getOrDefault(address, 0L)));
  }

  /** The VRAM paid out to the address by claims. */
  public Coins vram(Address address) {
    return vram.getOrDefault(address, Coins.ZERO);
  }

  /** What has been credited to the payee and not yet claimed. */
  public Coins credit(Payee payee) {
    return credits.getOrDefault(payee, Coins.ZERO);
  }

  /** The sum of the emissions of all finalized windows. */
  public Coins issued() {
    return issued;
  }

  /** The sum of all claims: the VRAM in circulation that this network has paid out. */
  public Coins claimed() {
    return claimed;
  }

  private void put(MinerRecord miner) {
    miners.put(miner.uid(), miner);
  }

  private void put(ValidatorRecord validator) {
    validators.put(validator.uid(), validator);
  }

  private void put(WindowRecord window) {
    windows.put(window.window(), window);
  }

  private void moveSui(Address address, long signedAmount) {
    suiMoved.merge(address, signedAmount, Math::addExact);
  }

  private static Coins lessStake(Coins stake, Coins amount, ChainRecord at) {
    if (stake.compareTo(amount) < 0) {
      throw corrupt(at, "it withdraws more than the stake of " + stake);
    }
    return stake.minus(amount);
  }

  private MinerRecord knownMiner(MinerUid uid, ChainRecord at) {
    return miner(uid).orElseThrow(() -> corrupt(at, "no earlier event registers miner " + uid));
  }

  private ValidatorRecord knownValidator(ValidatorUid uid, ChainRecord at) {
    return validator(uid)
        .orElseThrow(() -> corrupt(at, "no earlier event registers validator " + uid));
  }

  private WindowRecord knownWindow(WindowId window, ChainRecord at) {
    return window(window).orElseThrow(() -> corrupt(at, "no earlier event opens window " + window));
  }

  private WindowRecord openWindow(WindowId window, ChainRecord at) {
    WindowRecord found = knownWindow(window, at);
    if (found.result().isPresent()) {
      throw corrupt(at, "window " + window + " is final");
    }
    return found;
  }

  private static HubException corrupt(ChainRecord at, String reason) {
    return new HubException(
        ErrorCode.CHAIN_CORRUPT,
        "chain event "
            + at.sequence()
            + " ("
            + kind(at.event())
            + ") does not follow from the events before it: "
            + reason
            + ". Fetch the events again from the first one; if it stays, the chain's record is"
            + " damaged.");
  }

  private static String kind(ChainEvent event) {
    return event.getClass().getSimpleName();
  }
}

package io.vramhub.kernel.audit;

import io.vramhub.api.error.HubException;
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
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.reward.EmissionSchedule;
import io.vramhub.protocol.scoring.FinalizedWindow;
import io.vramhub.protocol.scoring.ScorerAssignment;
import io.vramhub.protocol.scoring.WindowFinalization;
import io.vramhub.protocol.window.Phase;
import io.vramhub.protocol.window.WindowSchedule;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The invariants that the chain's events alone can show, by their numbers in the list of attacks
 * and invariants:
 *
 * <ol>
 *   <li>credits: one per window and recipient, their sum the emission, within schedule and supply;
 *   <li>scores: signed by the enclave the validator had then, of this window and network, over
 *       content that was committed, from an assigned scorer;
 *   <li>gradients: one per window and miner, by a miner of the window, in TRAIN; every other call
 *       in its phase as well;
 *   <li>checkpoints: each merged from the base of its window, anchored by two thirds of the stake
 *       after the window is final; each window on the newest;
 *   <li>(acknowledged events are durable: the journals' part, not visible here)
 *   <li>replay: ratings, weights, merged sets, credits, deviations and jailings are what the rules
 *       give;
 *   <li>one report and one vote per validator and window;
 *   <li>(every window ends in a journal row: the journals' part, not visible here)
 * </ol>
 *
 * <p>A history that cannot even be folded is reported as its first impossible event, and nothing
 * after it is looked at.
 */
public final class Invariants {
  private static final Coins LARGEST_SUPPLY = Coins.whole(21_000_000);
  private static final int CREDITS = 1;
  private static final int SCORES = 2;
  private static final int PHASES = 3;
  private static final int CHECKPOINTS = 4;
  private static final int REPLAY = 6;
  private static final WindowId NO_WINDOW = new WindowId(0);

  private final ChainState state = new ChainState();
  private final List<Violation> violations = new ArrayList<>();

  /** What the rules decided with the last finalized window and the chain has yet to record. */
  private final Deque<Consequence> due = new ArrayDeque<>();

  private Invariants() {}

  /**
   * All violations, in the order of the events; none if everything holds. Pure computation: a
   * signature check per report and a rating update per window.
   *
   * @param records from the first event on
   */
  public static List<Violation> check(List<ChainRecord> records) {
    Invariants invariants = new Invariants();
    for (ChainRecord next : records) {
      if (!invariants.accept(next)) {
        return List.copyOf(invariants.violations);
      }
    }
    invariants.demandNothingDue();
    return List.copyOf(invariants.violations);
  }

  /** Checks and applies the next record; false if nothing can follow it. */
  private boolean accept(ChainRecord next) {
    try {
      if (!(next.event() instanceof DeviationObserved || next.event() instanceof ValidatorJailed)) {
        demandNothingDue();
      }
      check(next);
      state.apply(next);
    } catch (HubException e) {
      violations.add(
          new Violation(
              REPLAY,
              NO_WINDOW,
              "chain",
              Optional.empty(),
              "event " + next.sequence(),
              "one that follows from those before",
              Objects.requireNonNullElse(e.getMessage(), e.code().toString())));
      return false;
    }
    return true;
  }

  /** Checks an event against the state just before it. */
  private void check(ChainRecord next) {
    long atMs = next.timeMs();
    switch (next.event()) {
      case MinerRegistered event -> check(event, atMs);
      case ValidatorRegistered event -> check(event, atMs);
      case WindowOpened event -> check(event, atMs);
      case GradientCommitted event -> check(event, atMs);
      case ScoringOpened event ->
          demandPhase(event.window(), "window", Optional.empty(), Phase.SCORE, atMs);
      case ScoresSubmitted event -> check(event, atMs);
      case WindowFinalized event -> check(event.result(), atMs);
      case DeviationObserved event -> check(Consequence.of(event));
      case ValidatorJailed event -> check(Consequence.of(event));
      case CheckpointVoted event -> check(event);
      case CheckpointAnchored event -> check(event);
      case Claimed event -> check(event);
      case NetworkCreated _,
          ParametersScheduled _,
          FaucetPaid _,
          CredentialsPublished _,
          MinerStakeAdded _,
          ValidatorStakeAdded _,
          MinerLeft _,
          ValidatorLeft _,
          MinerStakeWithdrawn _,
          ValidatorStakeWithdrawn _,
          EnclaveRegistered _ -> {
        // Nothing beyond what the fold demands.
      }
    }
  }

  private void check(MinerRegistered event, long atMs) {
    Coins least = parametersAt(atMs).stake().minMiner();
    demand(
        event.stake().compareTo(least) >= 0,
        new Violation(
            REPLAY,
            NO_WINDOW,
            "miner " + event.miner(),
            Optional.of(event.miner()),
            "stake",
            "at least " + least,
            event.stake().toString()));
  }

  private void check(ValidatorRegistered event, long atMs) {
    Coins least = parametersAt(atMs).stake().minValidator();
    demand(
        event.stake().compareTo(least) >= 0,
        new Violation(
            REPLAY,
            NO_WINDOW,
            "validator " + event.validator(),
            Optional.empty(),
            "stake",
            "at least " + least,
            event.stake().toString()));
  }

  private void check(WindowOpened event, long atMs) {
    demandPhase(event.window(), "window", Optional.empty(), Phase.TRAIN, atMs);
    demandEqual(
        CHECKPOINTS, event.window(), "base checkpoint", state.newestCheckpoint(), event.base());
    NetworkParameters parameters = state.parameters(event.window());
    long capacity = parameters.data().train().count() / parameters.model().pagesPerMiner();
    List<MinerUid> miners = state.activeMiners().stream().limit(capacity).toList();
    demandEqual(REPLAY, event.window(), "miners", miners, event.miners());
    demandEqual(REPLAY, event.window(), "validators", state.activeBonds(), event.validators());
  }

  private void check(GradientCommitted event, long atMs) {
    Optional<MinerUid> miner = Optional.of(event.miner());
    String subject = "miner " + event.miner();
    demandPhase(event.window(), subject, miner, Phase.TRAIN, atMs);
    Optional<WindowRecord> window = state.window(event.window());
    demand(
        window.isEmpty() || window.get().slot(event.miner()).isPresent(),
        new Violation(
            PHASES, event.window(), subject, miner, "slot", "one of the window's", "none"));
  }

  private void check(ScoresSubmitted event, long atMs) {
    ScoreReport report = event.scores().report();
    WindowId number = report.window();
    String subject = "validator " + report.validator();
    demandPhase(number, subject, Optional.empty(), Phase.SCORE, atMs);
    Optional<WindowRecord> window = state.window(number);
    if (window.isEmpty()) {
      return;
    }
    Digest seed = window.get().scoring().map(ScoringOpened::evaluationSeed).orElse(Digest.ZERO);
    NetworkParameters parameters = state.parameters(number);
    demandBound(report, "network", state.network(), report.network());
    demandBound(report, "evaluator", parameters.scoring().evaluator(), report.evaluator());
    demandBound(report, "base root", window.get().opened().base().root(), report.baseRoot());
    demandBound(report, "dataset root", parameters.data().root(), report.datasetRoot());
    demandBound(
        report, "assignment seed", window.get().opened().assignmentSeed(), report.assignmentSeed());
    demandBound(report, "evaluation seed", seed, report.evaluationSeed());
    List<Bond> bonds = window.get().opened().validators();
    for (ScoreEntry entry : report.entries()) {
      Optional<WindowRecord.Commit> commit =
          Optional.ofNullable(window.get().commits().get(entry.miner()));
      demand(
          commit.isPresent() && commit.get().gradient().contentHash().equals(entry.contentHash()),
          new Violation(
              SCORES,
              number,
              subject,
              Optional.of(entry.miner()),
              "content hash scored for miner " + entry.miner(),
              commit.map(found -> found.gradient().contentHash().toString()).orElse("none"),
              entry.contentHash().toString()));
      List<ValidatorUid> scorers = ScorerAssignment.scorers(parameters, seed, bonds, entry.miner());
      demand(
          scorers.contains(report.validator()),
          new Violation(
              SCORES,
              number,
              subject,
              Optional.of(entry.miner()),
              "scorer of miner " + entry.miner(),
              "one of " + scorers,
              report.validator().toString()));
    }
    checkSignature(event, subject);
  }

  private void checkSignature(ScoresSubmitted event, String subject) {
    ScoreReport report = event.scores().report();
    Optional<ValidatorRecord.Enclave> enclave =
        state.validator(report.validator()).flatMap(ValidatorRecord::enclave);
    demand(
        enclave.isPresent() && enclave.get().epoch() == report.enclaveEpoch(),
        new Violation(
            SCORES,
            report.window(),
            subject,
            Optional.empty(),
            "enclave epoch",
            enclave.map(found -> Long.toString(found.epoch())).orElse("none"),
            Long.toString(report.enclaveEpoch())));
    demand(
        enclave.isPresent() && ReportSignature.verifies(enclave.get().publicKey(), event.scores()),
        new Violation(
            SCORES,
            report.window(),
            subject,
            Optional.empty(),
            SIGNATURE,
            "the registered enclave's over the report's fields",
            "another"));
  }

  /** The field of a violation about a signature. */
  static final String SIGNATURE = "signature of the score report";

  private void check(WindowResult result, long atMs) {
    demandPhase(result.window(), "window", Optional.empty(), Phase.FINAL, atMs);
    checkCredits(result);
    Optional<WindowRecord> window = state.window(result.window());
    if (window.isEmpty() || window.get().result().isPresent()) {
      return;
    }
    FinalizedWindow expected = WindowFinalization.compute(state, result.window());
    for (ResultComparison.Mismatch mismatch : ResultComparison.of(expected.result(), result)) {
      violations.add(
          new Violation(
              REPLAY,
              result.window(),
              mismatch.subject(),
              mismatch.miner(),
              mismatch.field(),
              mismatch.expected(),
              mismatch.found()));
    }
    expected.deviations().forEach(event -> due.add(Consequence.of(event)));
    expected.jailings().forEach(event -> due.add(Consequence.of(event)));
  }

  private void checkCredits(WindowResult result) {
    Set<Payee> paid = new HashSet<>();
    BigInteger sum = BigInteger.ZERO;
    for (Credit credit : result.credits()) {
      demand(
          paid.add(credit.payee()),
          new Violation(
              CREDITS,
              result.window(),
              ResultComparison.subject(credit.payee()),
              ResultComparison.minerOf(credit.payee()),
              "credits",
              "one",
              "several"));
      sum = sum.add(BigInteger.valueOf(credit.amount().baseUnits()));
    }
    demandEqual(
        CREDITS,
        result.window(),
        "sum of the credits",
        BigInteger.valueOf(result.emission().baseUnits()),
        sum);
    Coins most = EmissionSchedule.emission(state.issued());
    demand(
        result.emission().compareTo(most) <= 0,
        new Violation(
            CREDITS,
            result.window(),
            "window",
            Optional.empty(),
            "emission",
            "at most " + most,
            result.emission().toString()));
  }

  private void check(CheckpointVoted event) {
    if (event.checkpoint().number() == 0) {
      return;
    }
    WindowId number = event.checkpoint().previous();
    Optional<WindowRecord> window = state.window(number);
    demand(
        window.isEmpty()
            || window.get().opened().validators().stream()
                .anyMatch(bond -> bond.validator().equals(event.validator())),
        new Violation(
            CHECKPOINTS,
            number,
            "validator " + event.validator(),
            Optional.empty(),
            "vote for checkpoint " + event.checkpoint(),
            "by a validator of the window",
            "by another"));
  }

  private void check(CheckpointAnchored event) {
    WindowId checkpoint = event.checkpoint().window();
    Optional<WindowRecord> window =
        checkpoint.number() == 0 ? Optional.empty() : state.window(checkpoint.previous());
    WindowId number = window.map(WindowRecord::window).orElse(checkpoint);
    Optional<WindowResult> result = window.flatMap(WindowRecord::result);
    if (window.isEmpty() || result.isEmpty()) {
      violations.add(
          new Violation(
              CHECKPOINTS,
              number,
              "checkpoint " + checkpoint,
              Optional.empty(),
              "anchoring",
              "after the window it is merged from is final",
              "before"));
      return;
    }
    demandEqual(
        CHECKPOINTS, number, "parent root", window.get().opened().base().root(), event.parent());
    demandEqual(
        CHECKPOINTS,
        number,
        "digest of the merged gradients",
        result.get().topGDigest(),
        event.topGDigest());
    demand(
        !result.get().topG().isEmpty(),
        new Violation(
            CHECKPOINTS,
            number,
            "checkpoint " + checkpoint,
            Optional.empty(),
            "merged gradients",
            "some",
            "none"));
    demand(
        hasTwoThirds(window.get(), event.checkpoint().root()),
        new Violation(
            CHECKPOINTS,
            number,
            "checkpoint " + checkpoint,
            Optional.empty(),
            "votes for root " + event.checkpoint().root(),
            "two thirds of the stake",
            "less"));
  }

  private static boolean hasTwoThirds(WindowRecord window, Digest root) {
    BigInteger all = BigInteger.ZERO;
    BigInteger agreeing = BigInteger.ZERO;
    for (Bond bond : window.opened().validators()) {
      BigInteger stake = BigInteger.valueOf(bond.stake().baseUnits());
      all = all.add(stake);
      if (root.equals(window.votes().get(bond.validator()))) {
        agreeing = agreeing.add(stake);
      }
    }
    return agreeing.multiply(BigInteger.valueOf(3)).compareTo(all.multiply(BigInteger.TWO)) >= 0;
  }

  private void check(Claimed event) {
    Coins supply = state.claimed().plus(event.amount());
    demand(
        supply.compareTo(LARGEST_SUPPLY) <= 0 && supply.compareTo(state.issued()) <= 0,
        new Violation(
            CREDITS,
            NO_WINDOW,
            "supply",
            Optional.empty(),
            "claimed VRAM",
            "at most the issued " + state.issued(),
            supply.toString()));
    Optional<String> payout =
        switch (event.payee()) {
          case Payee.Miner(MinerUid uid) ->
              state.miner(uid).map(MinerRecord::payout).map(Object::toString);
          case Payee.Validator(ValidatorUid uid) ->
              state.validator(uid).map(ValidatorRecord::payout).map(Object::toString);
          case Payee.Treasury _ ->
              state.scheduledParameters().values().stream()
                  .map(parameters -> parameters.reward().treasury())
                  .filter(event.recipient()::equals)
                  .findFirst()
                  .map(Object::toString);
        };
    demand(
        payout.isPresent() && payout.get().equals(event.recipient().toString()),
        new Violation(
            CREDITS,
            NO_WINDOW,
            ResultComparison.subject(event.payee()),
            ResultComparison.minerOf(event.payee()),
            "recipient of a claim",
            payout.orElse("the registered payout address"),
            event.recipient().toString()));
  }

  /** Deviations and jailings follow their window at once, just as the rules decided them. */
  private void check(Consequence recorded) {
    if (recorded.equals(due.peekFirst())) {
      due.removeFirst();
    } else {
      violations.add(
          recorded.violation(
              due.isEmpty() ? "none" : due.getFirst().toString(), recorded.toString()));
    }
  }

  private void demandNothingDue() {
    for (Consequence missing : due) {
      violations.add(missing.violation(missing.toString(), "none"));
    }
    due.clear();
  }

  /**
   * A decision about a validator that follows from a final window.
   *
   * @param miner the miner it deviated on; empty if it is jailed
   */
  private record Consequence(WindowId window, ValidatorUid validator, Optional<MinerUid> miner) {
    static Consequence of(DeviationObserved event) {
      return new Consequence(event.window(), event.validator(), Optional.of(event.miner()));
    }

    static Consequence of(ValidatorJailed event) {
      return new Consequence(event.window(), event.validator(), Optional.empty());
    }

    Violation violation(String expected, String found) {
      return new Violation(
          REPLAY,
          window,
          "validator " + validator,
          miner,
          miner.isPresent() ? "deviation" : "jailing",
          expected,
          found);
    }

    @Override
    public String toString() {
      return "validator "
          + validator
          + miner.map(uid -> " deviates on miner " + uid).orElse(" is jailed");
    }
  }

  private void demandPhase(
      WindowId window, String subject, Optional<MinerUid> miner, Phase phase, long atMs) {
    Phase actual = new WindowSchedule(state.parameters(window).schedule()).phaseAt(window, atMs);
    demand(
        actual == phase,
        new Violation(
            PHASES,
            window,
            subject,
            miner,
            "phase at " + atMs + " ms",
            phase.toString(),
            actual.toString()));
  }

  /** The parameters in force at a time, for what belongs to no window. */
  private NetworkParameters parametersAt(long atMs) {
    NetworkParameters genesis = state.genesis().parameters();
    return state.parameters(new WindowSchedule(genesis.schedule()).windowAt(atMs));
  }

  private void demandBound(ScoreReport report, String field, Object expected, Object found) {
    demand(
        Objects.equals(expected, found),
        new Violation(
            SCORES,
            report.window(),
            "validator " + report.validator(),
            Optional.empty(),
            field + " of the score report",
            expected.toString(),
            found.toString()));
  }

  private void demandEqual(
      int invariant, WindowId window, String field, Object expected, Object found) {
    demand(
        Objects.equals(expected, found),
        new Violation(
            invariant,
            window,
            "window",
            Optional.empty(),
            field,
            expected.toString(),
            found.toString()));
  }

  private void demand(boolean holds, Violation otherwise) {
    if (!holds) {
      violations.add(otherwise);
    }
  }
}

package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.DEADLINE_MS;
import static io.vramhub.chain.local.World.MINER_STAKE;
import static io.vramhub.chain.local.World.PAYOUT;
import static io.vramhub.chain.local.World.digest;
import static io.vramhub.chain.local.World.miner;
import static io.vramhub.chain.local.World.registerEnclave;
import static io.vramhub.chain.local.World.signed;
import static io.vramhub.chain.local.World.validator;
import static io.vramhub.chain.local.World.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.tck.TestSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every abort code has a call that meets it, and a line in the manual. */
final class AbortCodesTest {
  private static final Path MANUAL = Path.of("../../distribution/docs/abort-codes.md");

  /** From here on most numbers are the Move package's own. */
  private static final int FIRST_OF_MOVE = 120;

  private static final Set<String> NAMES =
      Arrays.stream(AbortCode.values()).map(AbortCode::name).collect(Collectors.toSet());

  private static final Digest OTHER = digest("other");
  private static final ValidatorUid FIRST = new ValidatorUid(1);

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void everyCodeIsReached(AbortCode code) {
    assertThat(reach(code)).isEqualTo(code);
  }

  @Test
  void theManualListsTheseNumbersAndNames() throws IOException {
    Pattern row = Pattern.compile("\\| (\\d+) \\| `([A-Z_]+)` \\| [^|]{10,} \\| [^|]{6,} \\|");
    List<String> listed = new ArrayList<>();
    for (String line : Files.readAllLines(MANUAL)) {
      Matcher match = row.matcher(line);
      if (match.matches()
          && (Integer.parseInt(match.group(1)) < FIRST_OF_MOVE || NAMES.contains(match.group(2)))) {
        listed.add(match.group(1) + " " + match.group(2));
      }
    }
    List<String> defined = new ArrayList<>();
    for (AbortCode code : AbortCode.values()) {
      defined.add(code.number() + " " + code);
    }
    assertThat(listed).isEqualTo(defined);
  }

  @Test
  void numbersAscendAndNoneIsUsedTwice() {
    List<Integer> numbers = new ArrayList<>();
    for (AbortCode code : AbortCode.values()) {
      numbers.add(code.number());
    }
    assertThat(numbers).isSorted().doesNotHaveDuplicates();
  }

  private static AbortCode refusal(World world, TestSigner sender, ChainCall call) {
    Decision decision = world.decide(sender, call);
    assertThat(decision).isInstanceOf(Decision.Refusal.class);
    return ((Decision.Refusal) decision).code();
  }

  private static ChainCall registerMiner(Coins stake, String label) {
    return new ChainCall.RegisterMiner(stake, PAYOUT, label);
  }

  private static ChainCall attested(Attestation document) {
    return new ChainCall.RegisterEnclave(FIRST, document);
  }

  private static AbortCode refusalOfDocument(Attestation document) {
    World world = new World();
    world.does(validator(1), new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, PAYOUT, "v"));
    return refusal(world, validator(1), attested(document));
  }

  private static Attestation documentOf(SoftwareAttestor attestor) {
    return attestor.attest(World.enclave(1, 1).publicKey(), Optional.empty(), World.WALL_CLOCK);
  }

  /** Submits validator 1's report with some fields replaced, signed by its enclave all the same. */
  private static AbortCode refusalOfReport(
      NetworkId network,
      long epoch,
      String evaluator,
      Digest base,
      Digest dataset,
      Digest seed,
      List<ScoreEntry> entries) {
    World world = World.scoring(1);
    ScoreReport report =
        new ScoreReport(
            network,
            FIRST,
            epoch,
            window(1),
            evaluator,
            base,
            dataset,
            seed,
            world.evaluationSeed(1),
            entries);
    return refusal(world, validator(1), new ChainCall.SubmitScores(signed(1, 1, report)));
  }

  private static final Digest BASE = digest("genesis checkpoint");
  private static final Digest DATASET = World.PARAMETERS.data().root();

  private static Digest seed() {
    return World.open(1).record(1).opened().assignmentSeed();
  }

  private AbortCode reach(AbortCode code) {
    return switch (code) {
      case NOT_OWNER -> refusal(World.open(1), miner(2), World.commit(1, 1));
      case BAD_SIGNATURE -> {
        World world = World.scoring(1);
        yield refusal(
            world, validator(1), new ChainCall.SubmitScores(signed(2, 1, world.report(1, 1))));
      }
      case WRONG_NETWORK ->
          refusalOfReport(
              new NetworkId(OTHER), 1, World.EVALUATOR, BASE, DATASET, seed(), List.of());
      case INSUFFICIENT_BALANCE ->
          refusal(new World(), miner(1), registerMiner(Coins.whole(101), "m"));
      case STAKE_TOO_LOW -> refusal(new World(), miner(1), registerMiner(new Coins(1), "m"));
      case UNKNOWN_MINER ->
          refusal(new World(), miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
      case UNKNOWN_VALIDATOR -> refusal(new World(), miner(1), new ChainCall.LeaveValidator(FIRST));
      case NOT_ACTIVE -> {
        World world = World.open(1);
        world.does(miner(4), registerMiner(MINER_STAKE, "late"));
        yield refusal(world, miner(4), World.commit(1, 4));
      }
      case STILL_UNBONDING -> {
        World world = new World().withMiners(1);
        world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
        yield refusal(world, miner(1), new ChainCall.WithdrawMinerStake(new MinerUid(1)));
      }
      case ALREADY_LEFT -> {
        World world = new World().withMiners(1);
        world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
        yield refusal(world, miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
      }
      case JAILED -> refusal(withJailedValidator(), validator(3), registerEnclave(3, 2));
      case BAD_LABEL -> refusal(new World(), miner(1), registerMiner(MINER_STAKE, "\u0007"));
      case NOT_LEFT ->
          refusal(
              new World().withMiners(1),
              miner(1),
              new ChainCall.WithdrawMinerStake(new MinerUid(1)));
      case ALREADY_WITHDRAWN -> {
        World world = new World().withMiners(1);
        world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
        world.later(World.UNBONDING_MS);
        world.does(miner(1), new ChainCall.WithdrawMinerStake(new MinerUid(1)));
        yield refusal(world, miner(1), new ChainCall.WithdrawMinerStake(new MinerUid(1)));
      }
      case NETWORK_FULL ->
          refusal(new World().withMiners(5), miner(6), registerMiner(MINER_STAKE, "m"));
      case KEY_REUSED -> {
        Ledger ledger = TestLedgers.open(temporary, new ManualTime());
        TestLedgers.submit(ledger, miner(1), registerMiner(MINER_STAKE, "one"), 0, "register");
        Receipt second =
            TestLedgers.submit(ledger, miner(1), registerMiner(MINER_STAKE, "two"), 0, "register");
        ledger.close().join();
        yield ((Receipt.Aborted) second).code();
      }
      case UNKNOWN_WINDOW ->
          refusal(new World().at(3, 0), miner(1), new ChainCall.FinalizeWindow(window(2)));
      case TOO_EARLY -> refusal(new World(), miner(1), new ChainCall.OpenWindow(window(1)));
      case TOO_LATE -> refusal(World.open(1).at(1, DEADLINE_MS), miner(1), World.commit(1, 1));
      case WINDOW_ALREADY_OPEN ->
          refusal(World.open(1), miner(1), new ChainCall.OpenWindow(window(1)));
      case WINDOW_NOT_OPEN ->
          refusal(new World().withMiners(1).at(1, 0), miner(1), World.commit(1, 1));
      case SCORING_ALREADY_OPEN ->
          refusal(World.scoring(1), miner(1), new ChainCall.OpenScoring(window(1)));
      case SCORING_NOT_OPEN -> {
        World scoring = World.scoring(1);
        yield refusal(
            World.committed(1).at(1, DEADLINE_MS),
            validator(1),
            new ChainCall.SubmitScores(signed(1, 1, scoring.report(1, 1))));
      }
      case ALREADY_FINALIZED ->
          refusal(World.finalized(1), miner(1), new ChainCall.FinalizeWindow(window(1)));
      case NOT_FINALIZED -> {
        World world = World.scored(1).at(2, 0);
        yield refusal(
            world,
            validator(1),
            new ChainCall.AnchorCheckpoint(FIRST, window(2), BASE, OTHER, OTHER));
      }
      case AWAITING_ANCHOR ->
          refusal(World.finalized(1), miner(1), new ChainCall.OpenWindow(window(2)));
      case ALREADY_COMMITTED -> refusal(World.committed(1), miner(1), World.commit(1, 1));
      case SIZE_OUT_OF_BOUNDS ->
          refusal(World.open(1), miner(1), commit(0, "gradient-1-1-v1.pt", World.CODEC));
      case WRONG_CODEC ->
          refusal(World.open(1), miner(1), commit(9, "gradient-1-1-v1.pt", "dct/9"));
      case BAD_STORAGE_REFERENCE ->
          refusal(World.open(1), miner(1), commit(9, "/etc/passwd", World.CODEC));
      case ALREADY_SCORED -> {
        World world = World.scored(1);
        yield refusal(
            world, validator(1), new ChainCall.SubmitScores(signed(1, 1, world.report(1, 1))));
      }
      case NOT_ASSIGNED -> refusalOfForeignMiner();
      case UNKNOWN_ENCLAVE -> refusalWithoutEnclave();
      case WRONG_EPOCH ->
          refusalOfReport(World.NETWORK, 2, World.EVALUATOR, BASE, DATASET, seed(), List.of());
      case WRONG_EVALUATOR ->
          refusalOfReport(World.NETWORK, 1, "gpu/1", BASE, DATASET, seed(), List.of());
      case WRONG_BASE ->
          refusalOfReport(World.NETWORK, 1, World.EVALUATOR, OTHER, DATASET, seed(), List.of());
      case WRONG_DATASET ->
          refusalOfReport(World.NETWORK, 1, World.EVALUATOR, BASE, OTHER, seed(), List.of());
      case WRONG_SEED ->
          refusalOfReport(World.NETWORK, 1, World.EVALUATOR, BASE, DATASET, OTHER, List.of());
      case WRONG_CONTENT_HASH ->
          refusalOfReport(
              World.NETWORK,
              1,
              World.EVALUATOR,
              BASE,
              DATASET,
              seed(),
              List.of(
                  new ScoreEntry(
                      new MinerUid(1),
                      OTHER,
                      Verdict.HASH_MISMATCH,
                      NanoNats.ZERO,
                      NanoNats.ZERO)));
      case NOTHING_SCORED ->
          refusalOfReport(World.NETWORK, 1, World.EVALUATOR, BASE, DATASET, seed(), List.of());
      case ATTESTATION_MALFORMED -> refusalOfDocument(new Attestation(Bytes.EMPTY));
      case ATTESTATION_UNTRUSTED ->
          refusalOfDocument(
              documentOf(
                  new SoftwareAttestor(
                      SoftwareRoot.generate(World.WALL_CLOCK, new SecureRandom()),
                      World.MEASUREMENT)));
      case ATTESTATION_EXPIRED ->
          refusalOfDocument(
              World.ATTESTOR.attest(
                  World.enclave(1, 1).publicKey(),
                  Optional.empty(),
                  World.WALL_CLOCK.minus(Duration.ofHours(1))));
      case ATTESTATION_MEASUREMENT ->
          refusalOfDocument(documentOf(new SoftwareAttestor(World.ROOT, World.measurement(1))));
      case ATTESTATION_DEBUG ->
          refusalOfDocument(documentOf(new SoftwareAttestor(World.ROOT, World.measurement(0))));
      case ATTESTATION_KEY ->
          refusalOfDocument(
              World.ATTESTOR.attest(new Bytes(new byte[32]), Optional.empty(), World.WALL_CLOCK));
      case ATTESTATION_REPLAYED ->
          refusal(new World().withValidators(1), validator(1), registerEnclave(1, 1));
      case WRONG_PARENT -> {
        World world = World.finalized(1);
        yield refusal(
            world,
            validator(1),
            new ChainCall.AnchorCheckpoint(
                FIRST, window(2), OTHER, OTHER, world.result(1).topGDigest()));
      }
      case WRONG_TOP_G ->
          refusal(
              World.finalized(1),
              validator(1),
              new ChainCall.AnchorCheckpoint(FIRST, window(2), BASE, OTHER, OTHER));
      case ALREADY_VOTED -> {
        World world = World.finalized(1);
        world.does(validator(1), world.anchor(2, 1, OTHER));
        yield refusal(world, validator(1), world.anchor(2, 1, OTHER));
      }
      case ALREADY_ANCHORED -> {
        World world = World.finalized(1);
        world.does(validator(1), world.anchor(2, 1, OTHER));
        world.does(validator(2), world.anchor(2, 2, OTHER));
        yield refusal(world, validator(3), world.anchor(2, 3, OTHER));
      }
      case NOTHING_TO_ANCHOR -> {
        World world = World.scoring(1).at(2, 0);
        world.does(miner(1), new ChainCall.FinalizeWindow(window(1)));
        yield refusal(world, validator(1), world.anchor(2, 1, OTHER));
      }
      case NOTHING_TO_CLAIM ->
          refusal(new World().withMiners(1), miner(1), new ChainCall.ClaimMiner(new MinerUid(1)));
      case NOT_GOVERNANCE ->
          refusal(
              new World(), miner(1), new ChainCall.ScheduleParameters(window(9), World.PARAMETERS));
      case TIMELOCKED ->
          refusal(
              new World(),
              World.GOVERNANCE,
              new ChainCall.ScheduleParameters(window(1), World.PARAMETERS));
      case BAD_PARAMETERS ->
          refusal(
              new World(),
              World.GOVERNANCE,
              new ChainCall.ScheduleParameters(window(Long.MAX_VALUE), World.PARAMETERS));
      case FAUCET_LIMIT -> {
        Ledger ledger = TestLedgers.open(temporary, new ManualTime());
        Receipt receipt = ledger.faucet(miner(1).address(), Coins.whole(901)).join();
        ledger.close().join();
        yield ((Receipt.Aborted) receipt).code();
      }
      case TOO_LARGE ->
          refusal(
              new World().withMiners(1),
              miner(1),
              new ChainCall.PublishCredentials(new MinerUid(1), 1, new Bytes(new byte[4_097])));
    };
  }

  private static ChainCall commit(long size, String reference, String codec) {
    return new ChainCall.CommitGradient(
        window(1), new MinerUid(1), World.content(1, 1), size, reference, codec);
  }

  private static World withJailedValidator() {
    World world = World.scoring(1);
    for (int uid = 1; uid <= 2; uid++) {
      world.does(validator(uid), new ChainCall.SubmitScores(signed(uid, 1, world.report(1, uid))));
    }
    ScoreReport honest = world.report(1, 3);
    List<ScoreEntry> lies =
        honest.entries().stream()
            .map(
                entry ->
                    new ScoreEntry(
                        entry.miner(),
                        entry.contentHash(),
                        Verdict.MISSING,
                        NanoNats.ZERO,
                        NanoNats.ZERO))
            .toList();
    ScoreReport lie =
        new ScoreReport(
            honest.network(),
            honest.validator(),
            1,
            honest.window(),
            honest.evaluator(),
            honest.baseRoot(),
            honest.datasetRoot(),
            honest.assignmentSeed(),
            honest.evaluationSeed(),
            lies);
    world.does(validator(3), new ChainCall.SubmitScores(signed(3, 1, lie)));
    world.at(2, 0).does(miner(1), new ChainCall.FinalizeWindow(window(1)));
    return world;
  }

  private static AbortCode refusalWithoutEnclave() {
    World world = World.scoring(1);
    world.does(
        validator(4), new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, PAYOUT, "bare"));
    ScoreReport others = world.report(1, 1);
    ScoreReport own =
        new ScoreReport(
            others.network(),
            new ValidatorUid(4),
            1,
            others.window(),
            others.evaluator(),
            others.baseRoot(),
            others.datasetRoot(),
            others.assignmentSeed(),
            others.evaluationSeed(),
            others.entries());
    return refusal(world, validator(4), new ChainCall.SubmitScores(signed(4, 1, own)));
  }

  /** Of four validators one is not drawn for the only miner. */
  private static AbortCode refusalOfForeignMiner() {
    World world = new World().withMiners(1).withValidators(4).at(1, 0);
    world.does(miner(1), new ChainCall.OpenWindow(window(1)));
    world.does(miner(1), World.commit(1, 1));
    world.openScoring(1);
    for (int uid = 1; uid <= 4; uid++) {
      ScoreReport own = world.report(1, uid);
      if (own.entries().isEmpty()) {
        ScoreReport foreign =
            new ScoreReport(
                own.network(),
                own.validator(),
                1,
                own.window(),
                own.evaluator(),
                own.baseRoot(),
                own.datasetRoot(),
                own.assignmentSeed(),
                own.evaluationSeed(),
                List.of(
                    new ScoreEntry(
                        new MinerUid(1),
                        World.content(1, 1),
                        Verdict.MISSING,
                        NanoNats.ZERO,
                        NanoNats.ZERO)));
        return refusal(world, validator(uid), new ChainCall.SubmitScores(signed(uid, 1, foreign)));
      }
    }
    throw new AssertionError("three of four validators score a miner");
  }
}

package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.DEADLINE_MS;
import static io.vramhub.chain.local.World.WALL_CLOCK;
import static io.vramhub.chain.local.World.digest;
import static io.vramhub.chain.local.World.document;
import static io.vramhub.chain.local.World.enclave;
import static io.vramhub.chain.local.World.registerEnclave;
import static io.vramhub.chain.local.World.signed;
import static io.vramhub.chain.local.World.validator;
import static io.vramhub.chain.local.World.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.tck.TestSigner;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ScoreRulesTest {
  private static final ValidatorUid FIRST = new ValidatorUid(1);

  private static ChainCall registering(Attestation document) {
    return new ChainCall.RegisterEnclave(FIRST, document);
  }

  private static World withBareValidator() {
    World world = new World();
    world.does(
        validator(1), new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "v"));
    return world;
  }

  @Test
  void aGenuineDocumentRegistersItsKeyAndStartsAnEpoch() {
    World world = withBareValidator();
    assertThat(world.does(validator(1), registering(document(enclave(1, 1)))))
        .singleElement()
        .isInstanceOfSatisfying(
            ChainEvent.EnclaveRegistered.class,
            registered -> {
              assertThat(registered.publicKey()).isEqualTo(enclave(1, 1).publicKey());
              assertThat(registered.epoch()).isEqualTo(1);
            });
    world.does(validator(1), registering(document(enclave(1, 2))));
    assertThat(world.state().validator(FIRST).orElseThrow().enclave().orElseThrow().epoch())
        .isEqualTo(2);
  }

  @Test
  void everyFlawOfADocumentHasItsOwnCode() {
    World world = withBareValidator();
    TestSigner key = enclave(1, 1);
    world.refuses(
        AbortCode.ATTESTATION_MALFORMED,
        validator(1),
        registering(new Attestation(new Bytes(new byte[] {1, 2, 3}))));
    SoftwareRoot selfMade = SoftwareRoot.generate(WALL_CLOCK, new SecureRandom());
    world.refuses(
        AbortCode.ATTESTATION_UNTRUSTED,
        validator(1),
        registering(
            new SoftwareAttestor(selfMade, World.MEASUREMENT)
                .attest(key.publicKey(), Optional.empty(), WALL_CLOCK)));
    world.refuses(
        AbortCode.ATTESTATION_EXPIRED,
        validator(1),
        registering(
            World.ATTESTOR.attest(
                key.publicKey(), Optional.empty(), WALL_CLOCK.minus(Duration.ofHours(1)))));
    world.refuses(
        AbortCode.ATTESTATION_MEASUREMENT,
        validator(1),
        registering(
            new SoftwareAttestor(World.ROOT, World.measurement(0xb0))
                .attest(key.publicKey(), Optional.empty(), WALL_CLOCK)));
    world.refuses(
        AbortCode.ATTESTATION_DEBUG,
        validator(1),
        registering(
            new SoftwareAttestor(World.ROOT, World.measurement(0))
                .attest(key.publicKey(), Optional.empty(), WALL_CLOCK)));
    world.refuses(
        AbortCode.ATTESTATION_KEY,
        validator(1),
        registering(World.ATTESTOR.attest(new Bytes(new byte[32]), Optional.empty(), WALL_CLOCK)));
  }

  @Test
  void aKeyIsRegisteredOnceOnTheWholeNetwork() {
    World world = new World().withValidators(2);
    // The document itself, a fresh document for the same key, and another validator's key.
    ChainCall replayed = registerEnclave(1, 1);
    world.refuses(AbortCode.ATTESTATION_REPLAYED, validator(1), replayed);
    world.refuses(
        AbortCode.ATTESTATION_REPLAYED, validator(1), registering(document(enclave(2, 1))));
    world.does(validator(1), registerEnclave(1, 2));
    world.refuses(AbortCode.ATTESTATION_REPLAYED, validator(1), registerEnclave(1, 1));
  }

  @Test
  void documentsAreDatedByTheWallClock() {
    World world = withBareValidator();
    // The ledger stood still for a year; its time has nothing to do with the document's.
    assertThat(world.timeMs()).isLessThan(WALL_CLOCK.toEpochMilli() / 2);
    world.wallClock(WALL_CLOCK.plus(Duration.ofMinutes(4)).toEpochMilli());
    world.does(validator(1), registering(document(enclave(1, 1))));
  }

  @Test
  void anEnclaveIsRegisteredByTheOwnerOfItsValidator() {
    World world = new World().withValidators(1);
    world.refuses(AbortCode.NOT_OWNER, validator(2), registerEnclave(1, 2));
    world.refuses(AbortCode.UNKNOWN_VALIDATOR, validator(2), registerEnclave(2, 1));
  }

  @Test
  void anHonestReportIsStoredAsItWasSigned() {
    World world = World.scoring(1);
    SignedScoreReport report = signed(1, 1, world.report(1, 1));
    assertThat(world.does(validator(1), new ChainCall.SubmitScores(report)))
        .containsExactly(new ChainEvent.ScoresSubmitted(report));
    world.refuses(AbortCode.ALREADY_SCORED, validator(1), new ChainCall.SubmitScores(report));
  }

  @Test
  void reportsAreTakenInTheScorePhaseOfAnOpenedWindowAlone() {
    World world = World.committed(1).at(1, DEADLINE_MS);
    World scoring = World.scoring(1);
    ChainCall report = new ChainCall.SubmitScores(signed(1, 1, scoring.report(1, 1)));
    world.refuses(AbortCode.SCORING_NOT_OPEN, validator(1), report);
    world.at(1, DEADLINE_MS - 1).refuses(AbortCode.TOO_EARLY, validator(1), report);
    world.at(2, 0).refuses(AbortCode.TOO_LATE, validator(1), report);
    world.at(2, DEADLINE_MS);
    world.refuses(
        AbortCode.WINDOW_NOT_OPEN,
        validator(1),
        submitting(scoring, each -> changed(each, fields -> fields.window = 2)));
  }

  @Test
  void reportsAreTakenFromTheOwnerOfAValidatorOfTheWindow() {
    World world = World.scoring(1);
    ChainCall report = new ChainCall.SubmitScores(signed(1, 1, world.report(1, 1)));
    world.refuses(AbortCode.NOT_OWNER, validator(2), report);
    world.does(
        validator(4), new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "late"));
    world.does(validator(4), registerEnclave(4, 1));
    ScoreReport late = changed(world.report(1, 1), fields -> fields.validator = 4);
    world.refuses(
        AbortCode.NOT_ACTIVE, validator(4), new ChainCall.SubmitScores(signed(4, 1, late)));
    world.does(validator(1), new ChainCall.LeaveValidator(FIRST));
    world.refuses(AbortCode.NOT_ACTIVE, validator(1), report);
  }

  @Test
  void forgedChangedAndSubsetReportsFailTheirSignature() {
    World world = World.scoring(1);
    SignedScoreReport honest = signed(1, 1, world.report(1, 1));
    List<ScoreEntry> entries = honest.report().entries();
    List<ScoreEntry> raised = new ArrayList<>(entries);
    ScoreEntry first = raised.getFirst();
    raised.set(
        0,
        new ScoreEntry(
            first.miner(),
            first.contentHash(),
            first.verdict(),
            new NanoNats(first.heldoutGain().value() + 1),
            first.assignedGain()));
    refusesForged(world, changed(honest.report(), fields -> fields.entries = raised), honest);
    refusesForged(
        world,
        changed(honest.report(), fields -> fields.entries = entries.subList(1, entries.size())),
        honest);
    // Everything as signed, but under another time.
    world.refuses(
        AbortCode.BAD_SIGNATURE,
        validator(1),
        new ChainCall.SubmitScores(
            new SignedScoreReport(honest.report(), honest.timestampMs() + 1, honest.signature())));
    // Signed by another validator's enclave.
    world.refuses(
        AbortCode.BAD_SIGNATURE,
        validator(1),
        new ChainCall.SubmitScores(signed(2, 1, honest.report())));
    // No signature at all, and one that is too short.
    for (int length : new int[] {64, 63, 0}) {
      world.refuses(
          AbortCode.BAD_SIGNATURE,
          validator(1),
          new ChainCall.SubmitScores(
              new SignedScoreReport(
                  honest.report(), honest.timestampMs(), new Bytes(new byte[length]))));
    }
  }

  private static void refusesForged(World world, ScoreReport forged, SignedScoreReport honest) {
    world.refuses(
        AbortCode.BAD_SIGNATURE,
        validator(1),
        new ChainCall.SubmitScores(
            new SignedScoreReport(forged, honest.timestampMs(), honest.signature())));
  }

  @Test
  void anEnclaveOfAnEarlierEpochCountsNoMore() {
    World world = World.scoring(1);
    ChainCall old = new ChainCall.SubmitScores(signed(1, 1, world.report(1, 1)));
    world.does(validator(1), registerEnclave(1, 2));
    world.refuses(AbortCode.WRONG_EPOCH, validator(1), old);
    ScoreReport renewed = changed(world.report(1, 1), fields -> fields.epoch = 2);
    world.refuses(
        AbortCode.BAD_SIGNATURE, validator(1), new ChainCall.SubmitScores(signed(1, 1, renewed)));
    world.does(validator(1), new ChainCall.SubmitScores(signed(1, 2, renewed)));
  }

  @Test
  void everyBoundValueIsTheChains() {
    World world = World.scoring(1);
    refusesValue(
        world,
        AbortCode.WRONG_NETWORK,
        fields -> fields.network = new NetworkId(digest("another network")));
    refusesValue(world, AbortCode.WRONG_EVALUATOR, fields -> fields.evaluator = "gpu-f16/1");
    refusesValue(world, AbortCode.WRONG_BASE, fields -> fields.base = digest("other"));
    refusesValue(world, AbortCode.WRONG_DATASET, fields -> fields.dataset = digest("other"));
    refusesValue(world, AbortCode.WRONG_SEED, fields -> fields.assignment = digest("other"));
    refusesValue(world, AbortCode.WRONG_SEED, fields -> fields.evaluation = digest("other"));
    refusesValue(world, AbortCode.NOTHING_SCORED, fields -> fields.entries = List.of());
    refusesValue(
        world,
        AbortCode.WRONG_CONTENT_HASH,
        fields ->
            fields.entries =
                List.of(
                    new ScoreEntry(
                        fields.entries.getFirst().miner(),
                        digest("served instead"),
                        Verdict.HASH_MISMATCH,
                        NanoNats.ZERO,
                        NanoNats.ZERO)));
    refusesValue(
        world,
        AbortCode.WRONG_CONTENT_HASH,
        fields ->
            fields.entries =
                List.of(
                    new ScoreEntry(
                        new MinerUid(17),
                        digest("never committed"),
                        Verdict.MISSING,
                        NanoNats.ZERO,
                        NanoNats.ZERO)));
  }

  private static void refusesValue(World world, AbortCode code, Consumer<Fields> change) {
    world.refuses(
        code,
        validator(1),
        new ChainCall.SubmitScores(signed(1, 1, changed(world.report(1, 1), change))));
  }

  @Test
  void onlyAssignedScorersReportOnAMiner() {
    World world = new World().withMiners(3).withValidators(6).at(1, 0);
    world.does(World.miner(1), new ChainCall.OpenWindow(window(1)));
    for (int uid = 1; uid <= 3; uid++) {
      world.does(World.miner(uid), World.commit(1, uid));
    }
    world.openScoring(1);
    int refused = 0;
    for (int uid = 1; uid <= 6; uid++) {
      ScoreReport own = world.report(1, uid);
      List<ScoreEntry> all = new ArrayList<>();
      for (int miner = 1; miner <= 3; miner++) {
        all.add(
            new ScoreEntry(
                new MinerUid(miner),
                World.content(1, miner),
                Verdict.ACCEPTED,
                new NanoNats(1),
                new NanoNats(2)));
      }
      if (own.entries().size() < 3) {
        refused++;
        world.refuses(
            AbortCode.NOT_ASSIGNED,
            validator(uid),
            new ChainCall.SubmitScores(
                signed(uid, 1, changed(own, fields -> fields.entries = all))));
      }
    }
    // Three scorers of six validators for each of three miners: somebody lacks one.
    assertThat(refused).isPositive();
  }

  @Test
  void aValidatorThatKeepsDeviatingIsJailedAndTheMedianStands() {
    World world = World.scoring(1);
    world.does(validator(1), new ChainCall.SubmitScores(signed(1, 1, world.report(1, 1))));
    world.does(validator(2), new ChainCall.SubmitScores(signed(2, 1, world.report(1, 2))));
    List<ScoreEntry> lies =
        world.report(1, 3).entries().stream()
            .map(
                entry ->
                    new ScoreEntry(
                        entry.miner(),
                        entry.contentHash(),
                        Verdict.ACCEPTED,
                        new NanoNats(900_000_000L),
                        new NanoNats(900_000_000L)))
            .toList();
    ScoreReport lie = changed(world.report(1, 3), fields -> fields.entries = lies);
    world.does(validator(3), new ChainCall.SubmitScores(signed(3, 1, lie)));
    world.at(2, 0);
    List<ChainEvent> events = world.does(World.miner(1), new ChainCall.FinalizeWindow(window(1)));
    assertThat(events)
        .filteredOn(ChainEvent.DeviationObserved.class::isInstance)
        .hasSize(3)
        .allSatisfy(
            event ->
                assertThat(((ChainEvent.DeviationObserved) event).validator())
                    .isEqualTo(new ValidatorUid(3)));
    assertThat(events).contains(new ChainEvent.ValidatorJailed(new ValidatorUid(3), window(1)));
    assertThat(world.result(1).miners().getFirst().heldoutGain())
        .isEqualTo(new NanoNats(1_000_000));
    world.refuses(AbortCode.JAILED, validator(3), registerEnclave(3, 2));
    world.refuses(AbortCode.JAILED, validator(3), world.anchor(2, 3, digest("merged")));
    world.at(2, World.GRACE_MS).does(World.miner(1), new ChainCall.OpenWindow(window(2)));
    assertThat(world.record(2).opened().validators())
        .extracting(ChainEvent.Bond::validator)
        .containsExactly(new ValidatorUid(1), new ValidatorUid(2));
  }

  private static ChainCall submitting(World world, UnaryOperator<ScoreReport> change) {
    return new ChainCall.SubmitScores(signed(1, 1, change.apply(world.report(1, 1))));
  }

  /** The fields of a report, to be changed one at a time. */
  private static final class Fields {
    NetworkId network;
    int validator;
    long epoch;
    long window;
    String evaluator;
    Digest base;
    Digest dataset;
    Digest assignment;
    Digest evaluation;
    List<ScoreEntry> entries;

    Fields(ScoreReport report) {
      network = report.network();
      validator = report.validator().value();
      epoch = report.enclaveEpoch();
      window = report.window().number();
      evaluator = report.evaluator();
      base = report.baseRoot();
      dataset = report.datasetRoot();
      assignment = report.assignmentSeed();
      evaluation = report.evaluationSeed();
      entries = report.entries();
    }
  }

  private static ScoreReport changed(ScoreReport report, Consumer<Fields> change) {
    Fields fields = new Fields(report);
    change.accept(fields);
    return new ScoreReport(
        fields.network,
        new ValidatorUid(fields.validator),
        fields.epoch,
        window(fields.window),
        fields.evaluator,
        fields.base,
        fields.dataset,
        fields.assignment,
        fields.evaluation,
        fields.entries);
  }
}

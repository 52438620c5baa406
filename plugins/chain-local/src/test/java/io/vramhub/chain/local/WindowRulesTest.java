package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.DEADLINE_MS;
import static io.vramhub.chain.local.World.GRACE_MS;
import static io.vramhub.chain.local.World.WINDOW_MS;
import static io.vramhub.chain.local.World.commit;
import static io.vramhub.chain.local.World.digest;
import static io.vramhub.chain.local.World.miner;
import static io.vramhub.chain.local.World.validator;
import static io.vramhub.chain.local.World.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.payload.PayloadEnvelope;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowRulesTest {
  private static ChainCall open(long window) {
    return new ChainCall.OpenWindow(window(window));
  }

  private static ChainCall finalizing(long window) {
    return new ChainCall.FinalizeWindow(window(window));
  }

  @Test
  void anyoneOpensAWindowInItsTrainPhase() {
    World world = new World().withMiners(3).withValidators(2);
    world.refuses(AbortCode.UNKNOWN_WINDOW, miner(1), open(0));
    world.at(1, -1).refuses(AbortCode.TOO_EARLY, miner(1), open(1));
    world.at(1, DEADLINE_MS).refuses(AbortCode.TOO_LATE, miner(1), open(1));
    world.at(1, WINDOW_MS).refuses(AbortCode.TOO_LATE, miner(1), open(1));
    world.at(1, DEADLINE_MS - 1);
    assertThat(world.does(miner(6), open(1)))
        .singleElement()
        .isInstanceOfSatisfying(
            ChainEvent.WindowOpened.class,
            opened -> {
              assertThat(opened.base())
                  .isEqualTo(new CheckpointRef(window(1), digest("genesis checkpoint")));
              assertThat(opened.miners())
                  .containsExactly(new MinerUid(1), new MinerUid(2), new MinerUid(3));
              assertThat(opened.validators())
                  .containsExactly(
                      new ChainEvent.Bond(new ValidatorUid(1), World.VALIDATOR_STAKE),
                      new ChainEvent.Bond(new ValidatorUid(2), World.VALIDATOR_STAKE));
              assertThat(opened.assignmentSeed()).isNotEqualTo(Digest.ZERO);
            });
    world.refuses(AbortCode.WINDOW_ALREADY_OPEN, miner(1), open(1));
  }

  @Test
  void farWindowsAreEarlyWhateverTheirNumber() {
    World world = new World();
    world.refuses(AbortCode.TOO_EARLY, miner(1), open(Long.MAX_VALUE));
    world.refuses(AbortCode.TOO_EARLY, miner(1), finalizing(Long.MAX_VALUE));
  }

  @Test
  void aMinerCommitsOnceBeforeTheDeadline() {
    World world = World.open(1);
    assertThat(world.does(miner(1), commit(1, 1))).hasSize(1);
    world.refuses(AbortCode.ALREADY_COMMITTED, miner(1), commit(1, 1));
    world.at(1, DEADLINE_MS - 1).does(miner(2), commit(1, 2));
    world.at(1, DEADLINE_MS).refuses(AbortCode.TOO_LATE, miner(3), commit(1, 3));
    world.at(2, 0).refuses(AbortCode.TOO_LATE, miner(3), commit(1, 3));
    world.refuses(AbortCode.TOO_EARLY, miner(3), commit(3, 3));
    world.refuses(AbortCode.WINDOW_NOT_OPEN, miner(3), commit(2, 3));
  }

  @Test
  void aMinerCommitsForItselfAlone() {
    World world = World.open(1);
    world.refuses(AbortCode.NOT_OWNER, miner(2), commit(1, 1));
    world.refuses(AbortCode.UNKNOWN_MINER, miner(2), commit(1, 17));
  }

  @Test
  void whoCameAfterTheOpeningOrHasLeftHasNoSlot() {
    World world = World.open(1);
    world.does(miner(4), new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "late"));
    world.refuses(AbortCode.NOT_ACTIVE, miner(4), commit(1, 4));
    world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
    world.refuses(AbortCode.NOT_ACTIVE, miner(1), commit(1, 1));
  }

  @Test
  void aCommitKeepsToSizeCodecAndReference() {
    World world = World.open(1);
    ChainCall.CommitGradient good = commit(1, 1);
    long maximum = PayloadEnvelope.maximumBytes(World.PARAMETERS.model());
    world.refuses(AbortCode.SIZE_OUT_OF_BOUNDS, miner(1), sized(good, 0));
    world.refuses(AbortCode.SIZE_OUT_OF_BOUNDS, miner(1), sized(good, maximum + 1));
    world.refuses(AbortCode.SIZE_OUT_OF_BOUNDS, miner(1), sized(good, 10_000_000_000L));
    world.refuses(AbortCode.WRONG_CODEC, miner(1), coded(good, "topk-q2/2"));
    for (String reference :
        List.of(
            "gradient-1-2-v1.pt",
            "../gradient-1-1-v1.pt",
            "walrus:short",
            "walrus:" + "A".repeat(42) + "/",
            "https://example.org/gradient-1-1-v1.pt")) {
      world.refuses(AbortCode.BAD_STORAGE_REFERENCE, miner(1), referring(good, reference));
    }
    world.does(miner(1), referring(sized(good, maximum), "walrus:" + "A-_9".repeat(10) + "abc"));
  }

  private static ChainCall.CommitGradient sized(ChainCall.CommitGradient call, long size) {
    return new ChainCall.CommitGradient(
        call.window(),
        call.miner(),
        call.contentHash(),
        size,
        call.storageReference(),
        call.codec());
  }

  private static ChainCall coded(ChainCall.CommitGradient call, String codec) {
    return new ChainCall.CommitGradient(
        call.window(),
        call.miner(),
        call.contentHash(),
        call.size(),
        call.storageReference(),
        codec);
  }

  private static ChainCall referring(ChainCall.CommitGradient call, String reference) {
    return new ChainCall.CommitGradient(
        call.window(), call.miner(), call.contentHash(), call.size(), reference, call.codec());
  }

  @Test
  void scoringOpensOnceFromTheDeadlineOn() {
    World world = World.open(1);
    ChainCall scoring = new ChainCall.OpenScoring(window(1));
    world.at(1, DEADLINE_MS - 1).refuses(AbortCode.TOO_EARLY, miner(1), scoring);
    world.at(1, DEADLINE_MS).does(miner(1), scoring);
    world.refuses(AbortCode.SCORING_ALREADY_OPEN, miner(1), scoring);
    world.at(2, 0).refuses(AbortCode.TOO_LATE, miner(1), scoring);
    world
        .at(2, DEADLINE_MS)
        .refuses(AbortCode.WINDOW_NOT_OPEN, miner(1), new ChainCall.OpenScoring(window(2)));
    assertThat(world.evaluationSeed(1)).isNotEqualTo(world.record(1).opened().assignmentSeed());
  }

  @Test
  void aWindowIsFinalizedOnceItIsOver() {
    World world = World.scored(1);
    world.at(1, WINDOW_MS - 1).refuses(AbortCode.TOO_EARLY, miner(1), finalizing(1));
    world.at(2, 0).does(miner(1), finalizing(1));
    assertThat(world.result(1).empty()).isFalse();
    assertThat(world.result(1).topG())
        .containsExactlyInAnyOrder(new MinerUid(1), new MinerUid(2), new MinerUid(3));
    assertThat(world.result(1).emission()).isEqualTo(Coins.whole(70));
    world.refuses(AbortCode.ALREADY_FINALIZED, miner(1), finalizing(1));
    world.at(3, 0).refuses(AbortCode.UNKNOWN_WINDOW, miner(1), finalizing(2));
    world.refuses(AbortCode.WINDOW_NOT_OPEN, miner(1), finalizing(3));
  }

  @Test
  void windowsAreFinalizedInOrder() {
    World world = World.open(1).at(2, GRACE_MS);
    world.does(miner(1), open(2));
    world.at(3, 0).refuses(AbortCode.NOT_FINALIZED, miner(1), finalizing(2));
    world.does(miner(1), finalizing(1));
    world.does(miner(1), finalizing(2));
  }

  @Test
  void aWindowNobodyScoredIsEmptyAndItsBaseCarriesOver() {
    World world = World.scoring(1).at(2, 0);
    world.does(miner(1), finalizing(1));
    assertThat(world.result(1).empty()).isTrue();
    assertThat(world.state().issued()).isEqualTo(Coins.ZERO);
    world.does(miner(1), open(2));
    assertThat(world.record(2).opened().base()).isEqualTo(world.record(1).opened().base());
  }

  @Test
  void theNextWindowWaitsForTheMergeOnlyAsLongAsTheGrace() {
    World world = World.scored(1).at(2, 0);
    world.refuses(AbortCode.AWAITING_ANCHOR, miner(1), open(2));
    world.does(miner(1), finalizing(1));
    world.refuses(AbortCode.AWAITING_ANCHOR, miner(1), open(2));
    world.at(2, GRACE_MS - 1).refuses(AbortCode.AWAITING_ANCHOR, miner(1), open(2));
    world.at(2, GRACE_MS).does(miner(1), open(2));
    assertThat(world.record(2).opened().base())
        .isEqualTo(new CheckpointRef(window(1), digest("genesis checkpoint")));
  }

  @Test
  void anAnchoredMergeIsTheNextBaseAtOnce() {
    World world = World.finalized(1);
    world.does(validator(1), world.anchor(2, 1, digest("merged")));
    world.does(validator(2), world.anchor(2, 2, digest("merged")));
    world.does(miner(1), open(2));
    assertThat(world.record(2).opened().base())
        .isEqualTo(new CheckpointRef(window(2), digest("merged")));
  }

  @Test
  void missedWindowsAreNeverOpenedAndTheLastCheckpointServesOn() {
    World world = World.finalized(1);
    world.does(validator(1), world.anchor(2, 1, digest("merged")));
    world.does(validator(2), world.anchor(2, 2, digest("merged")));
    world.at(7, 0).refuses(AbortCode.TOO_LATE, miner(1), open(6));
    world.does(miner(1), open(7));
    assertThat(world.record(7).opened().base().root()).isEqualTo(digest("merged"));
  }

  @Test
  void creditsAreClaimedOnceByTheirOwnerAndPaidToThePayout() {
    World world = World.finalized(1);
    Payee payee = new Payee.Miner(new MinerUid(3));
    Coins credit = world.state().credit(payee);
    assertThat(credit).isGreaterThan(Coins.ZERO);
    world.refuses(AbortCode.NOT_OWNER, miner(1), new ChainCall.ClaimMiner(new MinerUid(3)));
    assertThat(world.does(miner(3), new ChainCall.ClaimMiner(new MinerUid(3))))
        .containsExactly(new ChainEvent.Claimed(payee, World.PAYOUT, credit));
    assertThat(world.state().vram(World.PAYOUT)).isEqualTo(credit);
    world.refuses(AbortCode.NOTHING_TO_CLAIM, miner(3), new ChainCall.ClaimMiner(new MinerUid(3)));
    world.does(validator(1), new ChainCall.ClaimValidator(new ValidatorUid(1)));
    world.refuses(
        AbortCode.NOTHING_TO_CLAIM,
        validator(1),
        new ChainCall.ClaimValidator(new ValidatorUid(1)));
  }
}

package io.vramhub.chain.local;

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
import io.vramhub.api.model.ValidatorUid;
import org.junit.jupiter.api.Test;

final class CheckpointRulesTest {
  private static final Digest MERGED = digest("merged");
  private static final Digest OTHER = digest("merged otherwise");

  @Test
  void twoThirdsOfTheStakeAnchorARoot() {
    World world = World.finalized(1);
    assertThat(world.does(validator(2), world.anchor(2, 2, MERGED)))
        .containsExactly(new ChainEvent.CheckpointVoted(new ValidatorUid(2), window(2), MERGED));
    assertThat(world.state().checkpoint(window(2))).isEmpty();
    assertThat(world.does(validator(3), world.anchor(2, 3, MERGED)))
        .containsExactly(
            new ChainEvent.CheckpointVoted(new ValidatorUid(3), window(2), MERGED),
            new ChainEvent.CheckpointAnchored(
                new CheckpointRef(window(2), MERGED),
                digest("genesis checkpoint"),
                world.result(1).topGDigest()));
    assertThat(world.state().newestCheckpoint()).isEqualTo(new CheckpointRef(window(2), MERGED));
  }

  @Test
  void votesCountByStakeAtTheOpeningOfTheWindow() {
    World world = new World().withMiners(3).withValidators(3);
    world.does(validator(1), new ChainCall.AddValidatorStake(new ValidatorUid(1), Coins.whole(30)));
    world.at(1, 0).does(miner(1), new ChainCall.OpenWindow(window(1)));
    // Too late to count in window 1.
    world.does(validator(3), new ChainCall.AddValidatorStake(new ValidatorUid(3), Coins.whole(80)));
    for (int uid = 1; uid <= 3; uid++) {
      world.does(miner(uid), World.commit(1, uid));
    }
    world.openScoring(1).score(1).at(2, 0);
    world.does(miner(1), new ChainCall.FinalizeWindow(window(1)));
    assertThat(world.does(validator(3), world.anchor(2, 3, OTHER))).hasSize(1);
    assertThat(world.does(validator(2), world.anchor(2, 2, OTHER))).hasSize(1);
    // 40 of 60 is two thirds exactly.
    assertThat(world.does(validator(1), world.anchor(2, 1, MERGED))).hasSize(2);
    assertThat(world.state().newestCheckpoint().root()).isEqualTo(MERGED);
  }

  @Test
  void disagreementStaysVisibleAndTheMajorityStands() {
    World world = World.finalized(1);
    world.does(validator(1), world.anchor(2, 1, MERGED));
    world.does(validator(2), world.anchor(2, 2, MERGED));
    world.refuses(AbortCode.ALREADY_ANCHORED, validator(3), world.anchor(2, 3, MERGED));
    assertThat(world.does(validator(3), world.anchor(2, 3, OTHER)))
        .containsExactly(new ChainEvent.CheckpointVoted(new ValidatorUid(3), window(2), OTHER));
    assertThat(world.state().newestCheckpoint().root()).isEqualTo(MERGED);
    world.refuses(AbortCode.ALREADY_VOTED, validator(3), world.anchor(2, 3, MERGED));
  }

  @Test
  void aVoteNamesParentAndMergedSet() {
    World world = World.finalized(1);
    ChainCall.AnchorCheckpoint good = world.anchor(2, 1, MERGED);
    world.refuses(
        AbortCode.WRONG_PARENT,
        validator(1),
        new ChainCall.AnchorCheckpoint(
            good.validator(), good.checkpoint(), OTHER, MERGED, good.topGDigest()));
    world.refuses(
        AbortCode.WRONG_TOP_G,
        validator(1),
        new ChainCall.AnchorCheckpoint(
            good.validator(), good.checkpoint(), good.parent(), MERGED, OTHER));
    world.refuses(AbortCode.NOT_OWNER, validator(2), good);
    world.does(validator(1), good);
    world.refuses(AbortCode.ALREADY_VOTED, validator(1), good);
    world.refuses(AbortCode.ALREADY_VOTED, validator(1), world.anchor(2, 1, OTHER));
  }

  @Test
  void onlyWhatIsMergedFromAFinalWindowIsAnchored() {
    World world = World.scored(1).at(2, 0);
    ChainCall.AnchorCheckpoint early =
        new ChainCall.AnchorCheckpoint(
            new ValidatorUid(1), window(2), digest("genesis checkpoint"), MERGED, OTHER);
    world.refuses(AbortCode.NOT_FINALIZED, validator(1), early);
    world.refuses(
        AbortCode.UNKNOWN_WINDOW,
        validator(1),
        new ChainCall.AnchorCheckpoint(new ValidatorUid(1), window(1), OTHER, MERGED, OTHER));
    World empty = World.scoring(1).at(2, 0);
    empty.does(miner(1), new ChainCall.FinalizeWindow(window(1)));
    empty.refuses(AbortCode.NOTHING_TO_ANCHOR, validator(1), empty.anchor(2, 1, MERGED));
  }

  @Test
  void aMergeIsLateOnceAWindowRunsOnTheBaseBefore() {
    World world = World.finalized(1);
    world.does(validator(1), world.anchor(2, 1, MERGED));
    world.at(2, World.GRACE_MS).does(miner(1), new ChainCall.OpenWindow(window(2)));
    world.refuses(AbortCode.TOO_LATE, validator(2), world.anchor(2, 2, MERGED));
  }

  @Test
  void aValidatorThatCameAfterTheOpeningHasNoVote() {
    World world = World.finalized(1);
    world.does(
        validator(4), new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "late"));
    world.refuses(AbortCode.NOT_ACTIVE, validator(4), world.anchor(2, 4, MERGED));
  }
}

package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.MINER_STAKE;
import static io.vramhub.chain.local.World.PAYOUT;
import static io.vramhub.chain.local.World.VALIDATOR_STAKE;
import static io.vramhub.chain.local.World.miner;
import static io.vramhub.chain.local.World.validator;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.chain.MinerRecord;
import org.junit.jupiter.api.Test;

final class StakeRulesTest {
  private static ChainCall register(Coins stake, String label) {
    return new ChainCall.RegisterMiner(stake, PAYOUT, label);
  }

  @Test
  void registrationMovesTheStakeAndAssignsUidsInOrder() {
    World world = new World();
    assertThat(world.does(miner(2), register(Coins.whole(3), "anna")))
        .containsExactly(
            new ChainEvent.MinerRegistered(
                new MinerUid(1), miner(2).address(), PAYOUT, Coins.whole(3), "anna"));
    assertThat(world.state().sui(miner(2).address())).isEqualTo(Coins.whole(97));
    world.does(miner(2), register(MINER_STAKE, "second record of one address"));
    assertThat(world.state().miner(new MinerUid(2)).orElseThrow().owner())
        .isEqualTo(miner(2).address());
  }

  @Test
  void refusesAStakeBelowTheMinimumOrAboveTheBalance() {
    World world = new World();
    world.refuses(
        AbortCode.STAKE_TOO_LOW, miner(1), register(MINER_STAKE.minus(new Coins(1)), "a"));
    world.refuses(AbortCode.INSUFFICIENT_BALANCE, miner(1), register(Coins.whole(101), "a"));
    world.refuses(
        AbortCode.STAKE_TOO_LOW,
        validator(1),
        new ChainCall.RegisterValidator(VALIDATOR_STAKE.minus(new Coins(1)), PAYOUT, "v"));
    world.refuses(
        AbortCode.INSUFFICIENT_BALANCE,
        validator(1),
        new ChainCall.RegisterValidator(Coins.whole(101), PAYOUT, "v"));
    assertThat(world.state().miners()).isEmpty();
  }

  @Test
  void refusesALabelThatIsLongOrHasControlCharacters() {
    World world = new World();
    world.does(miner(1), register(MINER_STAKE, "<script>alert(1)</script>"));
    world.refuses(AbortCode.BAD_LABEL, miner(1), register(MINER_STAKE, "ä".repeat(33)));
    world.refuses(AbortCode.BAD_LABEL, miner(1), register(MINER_STAKE, "a\r\nSet-Cookie: b"));
  }

  @Test
  void refusesAMinerTheDatasetHasNoPagesFor() {
    World world = new World().withMiners(5);
    world.refuses(AbortCode.NETWORK_FULL, miner(6), register(MINER_STAKE, "sixth"));
    world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
    world.does(miner(6), register(MINER_STAKE, "sixth"));
  }

  @Test
  void stakeIsAddedByItsOwnerAlone() {
    World world = new World().withMiners(1).withValidators(1);
    world.does(miner(1), new ChainCall.AddMinerStake(new MinerUid(1), Coins.whole(2)));
    world.does(validator(1), new ChainCall.AddValidatorStake(new ValidatorUid(1), Coins.whole(5)));
    assertThat(world.state().miner(new MinerUid(1)).orElseThrow().stake())
        .isEqualTo(Coins.whole(3));
    assertThat(world.state().validator(new ValidatorUid(1)).orElseThrow().stake())
        .isEqualTo(Coins.whole(15));
    world.refuses(
        AbortCode.NOT_OWNER,
        miner(2),
        new ChainCall.AddMinerStake(new MinerUid(1), Coins.whole(2)));
    world.refuses(
        AbortCode.UNKNOWN_MINER,
        miner(2),
        new ChainCall.AddMinerStake(new MinerUid(2), Coins.whole(2)));
    world.refuses(
        AbortCode.STAKE_TOO_LOW,
        miner(1),
        new ChainCall.AddMinerStake(new MinerUid(1), Coins.ZERO));
    world.refuses(
        AbortCode.INSUFFICIENT_BALANCE,
        validator(1),
        new ChainCall.AddValidatorStake(new ValidatorUid(1), Coins.whole(86)));
  }

  @Test
  void stakeComesBackAfterTheUnbondingDelayOnceAndWhole() {
    World world = new World().withMiners(1);
    MinerUid uid = new MinerUid(1);
    world.refuses(AbortCode.NOT_LEFT, miner(1), new ChainCall.WithdrawMinerStake(uid));
    world.does(miner(1), new ChainCall.LeaveMiner(uid));
    world.refuses(AbortCode.ALREADY_LEFT, miner(1), new ChainCall.LeaveMiner(uid));
    world.refuses(
        AbortCode.ALREADY_LEFT, miner(1), new ChainCall.AddMinerStake(uid, Coins.whole(1)));
    world.later(World.UNBONDING_MS - 1);
    world.refuses(AbortCode.STILL_UNBONDING, miner(1), new ChainCall.WithdrawMinerStake(uid));
    world.later(1);
    world.refuses(AbortCode.NOT_OWNER, miner(2), new ChainCall.WithdrawMinerStake(uid));
    world.does(miner(1), new ChainCall.WithdrawMinerStake(uid));
    assertThat(world.state().sui(miner(1).address())).isEqualTo(Coins.whole(100));
    world.refuses(AbortCode.ALREADY_WITHDRAWN, miner(1), new ChainCall.WithdrawMinerStake(uid));
  }

  @Test
  void aValidatorLeavesTheSameWay() {
    World world = new World().withValidators(1);
    ValidatorUid uid = new ValidatorUid(1);
    world.refuses(
        AbortCode.UNKNOWN_VALIDATOR, miner(1), new ChainCall.LeaveValidator(new ValidatorUid(9)));
    world.does(validator(1), new ChainCall.LeaveValidator(uid));
    world.refuses(AbortCode.NOT_ACTIVE, validator(1), World.registerEnclave(1, 2));
    world.refuses(
        AbortCode.STILL_UNBONDING, validator(1), new ChainCall.WithdrawValidatorStake(uid));
    world.later(World.UNBONDING_MS);
    assertThat(world.does(validator(1), new ChainCall.WithdrawValidatorStake(uid)))
        .containsExactly(new ChainEvent.ValidatorStakeWithdrawn(uid, VALIDATOR_STAKE));
  }

  @Test
  void coinsAreNeitherMadeNorLost() {
    World world = World.finalized(1);
    Coins held = Coins.ZERO;
    for (int uid = 1; uid <= 6; uid++) {
      held = held.plus(world.state().sui(miner(uid).address()));
      held = held.plus(world.state().sui(validator(uid).address()));
    }
    Coins bonded = Coins.whole(3).plus(Coins.whole(30));
    assertThat(held.plus(bonded)).isEqualTo(Coins.whole(1_200));
  }

  @Test
  void aMinerPublishesCredentialsInPlaceOfThoseBefore() {
    World world = new World().withMiners(2);
    Bytes sealed = Bytes.ofHex("c0ffee");
    assertThat(world.does(miner(1), new ChainCall.PublishCredentials(new MinerUid(1), 7, sealed)))
        .containsExactly(new ChainEvent.CredentialsPublished(new MinerUid(1), 7, sealed));
    world.does(miner(1), new ChainCall.PublishCredentials(new MinerUid(1), 8, Bytes.EMPTY));
    assertThat(world.state().miner(new MinerUid(1)).orElseThrow().credentials())
        .hasValue(new MinerRecord.Credentials(8, new SealedCredential(Bytes.EMPTY)));

    world.refuses(
        AbortCode.NOT_OWNER,
        miner(1),
        new ChainCall.PublishCredentials(new MinerUid(2), 1, sealed));
    world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
    world.refuses(
        AbortCode.ALREADY_LEFT,
        miner(1),
        new ChainCall.PublishCredentials(new MinerUid(1), 9, sealed));
  }
}

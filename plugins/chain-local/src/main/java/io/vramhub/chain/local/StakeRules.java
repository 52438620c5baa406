package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Taking part, how it is read, and ending it: bonds are real coins (protocol section 1). */
final class StakeRules {
  /** Longest name of a participant, in bytes of UTF-8. */
  static final int MAXIMUM_LABEL_BYTES = 64;

  /** Longest sealed credentials; an object sealed for three key servers has about 500 bytes. */
  private static final int MAXIMUM_CREDENTIAL_BYTES = 4_096;

  private StakeRules() {}

  static ChainEvent register(CallContext context, ChainCall.RegisterMiner call) {
    checkLabel(call.label());
    demandStake(call.stake(), context.parameters().stake().minMiner());
    long capacity = WindowRules.minerCapacity(context.parameters());
    demand(
        context.state().activeMiners().size() < capacity,
        AbortCode.NETWORK_FULL,
        "the dataset has pages for "
            + capacity
            + " miners in one window, and so many are registered");
    context.demandBalance(call.stake());
    return new ChainEvent.MinerRegistered(
        context.state().nextMinerUid(),
        context.sender(),
        call.payout(),
        call.stake(),
        call.label());
  }

  static ChainEvent register(CallContext context, ChainCall.RegisterValidator call) {
    checkLabel(call.label());
    demandStake(call.stake(), context.parameters().stake().minValidator());
    context.demandBalance(call.stake());
    return new ChainEvent.ValidatorRegistered(
        context.state().nextValidatorUid(),
        context.sender(),
        call.payout(),
        call.stake(),
        call.label());
  }

  static ChainEvent add(CallContext context, ChainCall.AddMinerStake call) {
    MinerRecord miner = context.ownMiner(call.miner());
    demandStaying(miner.withdrawableAtMs(), "miner " + miner.uid());
    demandStake(call.amount(), new Coins(1));
    context.demandBalance(call.amount());
    return new ChainEvent.MinerStakeAdded(miner.uid(), call.amount());
  }

  static ChainEvent add(CallContext context, ChainCall.AddValidatorStake call) {
    ValidatorRecord validator = context.ownValidator(call.validator());
    demandStaying(validator.withdrawableAtMs(), "validator " + validator.uid());
    demandStake(call.amount(), new Coins(1));
    context.demandBalance(call.amount());
    return new ChainEvent.ValidatorStakeAdded(validator.uid(), call.amount());
  }

  static ChainEvent leave(CallContext context, ChainCall.LeaveMiner call) {
    MinerRecord miner = context.ownMiner(call.miner());
    demandStaying(miner.withdrawableAtMs(), "miner " + miner.uid());
    return new ChainEvent.MinerLeft(miner.uid(), withdrawableAt(context));
  }

  static ChainEvent leave(CallContext context, ChainCall.LeaveValidator call) {
    ValidatorRecord validator = context.ownValidator(call.validator());
    demandStaying(validator.withdrawableAtMs(), "validator " + validator.uid());
    return new ChainEvent.ValidatorLeft(validator.uid(), withdrawableAt(context));
  }

  static ChainEvent withdraw(CallContext context, ChainCall.WithdrawMinerStake call) {
    MinerRecord miner = context.ownMiner(call.miner());
    demandUnbonded(context, miner.withdrawableAtMs(), miner.stake(), "miner " + miner.uid());
    return new ChainEvent.MinerStakeWithdrawn(miner.uid(), miner.stake());
  }

  static ChainEvent withdraw(CallContext context, ChainCall.WithdrawValidatorStake call) {
    ValidatorRecord validator = context.ownValidator(call.validator());
    demandUnbonded(
        context, validator.withdrawableAtMs(), validator.stake(), "validator " + validator.uid());
    return new ChainEvent.ValidatorStakeWithdrawn(validator.uid(), validator.stake());
  }

  static ChainEvent publish(CallContext context, ChainCall.PublishCredentials call) {
    demand(
        call.sealed().length() <= MAXIMUM_CREDENTIAL_BYTES,
        AbortCode.TOO_LARGE,
        "sealed credentials have at most " + MAXIMUM_CREDENTIAL_BYTES + " bytes");
    MinerRecord miner = context.ownMiner(call.miner());
    demandStaying(miner.withdrawableAtMs(), "miner " + miner.uid());
    return new ChainEvent.CredentialsPublished(miner.uid(), call.keyEpoch(), call.sealed());
  }

  private static long withdrawableAt(CallContext context) {
    return Math.addExact(context.timeMs(), context.parameters().stake().unbondingMs());
  }

  private static void checkLabel(String label) {
    demand(
        label.getBytes(StandardCharsets.UTF_8).length <= MAXIMUM_LABEL_BYTES
            && label.codePoints().noneMatch(Character::isISOControl),
        AbortCode.BAD_LABEL,
        "a label has at most " + MAXIMUM_LABEL_BYTES + " bytes of UTF-8 and no control characters");
  }

  private static void demandStake(Coins stake, Coins minimum) {
    demand(
        stake.compareTo(minimum) >= 0,
        AbortCode.STAKE_TOO_LOW,
        "a stake of " + stake + " SUI is below the minimum of " + minimum);
  }

  private static void demandStaying(OptionalLong withdrawableAtMs, String who) {
    demand(withdrawableAtMs.isEmpty(), AbortCode.ALREADY_LEFT, who + " has left the network");
  }

  private static void demandUnbonded(
      CallContext context, OptionalLong withdrawableAtMs, Coins stake, String who) {
    demand(
        withdrawableAtMs.isPresent(),
        AbortCode.NOT_LEFT,
        who + " still takes part; it leaves first, then waits out the unbonding delay");
    long waitMs = withdrawableAtMs.getAsLong() - context.timeMs();
    demand(
        waitMs <= 0,
        AbortCode.STILL_UNBONDING,
        "the stake of " + who + " is unbonding for another " + waitMs + " ms");
    demand(
        stake.compareTo(Coins.ZERO) > 0,
        AbortCode.ALREADY_WITHDRAWN,
        "the stake of " + who + " was paid back before");
  }
}

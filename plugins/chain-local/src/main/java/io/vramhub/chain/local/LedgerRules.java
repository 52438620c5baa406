package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Payee;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import java.util.List;

/**
 * The protocol as a chain enforces it: a pure function from the state and a call to events or a
 * named refusal. There is no call that pays, scores, anchors or mints by decree; what a call can do
 * is the list of cases below (attack 20).
 */
final class LedgerRules {
  private final ScoreRules scores = new ScoreRules();

  /** Decides a call whose signature has been checked. Changes nothing. */
  Decision decide(CallContext context, ChainCall call) {
    try {
      return new Decision.Effect(events(context, call));
    } catch (AbortException abort) {
      return abort.refusal();
    }
  }

  private List<ChainEvent> events(CallContext context, ChainCall call) {
    return switch (call) {
      case ChainCall.RegisterMiner register -> List.of(StakeRules.register(context, register));
      case ChainCall.RegisterValidator register -> List.of(StakeRules.register(context, register));
      case ChainCall.AddMinerStake add -> List.of(StakeRules.add(context, add));
      case ChainCall.AddValidatorStake add -> List.of(StakeRules.add(context, add));
      case ChainCall.LeaveMiner leave -> List.of(StakeRules.leave(context, leave));
      case ChainCall.LeaveValidator leave -> List.of(StakeRules.leave(context, leave));
      case ChainCall.WithdrawMinerStake withdraw -> List.of(StakeRules.withdraw(context, withdraw));
      case ChainCall.WithdrawValidatorStake withdraw ->
          List.of(StakeRules.withdraw(context, withdraw));
      case ChainCall.PublishCredentials publish -> List.of(StakeRules.publish(context, publish));
      case ChainCall.RegisterEnclave register -> List.of(scores.register(context, register));
      case ChainCall.OpenWindow open -> List.of(WindowRules.open(context, open));
      case ChainCall.CommitGradient commit -> List.of(WindowRules.commit(context, commit));
      case ChainCall.OpenScoring open -> List.of(WindowRules.openScoring(context, open));
      case ChainCall.SubmitScores submit -> List.of(ScoreRules.submit(context, submit));
      case ChainCall.FinalizeWindow close -> WindowRules.close(context, close);
      case ChainCall.AnchorCheckpoint anchor -> CheckpointRules.anchor(context, anchor);
      case ChainCall.ClaimMiner claim -> List.of(claim(context, claim));
      case ChainCall.ClaimValidator claim -> List.of(claim(context, claim));
      case ChainCall.ScheduleParameters schedule ->
          List.of(ParameterRules.schedule(context, schedule));
    };
  }

  private static ChainEvent claim(CallContext context, ChainCall.ClaimMiner call) {
    MinerRecord miner = context.ownMiner(call.miner());
    Payee payee = new Payee.Miner(miner.uid());
    return new ChainEvent.Claimed(payee, miner.payout(), credit(context, payee));
  }

  private static ChainEvent claim(CallContext context, ChainCall.ClaimValidator call) {
    ValidatorRecord validator = context.ownValidator(call.validator());
    Payee payee = new Payee.Validator(validator.uid());
    return new ChainEvent.Claimed(payee, validator.payout(), credit(context, payee));
  }

  private static Coins credit(CallContext context, Payee payee) {
    Coins credit = context.state().credit(payee);
    demand(
        credit.compareTo(Coins.ZERO) > 0,
        AbortCode.NOTHING_TO_CLAIM,
        "nothing is credited to this record that has not been claimed");
    return credit;
  }
}

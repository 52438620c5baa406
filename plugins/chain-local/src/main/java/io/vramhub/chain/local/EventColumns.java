package io.vramhub.chain.local;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.Optional;

/**
 * Which window and whom an event is about, as columns for people who open the ledger's file with
 * SQL. Nothing is ever read back from them.
 */
record EventColumns(
    Optional<WindowId> window, Optional<MinerUid> miner, Optional<ValidatorUid> validator) {
  static EventColumns of(ChainEvent event) {
    return switch (event) {
      case ChainEvent.NetworkCreated ignored -> none();
      case ChainEvent.ParametersScheduled scheduled -> window(scheduled.effective());
      case ChainEvent.FaucetPaid ignored -> none();
      case ChainEvent.MinerRegistered registered -> miner(registered.miner());
      case ChainEvent.ValidatorRegistered registered -> validator(registered.validator());
      case ChainEvent.MinerStakeAdded added -> miner(added.miner());
      case ChainEvent.ValidatorStakeAdded added -> validator(added.validator());
      case ChainEvent.MinerLeft left -> miner(left.miner());
      case ChainEvent.ValidatorLeft left -> validator(left.validator());
      case ChainEvent.MinerStakeWithdrawn withdrawn -> miner(withdrawn.miner());
      case ChainEvent.ValidatorStakeWithdrawn withdrawn -> validator(withdrawn.validator());
      case ChainEvent.CredentialsPublished published -> miner(published.miner());
      case ChainEvent.EnclaveRegistered registered -> validator(registered.validator());
      case ChainEvent.WindowOpened opened -> window(opened.window());
      case ChainEvent.GradientCommitted committed ->
          new EventColumns(
              Optional.of(committed.window()), Optional.of(committed.miner()), Optional.empty());
      case ChainEvent.ScoringOpened opened -> window(opened.window());
      case ChainEvent.ScoresSubmitted submitted ->
          new EventColumns(
              Optional.of(submitted.scores().report().window()),
              Optional.empty(),
              Optional.of(submitted.scores().report().validator()));
      case ChainEvent.DeviationObserved deviation ->
          new EventColumns(
              Optional.of(deviation.window()),
              Optional.of(deviation.miner()),
              Optional.of(deviation.validator()));
      case ChainEvent.ValidatorJailed jailed ->
          new EventColumns(
              Optional.of(jailed.window()), Optional.empty(), Optional.of(jailed.validator()));
      case ChainEvent.WindowFinalized finalized -> window(finalized.result().window());
      case ChainEvent.CheckpointVoted voted ->
          new EventColumns(
              Optional.of(voted.checkpoint()), Optional.empty(), Optional.of(voted.validator()));
      case ChainEvent.CheckpointAnchored anchored -> window(anchored.checkpoint().window());
      case ChainEvent.Claimed claimed ->
          switch (claimed.payee()) {
            case Payee.Miner payee -> miner(payee.uid());
            case Payee.Validator payee -> validator(payee.uid());
            case Payee.Treasury ignored -> none();
          };
    };
  }

  private static EventColumns none() {
    return new EventColumns(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static EventColumns window(WindowId window) {
    return new EventColumns(Optional.of(window), Optional.empty(), Optional.empty());
  }

  private static EventColumns miner(MinerUid miner) {
    return new EventColumns(Optional.empty(), Optional.of(miner), Optional.empty());
  }

  private static EventColumns validator(ValidatorUid validator) {
    return new EventColumns(Optional.empty(), Optional.empty(), Optional.of(validator));
  }
}

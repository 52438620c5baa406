package io.vramhub.vramscan;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What an event is about, to filter by.
 *
 * @param window of a vote or an anchoring the window the checkpoint is merged from
 */
record EventSubject(Topic topic, OptionalLong window, OptionalLong miner, OptionalLong validator) {
  /** What a live client may ask for. The names are the API's. */
  enum Topic {
    REGISTRY,
    WINDOW,
    COMMIT,
    SCORE,
    CHECKPOINT,
    REWARD,
    PARAMETERS;

    /** As the API writes it. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static EventSubject of(ChainEvent event) {
    return switch (event) {
      case ChainEvent.NetworkCreated created -> of(Topic.PARAMETERS);
      case ChainEvent.ParametersScheduled scheduled -> of(Topic.PARAMETERS);
      case ChainEvent.FaucetPaid paid -> of(Topic.REGISTRY);
      case ChainEvent.MinerRegistered registered -> miner(Topic.REGISTRY, registered.miner());
      case ChainEvent.ValidatorRegistered registered ->
          validator(Topic.REGISTRY, registered.validator());
      case ChainEvent.MinerStakeAdded added -> miner(Topic.REGISTRY, added.miner());
      case ChainEvent.ValidatorStakeAdded added -> validator(Topic.REGISTRY, added.validator());
      case ChainEvent.MinerLeft left -> miner(Topic.REGISTRY, left.miner());
      case ChainEvent.ValidatorLeft left -> validator(Topic.REGISTRY, left.validator());
      case ChainEvent.MinerStakeWithdrawn withdrawn -> miner(Topic.REGISTRY, withdrawn.miner());
      case ChainEvent.ValidatorStakeWithdrawn withdrawn ->
          validator(Topic.REGISTRY, withdrawn.validator());
      case ChainEvent.CredentialsPublished published -> miner(Topic.REGISTRY, published.miner());
      case ChainEvent.EnclaveRegistered registered ->
          validator(Topic.REGISTRY, registered.validator());
      case ChainEvent.WindowOpened opened -> of(Topic.WINDOW).in(opened.window());
      case ChainEvent.GradientCommitted committed ->
          miner(Topic.COMMIT, committed.miner()).in(committed.window());
      case ChainEvent.ScoringOpened opened -> of(Topic.WINDOW).in(opened.window());
      case ChainEvent.ScoresSubmitted submitted ->
          validator(Topic.SCORE, submitted.scores().report().validator())
              .in(submitted.scores().report().window());
      case ChainEvent.DeviationObserved observed ->
          new EventSubject(
              Topic.SCORE,
              OptionalLong.of(observed.window().number()),
              OptionalLong.of(observed.miner().value()),
              OptionalLong.of(observed.validator().value()));
      case ChainEvent.ValidatorJailed jailed ->
          validator(Topic.SCORE, jailed.validator()).in(jailed.window());
      case ChainEvent.WindowFinalized finalized -> of(Topic.WINDOW).in(finalized.result().window());
      case ChainEvent.CheckpointVoted voted ->
          validator(Topic.CHECKPOINT, voted.validator()).in(voted.checkpoint().previous());
      case ChainEvent.CheckpointAnchored anchored ->
          anchored.checkpoint().window().number() == 0
              ? of(Topic.CHECKPOINT)
              : of(Topic.CHECKPOINT).in(anchored.checkpoint().window().previous());
      case ChainEvent.Claimed claimed ->
          switch (claimed.payee()) {
            case Payee.Miner payee -> miner(Topic.REWARD, payee.uid());
            case Payee.Validator payee -> validator(Topic.REWARD, payee.uid());
            case Payee.Treasury treasury -> of(Topic.REWARD);
          };
    };
  }

  private static EventSubject of(Topic topic) {
    return new EventSubject(
        topic, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  private static EventSubject miner(Topic topic, MinerUid miner) {
    return new EventSubject(
        topic, OptionalLong.empty(), OptionalLong.of(miner.value()), OptionalLong.empty());
  }

  private static EventSubject validator(Topic topic, ValidatorUid validator) {
    return new EventSubject(
        topic, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(validator.value()));
  }

  private EventSubject in(WindowId number) {
    return new EventSubject(topic, OptionalLong.of(number.number()), miner, validator);
  }
}

package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator reads about a validator: one method per sentence. */
final class ValidatorConsole {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.validator");

  private final NodeEvents events;
  private final ValidatorUid validator;

  ValidatorConsole(NodeEvents events, ValidatorUid validator) {
    this.events = events;
    this.validator = validator;
  }

  void enclaveRegistered(long epoch) {
    LOG.info("validator {}: registered its enclave's key as epoch {}", validator, epoch);
    events.publish(new NodeEvent.EnclaveRegistered(validator, epoch));
  }

  void checkpointLoaded(WindowId window, CheckpointRef checkpoint) {
    LOG.debug(
        "validator {}: checkpoint {} is in the enclave for window {}",
        validator,
        checkpoint.window(),
        window);
    events.publish(new NodeEvent.CheckpointLoaded(validator, window, checkpoint));
  }

  void candidateLeftOut(WindowId window, MinerUid miner, Throwable failure) {
    LOG.warn(
        "validator {}: says nothing of miner {} in window {}, for a reason that is not the miner's",
        validator,
        miner,
        window,
        failure);
    events.publish(
        new NodeEvent.CandidateLeftOut(
            validator, window, miner, String.valueOf(failure.getMessage())));
  }

  void scoresSubmitted(WindowId window, int scored, int accepted) {
    LOG.info(
        "validator {}: scored {} gradients of window {}, {} accepted",
        validator,
        scored,
        window,
        accepted);
    events.publish(new NodeEvent.ScoresSubmitted(validator, window, scored, accepted));
  }

  void callRefused(WindowId window, String purpose, AbortCode code) {
    LOG.warn(
        "validator {}: the chain refused {} in window {}: {}", validator, purpose, window, code);
    events.publish(
        new NodeEvent.CallRefused(Role.VALIDATOR, validator.value(), window, purpose, code));
  }

  void windowFinal(WindowResult result) {
    events.publish(new NodeEvent.WindowFinal(result));
  }

  void ratingDiffers(WindowId window, MinerUid miner, Rating chain, Rating recomputed) {
    LOG.error(
        "validator {}: ALARM: in window {} the chain rates miner {} {}, recomputing gives {}. Run"
            + " 'vramhub audit --window {}'",
        validator,
        window,
        miner,
        chain,
        recomputed,
        window);
    events.publish(new NodeEvent.RatingDiffers(window, miner, chain, recomputed));
  }

  void checkpointVoted(CheckpointRef checkpoint) {
    LOG.info(
        "validator {}: voted for checkpoint {} with root {}",
        validator,
        checkpoint.window(),
        checkpoint.root().brief());
    events.publish(new NodeEvent.CheckpointVoted(validator, checkpoint));
  }
}

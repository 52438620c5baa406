package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator reads about a miner: one method per sentence. */
final class MinerConsole {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.miner");

  private final NodeEvents events;
  private final MinerUid miner;

  MinerConsole(NodeEvents events, MinerUid miner) {
    this.events = events;
    this.miner = miner;
  }

  void stepTrained(WindowId window, StepReport step, int of) {
    LOG.debug(
        "miner {}: window {}, step {} of {}, loss {}",
        miner,
        window,
        step.step() + 1,
        of,
        step.loss());
    events.publish(new NodeEvent.StepTrained(miner, window, step.step() + 1, of, step.loss()));
  }

  void gradientCommitted(WindowId window, Digest contentHash, long bytes, int steps) {
    LOG.info(
        "miner {}: committed {} bytes after {} steps in window {} as {}",
        miner,
        bytes,
        steps,
        window,
        contentHash.brief());
    events.publish(new NodeEvent.GradientCommitted(miner, window, contentHash, bytes, steps));
  }

  void commitRefused(WindowId window, AbortCode code) {
    LOG.warn("miner {}: the chain refused the commit of window {}: {}", miner, window, code);
    events.publish(
        new NodeEvent.CallRefused(
            Role.MINER, miner.value(), window, GradientCommitment.PURPOSE, code));
  }

  void resumedCommit(WindowId window) {
    LOG.info(
        "miner {}: window {} goes on with the gradient made before the restart", miner, window);
  }

  void optimizerNotSaved(WindowId window, Throwable failure) {
    LOG.warn(
        "miner {}: the optimizer's state after window {} is not kept, so a restart begins with a"
            + " fresh optimizer",
        miner,
        window,
        failure);
    events.publish(
        new NodeEvent.OptimizerNotSaved(miner, window, String.valueOf(failure.getMessage())));
  }

  void cleanUpFailed(WindowId window, Throwable failure) {
    LOG.warn(
        "miner {}: what window {} left behind could not be tidied and is tried again after the"
            + " next",
        miner,
        window,
        failure);
  }

  void optimizerNotRestored(Throwable failure) {
    LOG.warn("miner {}: begins with a fresh optimizer", miner, failure);
  }
}

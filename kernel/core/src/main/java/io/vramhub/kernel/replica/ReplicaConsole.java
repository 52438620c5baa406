package io.vramhub.kernel.replica;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator reads about the node's copy of the model: one method per sentence. */
final class ReplicaConsole {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.checkpoint");

  private final NodeEvents events;

  ReplicaConsole(NodeEvents events) {
    this.events = events;
  }

  void merged(CheckpointRef checkpoint, int gradients) {
    LOG.info(
        "merged {} gradients into checkpoint {} with root {}",
        gradients,
        checkpoint.window(),
        checkpoint.root().brief());
    events.publish(new NodeEvent.CheckpointMerged(checkpoint, gradients));
  }

  void snapshotLoaded(CheckpointRef checkpoint) {
    LOG.info("took checkpoint {} from storage", checkpoint.window());
    events.publish(new NodeEvent.SnapshotLoaded(checkpoint));
  }

  void snapshotUnusable(CheckpointRef checkpoint, Throwable failure) {
    LOG.warn(
        "the stored snapshot of checkpoint {} cannot be used: {}",
        checkpoint.window(),
        failure.getMessage());
  }

  void rootDiffers(CheckpointRef anchored, Digest merged) {
    LOG.error(
        "ALARM: checkpoint {} is anchored with root {}, merging it here gives {}. Run 'vramhub"
            + " audit --window {}'",
        anchored.window(),
        anchored.root(),
        merged,
        anchored.window().previous());
    events.publish(new NodeEvent.RootDiffers(anchored, merged));
  }

  void keptFileUnusable(String file, Throwable failure) {
    LOG.warn("the kept checkpoint {} is not used: {}", file, failure.getMessage());
  }
}

package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator reads about an aggregator: one method per sentence. */
final class AggregatorConsole {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.aggregator");

  private final NodeEvents events;
  private final ValidatorUid validator;

  AggregatorConsole(NodeEvents events, ValidatorUid validator) {
    this.events = events;
    this.validator = validator;
  }

  void snapshotStored(CheckpointRef checkpoint, long bytes) {
    LOG.info(
        "aggregator {}: stored checkpoint {} ({} bytes)", validator, checkpoint.window(), bytes);
    events.publish(new NodeEvent.SnapshotStored(checkpoint, bytes));
  }
}

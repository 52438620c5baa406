package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.WindowId;

/**
 * What a checkpoint file says of itself.
 *
 * @param window the window whose base this checkpoint is
 * @param parent root of the checkpoint it was merged from; zero for the first
 * @param schema hash of the model's schema
 * @param run the network it belongs to
 */
public record CheckpointMetadata(WindowId window, Digest parent, Digest schema, NetworkId run) {}

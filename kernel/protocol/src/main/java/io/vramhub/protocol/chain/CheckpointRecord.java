package io.vramhub.protocol.chain;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;

/**
 * An anchored checkpoint.
 *
 * @param parent root of the checkpoint it was merged from; zero for the genesis checkpoint
 * @param topGDigest the merged set it was made of; zero for the genesis checkpoint
 * @param anchoredAtMs chain time of the anchoring
 */
public record CheckpointRecord(
    CheckpointRef checkpoint, Digest parent, Digest topGDigest, long anchoredAtMs) {}

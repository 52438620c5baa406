package io.vramhub.api.model;

/** A checkpoint of the model: the base of the given window, and the Merkle root of its file. */
public record CheckpointRef(WindowId window, Digest root) {}

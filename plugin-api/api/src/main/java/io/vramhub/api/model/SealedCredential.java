package io.vramhub.api.model;

/** A credential under its policy, opaque to all but the sealer that made it. */
public record SealedCredential(Bytes bytes) {}

package io.vramhub.api.model;

/**
 * A score report, the enclave's own time, and its Ed25519 signature (64 bytes) over the intent
 * message.
 */
public record SignedScoreReport(ScoreReport report, long timestampMs, Bytes signature) {}

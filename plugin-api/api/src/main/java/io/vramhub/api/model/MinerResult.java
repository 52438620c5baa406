package io.vramhub.api.model;

/**
 * What a finalized window says of one miner that committed (protocol section 7).
 *
 * @param verdict the scorers' verdict; gains are their stake-weighted medians
 * @param proofNanos the proof-of-computation average after this window, in billionths, -1e9..1e9
 * @param weightNanos share of the miners' emission, billionths of the whole
 */
public record MinerResult(
    MinerUid miner,
    Verdict verdict,
    NanoNats heldoutGain,
    NanoNats assignedGain,
    long proofNanos,
    Rating before,
    Rating after,
    boolean eligible,
    long weightNanos) {}

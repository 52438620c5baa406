package io.vramhub.api.model;

/** A rating that moved although its miner did not take part (absence drift, protocol section 7). */
public record RatingChange(MinerUid miner, Rating before, Rating after) {}

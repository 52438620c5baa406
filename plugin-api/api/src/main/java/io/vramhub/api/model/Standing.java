package io.vramhub.api.model;

/** A miner's rating and whether it may earn this window. */
public record Standing(MinerUid miner, Rating rating, boolean eligible) {}

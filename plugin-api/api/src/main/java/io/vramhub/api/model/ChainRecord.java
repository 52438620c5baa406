package io.vramhub.api.model;

/**
 * An event with its place in the chain: gap-free sequence from 1, and the chain time it happened
 * at.
 */
public record ChainRecord(long sequence, long timeMs, ChainEvent event) {}

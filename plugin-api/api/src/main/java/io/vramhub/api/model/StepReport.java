package io.vramhub.api.model;

/**
 * One finished inner step: its number from 0, its mean loss in nats per token, and tokens trained
 * on.
 */
public record StepReport(int step, float loss, int tokens) {}

package io.vramhub.api.model;

/**
 * Mean cross-entropy in nats per predicted token, for an operator's own eyes; such numbers never
 * sign.
 */
public record LossReport(double mean, long predictions) {}

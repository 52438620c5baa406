package io.vramhub.api.model;

/** Where to train: {@code cpu} or {@code cuda:N}, and how many threads to use (0: all). */
public record DeviceSpec(String device, int threads) {}

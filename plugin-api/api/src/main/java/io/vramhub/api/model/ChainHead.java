package io.vramhub.api.model;

/** How far the chain is: its last event's sequence and its time, in milliseconds, right now. */
public record ChainHead(NetworkId network, long sequence, long timeMs) {}

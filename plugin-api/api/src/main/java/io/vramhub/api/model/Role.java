package io.vramhub.api.model;

/** What a node does in a window. */
public enum Role {
  MINER,
  VALIDATOR,
  AGGREGATOR,
  OBSERVER
}

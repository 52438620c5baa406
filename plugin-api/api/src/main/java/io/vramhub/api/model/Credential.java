package io.vramhub.api.model;

/** A secret to seal, for example a payload's data key. It never prints itself. */
public record Credential(Bytes secret) {
  @Override
  public String toString() {
    return "***";
  }
}

package io.vramhub.api.model;

/** Which network a message belongs to, so that none can be replayed on another. */
public record NetworkId(Digest digest) {
  @Override
  public String toString() {
    return digest.hex();
  }
}

package io.vramhub.api.model;

/** An object in storage together with what its bytes must hash to and how many there are. */
public record BlobRef(BlobKey key, Digest digest, long length) {
  public BlobRef {
    if (length < 0) {
      throw new IllegalArgumentException("a length is not negative: " + length);
    }
  }
}

package io.vramhub.api.model;

/** Bytes {@code [offset, offset + length)} of an object. */
public record ByteRange(long offset, long length) {
  public ByteRange {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("a range is not negative: " + offset + "+" + length);
    }
  }

  /** The whole object. */
  public static ByteRange whole(BlobRef ref) {
    return new ByteRange(0, ref.length());
  }
}

package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of bytes, compared by content. The array is copied on the way in and on the way
 * out.
 */
public record Bytes(byte[] array) {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  public Bytes {
    array = array.clone();
  }

  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  @Override
  public byte[] array() {
    return array.clone();
  }

  /** A read-only view without a copy. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(array).asReadOnlyBuffer();
  }

  public int length() {
    return array.length;
  }

  public String hex() {
    return HexFormat.of().formatHex(array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return length() <= 64
        ? hex()
        : HexFormat.of().formatHex(array, 0, 16) + "… (" + length() + " bytes)";
  }
}

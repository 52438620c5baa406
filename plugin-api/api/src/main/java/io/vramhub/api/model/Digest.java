package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 32 bytes: a SHA-256 hash, a seed or an identifier, compared by content. */
public record Digest(Bytes bytes) implements Comparable<Digest> {
  public static final int LENGTH = 32;
  public static final Digest ZERO = new Digest(new Bytes(new byte[LENGTH]));

  public Digest {
    if (bytes.length() != LENGTH) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length());
    }
  }

  public static Digest of(byte[] bytes) {
    return new Digest(new Bytes(bytes));
  }

  public static Digest ofHex(String hex) {
    return new Digest(Bytes.ofHex(hex));
  }

  /** SHA-256 over the parts, one after the other. */
  public static Digest sha256(byte[]... parts) {
    MessageDigest hash = newSha256();
    for (byte[] part : parts) {
      hash.update(part);
    }
    return of(hash.digest());
  }

  /** SHA-256 over the remaining bytes of the buffer; the buffer's position is left alone. */
  public static Digest sha256(ByteBuffer buffer) {
    MessageDigest hash = newSha256();
    hash.update(buffer.duplicate());
    return of(hash.digest());
  }

  /** A fresh SHA-256, for callers that hash a stream. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  public byte[] array() {
    return bytes.array();
  }

  public String hex() {
    return bytes.hex();
  }

  /** The first four bytes in hex, for people. */
  public String brief() {
    return hex().substring(0, 8);
  }

  @Override
  public int compareTo(Digest other) {
    return bytes.buffer().compareTo(other.bytes.buffer());
  }

  @Override
  public String toString() {
    return hex();
  }
}

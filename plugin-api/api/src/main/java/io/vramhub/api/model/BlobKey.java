package io.vramhub.api.model;

import java.util.regex.Pattern;

/** The name of an object in storage: plain file-name characters and {@code /} between folders. */
public record BlobKey(String name) implements Comparable<BlobKey> {
  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  public BlobKey {
    if (name.length() > 512 || !VALID.matcher(name).matches()) {
      throw new IllegalArgumentException("not a storage key: '" + name + "'");
    }
  }

  @Override
  public int compareTo(BlobKey other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}

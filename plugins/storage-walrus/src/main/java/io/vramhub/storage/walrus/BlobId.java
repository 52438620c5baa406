package io.vramhub.storage.walrus;

import io.vramhub.api.model.BlobKey;
import java.util.Optional;
import java.util.regex.Pattern;

/** A blob's name on Walrus: 32 bytes that follow from its content, in base64url. */
record BlobId(String text) {
  private static final String FOLDER = "walrus/";
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{43}");

  BlobId {
    if (!VALID.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a Walrus blob id has 43 characters of base64url: " + text);
    }
  }

  /** The blob that a key speaks of, unless it is a name that somebody gave. */
  static Optional<BlobId> of(BlobKey key) {
    return key.name().startsWith(FOLDER)
            && VALID.matcher(key.name().substring(FOLDER.length())).matches()
        ? Optional.of(new BlobId(key.name().substring(FOLDER.length())))
        : Optional.empty();
  }

  /** The key under which every node finds the blob. */
  BlobKey key() {
    return new BlobKey(FOLDER + text);
  }

  @Override
  public String toString() {
    return text;
  }
}

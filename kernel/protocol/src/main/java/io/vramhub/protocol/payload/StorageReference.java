package io.vramhub.protocol.payload;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import java.util.regex.Pattern;

/**
 * Where a commit says that its payload is stored (protocol section 5): the payload's own file name,
 * or {@code walrus:{blob id}} for storage that names objects by their content, where a blob id is
 * 32 bytes in base64url without padding.
 */
public record StorageReference(String text) {
  private static final String SCHEME = "walrus:";

  /** Storage keys have no colon, so a blob id's key stands in a folder of that name. */
  private static final String FOLDER = "walrus/";

  private static final Pattern CONTENT_ADDRESSED = Pattern.compile("walrus:[A-Za-z0-9_-]{43}");

  /** The reference to what storage keeps under the key. */
  public static StorageReference to(BlobKey key) {
    return new StorageReference(
        key.name().startsWith(FOLDER)
            ? SCHEME + key.name().substring(FOLDER.length())
            : key.name());
  }

  /** Whether the chain admits it for the payload of this miner and window. */
  public boolean isAdmitted(WindowId window, MinerUid miner) {
    return isContentAddressed() || text.equals(PayloadNames.file(window, miner).name());
  }

  /** Whether the object has a name of its own, the same on every node. */
  public boolean isContentAddressed() {
    return CONTENT_ADDRESSED.matcher(text).matches();
  }

  /**
   * The key that storage finds the payload under.
   *
   * @throws IllegalArgumentException if it is neither form
   */
  public BlobKey key() {
    return new BlobKey(isContentAddressed() ? FOLDER + text.substring(SCHEME.length()) : text);
  }

  @Override
  public String toString() {
    return text;
  }
}

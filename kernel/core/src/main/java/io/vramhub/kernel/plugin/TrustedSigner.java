package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Bytes;
import io.vramhub.kernel.Ed25519;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A key whose signature lets plugins in.
 *
 * @param key Ed25519 public key
 * @param name what the operator calls its owner
 * @param plugins which ids it may sign: one id, or a beginning followed by {@code *}
 */
public record TrustedSigner(Bytes key, String name, String plugins)
    implements Comparable<TrustedSigner> {
  static final String KEY_PREFIX = "ed25519:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern PLUGINS = Pattern.compile("\\*|[a-z0-9][a-z0-9.-]{0,62}\\*?");

  /**
   * @throws IllegalArgumentException that says which part is malformed
   */
  public TrustedSigner {
    if (key.length() != Ed25519.KEY_LENGTH) {
      throw new IllegalArgumentException("an Ed25519 public key has 64 hex digits");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the signer's name '" + name + "' is not of letters, digits, dots and hyphens");
    }
    if (!PLUGINS.matcher(plugins).matches()) {
      throw new IllegalArgumentException(
          "'" + plugins + "' is neither a plugin id nor the beginning of one with a star");
    }
  }

  /** A key as it is written: {@code ed25519:<hex>}, or the digits alone. */
  public static Bytes parseKey(String text) {
    return Bytes.ofHex(text.startsWith(KEY_PREFIX) ? text.substring(KEY_PREFIX.length()) : text);
  }

  /** Whether it may sign a plugin of this id. */
  boolean maySign(String pluginId) {
    return plugins.endsWith("*")
        ? pluginId.startsWith(plugins.substring(0, plugins.length() - 1))
        : pluginId.equals(plugins);
  }

  @Override
  public int compareTo(TrustedSigner other) {
    return Comparator.comparing(TrustedSigner::name)
        .thenComparing(signer -> signer.key().hex())
        .thenComparing(TrustedSigner::plugins)
        .compare(this, other);
  }
}

package io.vramhub.packaging;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a plugin is not let in. Names are stable: they stand in messages as {@code [NAME]} and in the
 * JSON of commands, and may be matched by scripts.
 */
public enum Refusal {
  /** It is a directory, a symbolic link, a device or not there at all. */
  NOT_A_FILE,
  /** The file alone is larger than any plugin may be. */
  TOO_LARGE,
  /** It is not a zip, was cut short, or its bytes differ from its own checksums. */
  UNREADABLE,
  /** An entry is encrypted. */
  ENCRYPTED,
  /** An entry is compressed by a method other than deflate. */
  COMPRESSION_UNKNOWN,
  /** Two entries have the same name, so which one counts depends on the reader. */
  DUPLICATE_ENTRY,
  /** Two names differ only in case, or a file is also a directory. */
  COLLIDING_ENTRIES,
  /** Two entries share bytes of the file. */
  OVERLAPPING_ENTRIES,
  /** An entry is a symbolic link, a device or a directory with content. */
  SPECIAL_ENTRY,
  /** An entry's name leads out of the jar: absolute, with {@code ..}, a backslash or a drive. */
  ENTRY_OUTSIDE,
  /** An entry's name is empty, not UTF-8, has control characters or empty parts. */
  ENTRY_NAME_INVALID,
  /** More entries or libraries than the limits allow. */
  TOO_MANY_ENTRIES,
  /** It unpacks to more than the limits allow, or an entry expands more than real content does. */
  BOMB,
  /** A library under {@code META-INF/lib} has no plain jar name. */
  LIBRARY_NAME_INVALID,
  /** There is no {@code META-INF/MANIFEST.MF}. */
  MANIFEST_MISSING,
  /** The manifest cannot be parsed. */
  MANIFEST_MALFORMED,
  /** The manifest lacks {@code Plugin-Id}, {@code Plugin-Version} or {@code Plugin-Requires}. */
  MANIFEST_INCOMPLETE,
  /** {@code Plugin-Id} is not of lower-case letters, digits, dots and hyphens. */
  ID_MALFORMED,
  /** {@code Plugin-Version} is not a semantic version. */
  VERSION_MALFORMED,
  /** {@code Plugin-Requires} is not a version range. */
  RANGE_MALFORMED,
  /** It was built for a plugin API that this node does not offer. */
  OTHER_API,
  /** {@code Swap-Mode} is neither {@code side-by-side} nor {@code hand-over}. */
  SWAP_MODE_UNKNOWN,
  /** {@code Native-Tier} is not of the form {@code <name>/<version>}. */
  NATIVE_TIER_MALFORMED,
  /** It carries a native library; those live in a native tier, because a JVM loads each once. */
  NATIVE_CODE,
  /** It bundles a package that the node provides. */
  SHARED_PACKAGE,
  /** It has a class for a newer JVM. */
  CLASS_TOO_NEW,
  /** A {@code .class} entry is no class file. */
  CLASS_MALFORMED,
  /** A manifest's {@code Class-Path} names files that were not checked with the plugin. */
  CLASS_PATH_OUTSIDE,
  /** No service file tells what the plugin offers. */
  SERVICE_MISSING,
  /** A service file is not a list of class names. */
  SERVICE_MALFORMED,
  /** A service file names a class that is not in the jar. */
  PROVIDER_MISSING,
  /**
   * A provider class is not public, is abstract, or lacks a public constructor without arguments.
   */
  PROVIDER_UNUSABLE,

  /** Two files are the same plugin. */
  DUPLICATE_ID,
  /** The native tier it needs is not installed. */
  NATIVE_TIER_MISSING,
  /** The process already runs another version or copy of its native tier. */
  NATIVE_TIER_CLASH,

  /** It is neither pinned nor signed. */
  UNSIGNED,
  /** Its bytes differ from those pinned for its id and version. */
  WRONG_HASH,
  /** It is older than a pinned version of the same plugin. */
  DOWNGRADE,
  /** Its signature file is not of the documented form. */
  SIGNATURE_MALFORMED,
  /** Its signature does not belong to its bytes. */
  SIGNATURE_WRONG,
  /** It is signed by a key that is not trusted for its id. */
  SIGNER_UNTRUSTED,
  /** The lock file is not of the documented form. */
  LOCK_MALFORMED;

  /**
   * The error that refuses a plugin.
   *
   * @param plugin how the operator knows it, for example the path of its file
   * @param reason a clause about the plugin, {@code its manifest has no Plugin-Id}
   */
  public HubException refuse(String plugin, String reason) {
    return refuse(plugin, reason, null);
  }

  /** The same with what was caught. */
  public HubException refuse(String plugin, String reason, @Nullable Throwable cause) {
    return error("plugin " + plugin + " is refused", reason, cause);
  }

  /**
   * The error for something that is no plugin itself, for example the lock file.
   *
   * @param what the beginning of the sentence, to which {@code [NAME]: <reason>} is added
   */
  public HubException error(String what, String reason, @Nullable Throwable cause) {
    return new HubException(
        ErrorCode.PLUGIN_INVALID, what + " [" + name() + "]: " + reason, new Marker(this, cause));
  }

  /** Why a plugin was refused, if that is what an error says. */
  public static Optional<Refusal> of(Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof Marker marker) {
        return Optional.of(marker.refusal);
      }
    }
    return Optional.empty();
  }

  /** Carries the constant inside the error, so that nobody has to parse messages. */
  private static final class Marker extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    Marker(Refusal refusal, @Nullable Throwable cause) {
      super(refusal.name(), cause, false, false);
      this.refusal = refusal;
    }
  }
}

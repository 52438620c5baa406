package io.vramhub.kernel.plugin;

import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.Refusal;
import java.nio.file.Path;

/** A jar in a plugins directory and whether a node would load it. */
public sealed interface PluginFile {
  Path file();

  /**
   * A node loads it.
   *
   * @param trustedBy why
   */
  record Admitted(PluginPackage content, Trust trustedBy) implements PluginFile {
    @Override
    public Path file() {
      return content.file();
    }
  }

  /**
   * A node leaves it out.
   *
   * @param reason the whole sentence
   */
  record Refused(Path file, Refusal refusal, String reason) implements PluginFile {}

  /** What lets a plugin in. */
  sealed interface Trust {
    /** Its hash stands in the lock file. */
    record Pinned() implements Trust {}

    /** It is newer than what is pinned, and a trusted signer signed it. */
    record SignedBy(TrustedSigner signer) implements Trust {}
  }
}

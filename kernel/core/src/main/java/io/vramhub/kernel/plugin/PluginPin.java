package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Digest;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.PluginVersion;
import java.util.Comparator;

/** The one jar that may be a certain version of a plugin. */
public record PluginPin(String id, String version, Digest digest) implements Comparable<PluginPin> {
  /**
   * @throws IllegalArgumentException if the version is none
   */
  public PluginPin {
    if (!PluginVersion.isValid(version)) {
      throw new IllegalArgumentException("'" + version + "' is not a semantic version");
    }
  }

  static PluginPin of(PluginPackage plugin) {
    return new PluginPin(plugin.id(), plugin.version(), plugin.digest());
  }

  @Override
  public int compareTo(PluginPin other) {
    return Comparator.comparing(PluginPin::id)
        .thenComparing(PluginPin::version, PluginVersion::compare)
        .thenComparing(PluginPin::version)
        .thenComparing(PluginPin::digest)
        .compare(this, other);
  }
}

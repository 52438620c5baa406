package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Digest;
import io.vramhub.packaging.NativeTier;
import java.util.List;
import java.util.Optional;

/**
 * What an operator may know of a loaded plugin.
 *
 * @param digest SHA-256 of the jar
 * @param requires the range of API versions it accepts
 * @param nativeTier what it runs on, if it calls native code
 * @param providers what it offers, by kind and name
 */
public record PluginInfo(
    String id,
    String version,
    String description,
    Digest digest,
    String requires,
    Optional<NativeTier> nativeTier,
    List<Provider> providers) {
  public PluginInfo {
    providers = List.copyOf(providers);
  }

  /**
   * One service a plugin can open.
   *
   * @param kind simple name of the service, {@code StorageBackend}
   * @param name what an operator writes to choose it
   */
  public record Provider(String kind, String name) {}
}

package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.packaging.NativeTier;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Libraries with native code, which a JVM can load only once. Each tier has one loader that lives
 * as long as the JVM and is the parent of every generation that names the tier; a second version or
 * a second copy of a tier is refused, because loading it would crash the process.
 */
final class NativeTiers {
  private static final Map<String, Tier> LOADED = new HashMap<>();

  private record Tier(String version, Path directory, ClassLoader loader) {}

  private NativeTiers() {}

  /**
   * The loader of a tier.
   *
   * @param tiersDirectory holds one directory of jars per tier, {@code <name>-<version>}
   * @param pluginId for the message if it cannot be loaded
   */
  static ClassLoader loader(Path tiersDirectory, NativeTier tier, String pluginId) {
    String name = tier.name();
    Path directory =
        tiersDirectory.resolve(name + "-" + tier.version()).toAbsolutePath().normalize();
    synchronized (LOADED) {
      Tier loaded = LOADED.get(name);
      if (loaded == null) {
        loaded = new Tier(tier.version(), directory, open(directory, tier, pluginId));
        LOADED.put(name, loaded);
      }
      if (!loaded.version().equals(tier.version()) || !loaded.directory().equals(directory)) {
        throw Refusal.NATIVE_TIER_CLASH.refuse(
            pluginId,
            "it needs native tier "
                + tier
                + " from "
                + directory
                + ", but this process already runs "
                + name
                + "/"
                + loaded.version()
                + " from "
                + loaded.directory()
                + ". Restart the node to change a native tier");
      }
      return loaded.loader();
    }
  }

  private static ClassLoader open(Path directory, NativeTier tier, String pluginId) {
    if (!Files.isDirectory(directory)) {
      throw Refusal.NATIVE_TIER_MISSING.refuse(
          pluginId,
          "it needs native tier "
              + tier
              + ", which is not installed: "
              + directory
              + " does not exist");
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw Refusal.NATIVE_TIER_MISSING.refuse(
            pluginId, "it needs native tier " + tier + ", but " + directory + " has no jars");
      }
      return new URLClassLoader(
          "tier-" + tier,
          jars.stream().map(PluginFiles::url).toArray(URL[]::new),
          SharedClassLoader.INSTANCE);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot read native tier " + tier + " in " + directory, e);
    }
  }
}

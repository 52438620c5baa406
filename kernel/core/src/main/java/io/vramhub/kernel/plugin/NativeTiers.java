package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Libraries with native code, which a JVM can load only once. Each tier has one loader that lives
 * as long as the JVM and is the parent of every generation that names the tier; a second version or
 * a second copy of a tier is refused, because loading it would crash the process.
 */
final class NativeTiers {
  private static final Pattern REFERENCE =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9][A-Za-z0-9.-]*)");
  private static final Map<String, Tier> LOADED = new HashMap<>();

  private record Tier(String version, Path directory, ClassLoader loader) {}

  private NativeTiers() {}

  /**
   * The loader of a tier.
   *
   * @param tiersDirectory holds one directory of jars per tier, {@code <name>-<version>}
   * @param reference {@code <name>/<version>} as a plugin's manifest states it
   * @param pluginId for the message if it cannot be loaded
   */
  static ClassLoader loader(Path tiersDirectory, String reference, String pluginId) {
    var matcher = REFERENCE.matcher(reference);
    if (!matcher.matches()) {
      throw invalid(
          pluginId + ": Native-Tier '" + reference + "' is not of the form <name>/<version>");
    }
    String name = matcher.group(1);
    String version = matcher.group(2);
    Path directory = tiersDirectory.resolve(name + "-" + version).toAbsolutePath().normalize();
    synchronized (LOADED) {
      Tier loaded = LOADED.get(name);
      if (loaded == null) {
        loaded = new Tier(version, directory, open(directory, reference, pluginId));
        LOADED.put(name, loaded);
      }
      if (!loaded.version().equals(version) || !loaded.directory().equals(directory)) {
        throw invalid(
            pluginId
                + " needs native tier "
                + reference
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

  private static ClassLoader open(Path directory, String reference, String pluginId) {
    if (!Files.isDirectory(directory)) {
      throw invalid(
          pluginId
              + " needs native tier "
              + reference
              + ", which is not installed: "
              + directory
              + " does not exist");
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw invalid(
            pluginId + " needs native tier " + reference + ", but " + directory + " has no jars");
      }
      return new URLClassLoader(
          "tier-" + reference,
          jars.stream().map(PluginFiles::url).toArray(URL[]::new),
          SharedClassLoader.INSTANCE);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot read native tier " + reference + " in " + directory, e);
    }
  }

  private static HubException invalid(String message) {
    return new HubException(ErrorCode.PLUGIN_INVALID, "plugin " + message);
  }
}

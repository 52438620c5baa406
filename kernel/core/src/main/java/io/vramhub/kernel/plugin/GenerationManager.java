package io.vramhub.kernel.plugin;

import java.nio.file.Path;
import org.pf4j.DefaultPluginManager;
import org.pf4j.ExtensionFinder;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.ServiceProviderExtensionFinder;

/**
 * The PF4J manager of a single generation. One manager refuses a second plugin of the same id, so
 * each generation has its own.
 */
final class GenerationManager extends DefaultPluginManager {
  private final Path directory;
  private final GenerationClassLoader loader;

  GenerationManager(Path directory, GenerationClassLoader loader, String apiVersion) {
    super(directory);
    this.directory = directory;
    this.loader = loader;
    setSystemVersion(apiVersion);
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder();
  }

  @Override
  protected ExtensionFinder createExtensionFinder() {
    return new ServiceProviderExtensionFinder(this);
  }

  /** Called while the superclass is being constructed, so it must not read fields yet. */
  @Override
  protected PluginLoader createPluginLoader() {
    return new PluginLoader() {
      @Override
      public boolean isApplicable(Path file) {
        return file.startsWith(directory);
      }

      @Override
      public ClassLoader loadPlugin(Path file, PluginDescriptor descriptor) {
        return loader;
      }
    };
  }

  /** A generation is loaded by its path; nothing is searched for. */
  @Override
  protected PluginRepository createPluginRepository() {
    return new PluginRepository() {
      @Override
      public java.util.List<Path> getPluginPaths() {
        return java.util.List.of();
      }

      @Override
      public boolean deletePluginPath(Path file) {
        return false;
      }
    };
  }
}

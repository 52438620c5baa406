package io.vramhub.kernel.plugin;

import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.packaging.ServiceKinds;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One loaded copy of a plugin: its jar, class loader, PF4J manager and threads. It lives as long as
 * it is on the shelf or a service of it is open; then it ends its threads and lets its classes go.
 */
final class PluginGeneration {
  private static final int MOST_THREADS = 16;
  private static final int LONGEST_QUEUE = 4_096;
  private static final int IDLE_SECONDS = 60;

  private final PluginJar jar;
  private final GenerationManager manager;
  private final GenerationClassLoader loader;
  private final ClassLoader contextLoader;
  private final Scheduler timer;
  private final Scheduler blocking;
  private final Set<OpenService<?>> services = new LinkedHashSet<>();
  private final Sinks.Empty<Void> unused = Sinks.empty();
  private final Mono<Void> unloading;
  private List<ServiceProvider<?>> providers;
  private boolean shelved = true;

  private PluginGeneration(
      PluginJar jar,
      GenerationManager manager,
      GenerationClassLoader loader,
      ClassLoader contextLoader,
      Scheduler timer,
      List<ServiceProvider<?>> providers) {
    this.jar = jar;
    this.manager = manager;
    this.loader = loader;
    this.contextLoader = contextLoader;
    this.timer = timer;
    this.providers = List.copyOf(providers);
    blocking =
        Schedulers.newBoundedElastic(
            MOST_THREADS, LONGEST_QUEUE, threads(jar.id(), contextLoader), IDLE_SECONDS);
    // Its own threads may be the ones that closed the last service; they must not end themselves.
    unloading =
        unused.asMono().publishOn(timer).then(Mono.fromRunnable(this::unload)).then().cache();
  }

  /** Loads a staged jar; a plugin that cannot be loaded leaves nothing behind. */
  static PluginGeneration load(PluginJar jar, Path tiersDirectory, Scheduler timer) {
    try {
      return open(jar, tiersDirectory, timer);
    } catch (HubException refusal) {
      jar.discard();
      throw refusal;
    }
  }

  private static PluginGeneration open(PluginJar jar, Path tiersDirectory, Scheduler timer) {
    ClassLoader parent =
        jar.nativeTier()
            .map(tier -> NativeTiers.loader(tiersDirectory, tier, jar.id()))
            .orElse(SharedClassLoader.INSTANCE);
    GenerationClassLoader loader =
        new GenerationClassLoader(jar.id() + "-" + jar.version(), classPath(jar), parent);
    GenerationManager manager =
        new GenerationManager(jar.directory(), loader, ApiVersion.CURRENT.toString());
    // Native libraries look their parts up through the context loader and keep what they find for
    // the life of the JVM; they must not find, and so keep, this generation.
    ClassLoader contextLoader = jar.nativeTier().isPresent() ? parent : loader;
    boolean loaded = false;
    try {
      PluginGeneration generation =
          ContextLoader.with(
              contextLoader,
              () -> {
                start(manager, jar);
                return new PluginGeneration(
                    jar, manager, loader, contextLoader, timer, findProviders(jar, loader));
              });
      loaded = true;
      return generation;
    } catch (PluginRuntimeException | ServiceConfigurationError | LinkageError e) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "plugin " + jar.id() + " " + jar.version() + " cannot be loaded: " + e.getMessage(),
          e);
    } finally {
      if (!loaded) {
        manager.unloadPlugins();
        close(loader, jar);
      }
    }
  }

  private static void start(GenerationManager manager, PluginJar jar) {
    String id = manager.loadPlugin(jar.file());
    PluginState state = manager.startPlugin(id);
    if (state != PluginState.STARTED) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "plugin " + jar.id() + " " + jar.version() + " does not start: its state is " + state);
    }
  }

  private static List<ServiceProvider<?>> findProviders(
      PluginJar jar, GenerationClassLoader loader) {
    List<ServiceProvider<?>> providers = new ArrayList<>();
    for (Class<? extends ServiceProvider<?>> kind : ServiceKinds.ALL) {
      ServiceLoader.load(kind, loader).stream()
          .filter(found -> found.type().getClassLoader() == loader)
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(ServiceProvider::name))
          .forEach(providers::add);
    }
    if (providers.isEmpty()) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "plugin "
              + jar.id()
              + " offers nothing: it has no service file such as"
              + " META-INF/services/io.vramhub.api.spi.StorageBackend$Provider");
    }
    return providers;
  }

  private static URL[] classPath(PluginJar jar) {
    return Stream.concat(Stream.of(jar.file()), jar.libraries().stream())
        .map(PluginFiles::url)
        .toArray(URL[]::new);
  }

  private static ThreadFactory threads(String id, ClassLoader contextLoader) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "plugin-" + id + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      thread.setContextClassLoader(contextLoader);
      return thread;
    };
  }

  PluginJar jar() {
    return jar;
  }

  /** Id and version, as a message names it. */
  String label() {
    return jar.id() + " " + jar.version();
  }

  synchronized List<ServiceProvider<?>> providers() {
    return providers;
  }

  Scheduler timer() {
    return timer;
  }

  /** For everything the plugin does; ends with the generation. */
  Scheduler blocking() {
    return blocking;
  }

  /** What provider code must see as the thread's context class loader. */
  ClassLoader contextLoader() {
    return contextLoader;
  }

  /** What an unloaded generation must not keep in memory. */
  ClassLoader loader() {
    return loader;
  }

  PluginInfo info() {
    return new PluginInfo(
        jar.id(),
        jar.version(),
        jar.description(),
        jar.digest(),
        jar.requires(),
        jar.nativeTier(),
        providers().stream()
            .flatMap(
                provider ->
                    ServiceKinds.ALL.stream()
                        .filter(kind -> kind.isInstance(provider))
                        .map(
                            kind ->
                                new PluginInfo.Provider(
                                    ServiceKinds.nameOf(kind), provider.name())))
            .toList());
  }

  /** A service of this generation is open; it keeps the generation until it is closed. */
  synchronized void opened(OpenService<?> service) {
    services.add(service);
  }

  void closed(OpenService<?> service) {
    synchronized (this) {
      services.remove(service);
    }
    unloadIfUnused();
  }

  /**
   * Takes the generation from the shelf. Completes when its last service is closed and it is
   * unloaded; repeats share one outcome.
   */
  Mono<Void> leaveShelf() {
    return Mono.defer(
        () -> {
          synchronized (this) {
            shelved = false;
          }
          unloadIfUnused();
          return unloading;
        });
  }

  private void unloadIfUnused() {
    boolean over;
    synchronized (this) {
      over = !shelved && services.isEmpty();
    }
    if (over) {
      // It may be found unused twice; it is unloaded once.
      unused.tryEmitEmpty();
    }
  }

  private void unload() {
    blocking.dispose();
    synchronized (this) {
      providers = List.of();
    }
    manager.unloadPlugins();
    jar.discard();
  }

  private static void close(GenerationClassLoader loader, PluginJar jar) {
    try {
      loader.close();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot close the class loader of plugin " + jar.id(), e);
    }
  }
}

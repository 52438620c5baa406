package io.vramhub.kernel.plugin;

import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One loaded copy of a plugin: its jar, class loader, PF4J manager, threads and open services.
 *
 * <p>Work borrows it by a lease. After {@link #retire()} it gives out no new ones; when the last
 * comes back it closes its services, ends its threads and lets its classes go.
 */
final class PluginGeneration {
  private static final int MOST_THREADS = 16;
  private static final int LONGEST_QUEUE = 4_096;
  private static final int IDLE_SECONDS = 60;

  private final PluginJar jar;
  private final GenerationManager manager;
  private final ClassLoader contextLoader;
  private final List<ServiceProvider<?>> providers;
  private final Scheduler blocking;
  private final List<HubService> services = new ArrayList<>();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private final Mono<Void> retirement;
  private int leases;
  private boolean retired;

  private PluginGeneration(
      PluginJar jar,
      GenerationManager manager,
      ClassLoader contextLoader,
      List<ServiceProvider<?>> providers) {
    this.jar = jar;
    this.manager = manager;
    this.contextLoader = contextLoader;
    this.providers = List.copyOf(providers);
    blocking =
        Schedulers.newBoundedElastic(
            MOST_THREADS, LONGEST_QUEUE, threads(jar.id(), contextLoader), IDLE_SECONDS);
    retirement =
        Mono.defer(
                () -> {
                  stopLending();
                  return drained.asMono();
                })
            .then(Mono.defer(this::closeServices))
            .then(Mono.fromRunnable(this::unload))
            .then()
            .cache();
  }

  /** Loads a staged jar; a plugin that cannot be loaded leaves nothing behind. */
  static PluginGeneration load(PluginJar jar, Path tiersDirectory) {
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
                    jar, manager, contextLoader, findProviders(jar, loader));
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
    for (Class<? extends ServiceProvider<?>> kind : PluginSet.KINDS) {
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

  List<ServiceProvider<?>> providers() {
    return providers;
  }

  Scheduler blocking() {
    return blocking;
  }

  /** What provider code must see as the thread's context class loader. */
  ClassLoader contextLoader() {
    return contextLoader;
  }

  PluginInfo info() {
    return new PluginInfo(
        jar.id(),
        jar.version(),
        jar.description(),
        jar.digest(),
        jar.requires(),
        jar.nativeTier(),
        providers.stream()
            .flatMap(
                provider ->
                    PluginSet.KINDS.stream()
                        .filter(kind -> kind.isInstance(provider))
                        .map(
                            kind ->
                                new PluginInfo.Provider(PluginSet.nameOf(kind), provider.name())))
            .toList());
  }

  /** Remembers a service so that it is closed with the generation. */
  synchronized void keep(HubService service) {
    services.add(service);
  }

  /** Takes a lease, to be given back by {@link #release()}. */
  synchronized void acquire() {
    if (retired) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "plugin " + jar.id() + " " + jar.version() + " is retired and takes no new work");
    }
    leases++;
  }

  void release() {
    boolean last;
    synchronized (this) {
      leases--;
      last = retired && leases == 0;
    }
    if (last) {
      drained.tryEmitEmpty().orThrow();
    }
  }

  synchronized int leases() {
    return leases;
  }

  /** Stops lending, waits for the last lease, then closes everything. Repeats share one outcome. */
  Mono<Void> retire() {
    return retirement;
  }

  private void stopLending() {
    boolean idle;
    synchronized (this) {
      retired = true;
      idle = leases == 0;
    }
    if (idle) {
      drained.tryEmitEmpty().orThrow();
    }
  }

  private Mono<Void> closeServices() {
    List<HubService> open;
    synchronized (this) {
      open = new ArrayList<>(services).reversed();
      services.clear();
    }
    return Flux.fromIterable(open)
        .concatMapDelayError(
            service -> Mono.defer(() -> ContextLoader.with(contextLoader, service::close)))
        .then();
  }

  private void unload() {
    blocking.dispose();
    manager.unloadPlugins();
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

package io.vramhub.kernel.plugin;

import com.typesafe.config.Config;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.kernel.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The node's plugins, loaded from a directory of jars, and the services opened from them.
 *
 * <p>Loading does blocking I/O on the caller's thread, once, at start. Everything else is
 * non-blocking and may be called from any thread.
 */
public final class PluginHost {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  private final PluginSet plugins;
  private final Scheduler timer;
  private final Clock clock;

  private PluginHost(PluginSet plugins, Scheduler timer, Clock clock) {
    this.plugins = plugins;
    this.timer = timer;
    this.clock = clock;
  }

  /**
   * Loads every {@code *.jar} of the directory.
   *
   * @param pluginsDirectory only read; its files may be replaced while the node runs
   * @param runDirectory receives {@code generations/<id>/<version>-<sha12>/}
   * @param tiersDirectory holds the native tiers, {@code <name>-<version>/*.jar}
   * @param timer for time limits, and what plugins get as {@code PluginContext.timer()}
   * @throws HubException {@code PLUGIN_INVALID} with the jar and the reason; {@code DISK}
   */
  public static PluginHost load(
      Path pluginsDirectory, Path runDirectory, Path tiersDirectory, Scheduler timer, Clock clock) {
    List<PluginGeneration> generations = new ArrayList<>();
    Map<String, Path> sources = new HashMap<>();
    boolean loaded = false;
    try {
      for (Path source : jars(pluginsDirectory)) {
        PluginJar jar =
            PluginJar.stage(source, runDirectory.resolve("generations"), PluginTrust.ANY);
        Path other = sources.putIfAbsent(jar.id(), source);
        if (other != null) {
          throw new HubException(
              ErrorCode.PLUGIN_INVALID,
              "both "
                  + other
                  + " and "
                  + source
                  + " are plugin '"
                  + jar.id()
                  + "'. Remove one of them");
        }
        generations.add(PluginGeneration.load(jar, tiersDirectory));
      }
      loaded = true;
      return new PluginHost(new PluginSet(generations), timer, clock);
    } finally {
      if (!loaded) {
        // No service is open yet, so retiring completes at once.
        generations.forEach(generation -> generation.retire().subscribe());
      }
    }
  }

  private static List<Path> jars(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "cannot read the plugins directory " + directory + ". Does it exist?",
          e);
    }
  }

  /** The loaded plugins and what they provide, by id. */
  public List<PluginInfo> list() {
    return plugins.list();
  }

  /**
   * Opens a service and waits until it is ready. The host closes it in {@link #close()} if nobody
   * did before.
   *
   * @param kind for example {@code StorageBackend.Provider.class}
   * @param name what the operator wrote, for example {@code local}
   * @param settings the subtree of the plugin's own settings
   * @param dataDirectory is created if it does not exist
   * @return an error {@code PLUGIN_INVALID} that names the nearest known provider if there is none
   *     of that name
   */
  public <T extends HubService> Mono<T> open(
      Class<? extends ServiceProvider<T>> kind, String name, Config settings, Path dataDirectory) {
    return Mono.defer(
        () -> {
          var offer = find(kind, name);
          PluginGeneration generation = offer.generation();
          return Mono.fromCallable(
                  () -> {
                    Files.createDirectories(dataDirectory);
                    return new ProviderContext(
                        generation.jar().id(),
                        ApiVersion.CURRENT,
                        settings,
                        dataDirectory,
                        generation.blocking(),
                        timer,
                        clock);
                  })
              .subscribeOn(generation.blocking())
              .onErrorMap(
                  IOException.class,
                  e ->
                      new HubException(
                          ErrorCode.DISK,
                          "cannot create the data directory " + dataDirectory + " of " + name,
                          e))
              .flatMap(
                  context ->
                      ContextLoader.with(
                          generation.contextLoader(), () -> offer.provider().open(context)))
              .doOnNext(generation::keep)
              .flatMap(service -> service.ready().thenReturn(service))
              .timeout(READY_LIMIT, timer)
              .onErrorMap(failure -> explain(kind, name, failure));
        });
  }

  private <T extends HubService> PluginSet.Offer<? extends ServiceProvider<T>> find(
      Class<? extends ServiceProvider<T>> kind, String name) {
    var offers = plugins.offers(kind);
    var named = offers.stream().filter(offer -> offer.provider().name().equals(name)).toList();
    if (named.size() > 1) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "several plugins provide "
              + PluginSet.nameOf(kind)
              + " '"
              + name
              + "': "
              + named.stream().map(offer -> offer.generation().jar().id()).toList()
              + ". Remove all but one");
    }
    if (named.isEmpty()) {
      List<String> names = offers.stream().map(offer -> offer.provider().name()).toList();
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "no plugin provides "
              + PluginSet.nameOf(kind)
              + " '"
              + name
              + "'"
              + NearestName.of(name, names)
                  .map(nearest -> ". Did you mean '" + nearest + "'?")
                  .orElse(names.isEmpty() ? "" : ". Known are " + names));
    }
    return named.getFirst();
  }

  private static Throwable explain(Class<?> kind, String name, Throwable failure) {
    String service = PluginSet.nameOf(kind) + " '" + name + "'";
    return switch (failure) {
      case HubException known -> known;
      case TimeoutException late ->
          new HubException(
              ErrorCode.PLUGIN_INVALID,
              service + " was not ready within " + READY_LIMIT.toSeconds() + " s",
              late);
      default ->
          new HubException(
              ErrorCode.PLUGIN_INVALID, service + " failed to open: " + failure, failure);
    };
  }

  /**
   * Lends the plugins for as long as the work runs; a generation in use is never unloaded. The
   * lease comes back on completion, error and cancellation.
   */
  public <R> Mono<R> leased(Function<PluginSet, Mono<R>> work) {
    return Mono.usingWhen(
        Mono.fromSupplier(() -> acquire(plugins)),
        work,
        PluginHost::release,
        (set, failure) -> release(set),
        PluginHost::release);
  }

  private static PluginSet acquire(PluginSet set) {
    List<PluginGeneration> acquired = new ArrayList<>();
    try {
      for (PluginGeneration generation : set.generations()) {
        generation.acquire();
        acquired.add(generation);
      }
      return set;
    } catch (HubException e) {
      acquired.forEach(PluginGeneration::release);
      throw e;
    }
  }

  private static Mono<Void> release(PluginSet set) {
    return Mono.fromRunnable(() -> set.generations().forEach(PluginGeneration::release));
  }

  /**
   * Waits a while for leased work, then closes every service, ends the plugins' threads and unloads
   * them. An error tells of the first that did not close; the others are closed all the same.
   */
  public Mono<Void> close() {
    return Flux.fromIterable(plugins.generations())
        .concatMapDelayError(generation -> generation.retire().timeout(DRAIN_LIMIT, timer))
        .then();
  }
}

package io.vramhub.kernel.plugin;

import com.typesafe.config.Config;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.plugin.PluginChange.StagedSwap;
import io.vramhub.packaging.Refusal;
import io.vramhub.packaging.ServiceKinds;
import io.vramhub.packaging.SwapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The node's plugins: loaded from directories of jars, opened into the node's slots, and replaced
 * while the node runs, at the boundary of a window.
 *
 * <p>All methods may be called from any thread; none blocks but {@link #load}.
 */
public final class PluginHost {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  private final List<PluginFolder> folders;
  private final Path generations;
  private final Path tiers;
  private final Scheduler timer;
  private final NodeEvents events;
  private final PluginShelf shelf = new PluginShelf();
  private final CollectionProof proof = new CollectionProof();
  private final ServiceOpener opener;
  private final SwapDesk desk;

  /** Reads, verifies and loads jars, one at a time. */
  private final Scheduler loading = Schedulers.newSingle("plugin-loading", true);

  /** The file each plugin was loaded from; used on {@link #loading} only. */
  private final SortedMap<String, Path> files = new TreeMap<>();

  private PluginHost(
      List<PluginSource> sources,
      Path runDirectory,
      Path tiers,
      Scheduler timer,
      Clock clock,
      NodeEvents events) {
    this.folders = sources.stream().map(PluginFolder::new).toList();
    this.generations = runDirectory.resolve("generations");
    this.tiers = tiers;
    this.timer = timer;
    this.events = events;
    this.opener = new ServiceOpener(timer, clock);
    this.desk = new SwapDesk(shelf, opener, proof, timer, events);
  }

  /**
   * Loads the jars that are there. One that is refused is told as an event and left out; a slot
   * that needs it says so when it is opened. Does blocking I/O on the caller's thread.
   *
   * @param sources later ones win over earlier ones that hold a plugin of the same id
   * @param runDirectory receives {@code generations/<id>/<version>-<sha12>/}
   * @param tiers holds the native tiers, {@code <name>-<version>/*.jar}
   * @param timer for time limits, and what plugins get as {@code PluginContext.timer()}
   * @throws HubException {@code PLUGIN_INVALID} if a directory cannot be read
   */
  public static PluginHost load(
      List<PluginSource> sources,
      Path runDirectory,
      Path tiers,
      Scheduler timer,
      Clock clock,
      NodeEvents events) {
    PluginHost host = new PluginHost(sources, runDirectory, tiers, timer, clock, events);
    // Whatever an earlier process left there is loaded by nobody now.
    PluginFiles.delete(host.generations);
    host.folders.forEach(
        folder -> folder.look(false).present().forEach(file -> host.loadFirst(folder, file)));
    return host;
  }

  private void loadFirst(PluginFolder folder, Path file) {
    try {
      PluginGeneration generation = PluginGeneration.load(stage(folder, file), tiers, timer);
      shelf.put(generation).ifPresent(old -> old.leaveShelf().subscribe());
    } catch (HubException e) {
      refused(file, e);
    }
  }

  private PluginJar stage(PluginFolder folder, Path file) {
    PluginJar jar = PluginJar.stage(file, generations, folder.trust());
    Optional<Path> twin =
        Optional.ofNullable(files.get(jar.id()))
            .filter(other -> !other.equals(file))
            .filter(other -> Objects.equals(file.getParent(), other.getParent()))
            .filter(Files::exists);
    if (twin.isPresent()) {
      jar.discard();
      throw Refusal.DUPLICATE_ID.refuse(
          file.toString(),
          "it is plugin '" + jar.id() + "', and so is " + twin.get() + ". Remove one of them");
    }
    files.put(jar.id(), file);
    return jar;
  }

  private PluginChange.Refused refused(Path file, Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    events.publish(new NodeEvent.PluginRefused(file.toString(), reason));
    return new PluginChange.Refused(file, reason);
  }

  // ---- what there is

  /** The loaded plugins and what they provide, by id. */
  public List<PluginInfo> list() {
    return shelf.generations().stream().map(PluginGeneration::info).toList();
  }

  /** What fills each slot, by name. */
  public List<SlotInfo> slots() {
    Map<String, String> takers = new TreeMap<>();
    desk.waiting()
        .forEach(swap -> swap.slots().forEach(slot -> takers.put(slot, swap.generation().label())));
    return desk.current().services().stream()
        .map(
            service ->
                new SlotInfo(
                    service.slot().name(),
                    ServiceKinds.nameOf(service.slot().kind()),
                    service.slot().use(),
                    service.generation().label(),
                    Optional.ofNullable(takers.get(service.slot().name()))))
        .toList();
  }

  /** Unloaded plugins whose classes are still in memory: something holds them. */
  public List<String> uncollected() {
    return proof.uncollected();
  }

  // ---- filling slots

  /** Fills a slot with a chain; closing the adapter empties it. */
  public Mono<ChainAdapter> chain(Slot<ChainAdapter> slot) {
    return fill(slot).map(SlotChain::new);
  }

  /** Fills a slot with a storage. */
  public Mono<StorageBackend> storage(Slot<StorageBackend> slot) {
    return fill(slot).map(SlotStorage::new);
  }

  /** Fills a slot with a sealer. */
  public Mono<CredentialSealer> sealer(Slot<CredentialSealer> slot) {
    return fill(slot).map(SlotSealer::new);
  }

  /** Fills a slot with a training framework. */
  public Mono<TrainingFramework> framework(Slot<TrainingFramework> slot) {
    return fill(slot).map(SlotFramework::new);
  }

  /** Fills a slot with an evaluator. */
  public Mono<LossEvaluator> evaluator(Slot<LossEvaluator> slot) {
    return fill(slot).map(SlotEvaluator::new);
  }

  /** Fills a slot with a guest of the node. */
  public Mono<NodeService> nodeService(Slot<NodeService> slot) {
    return fill(slot).map(SlotNodeService::new);
  }

  /** Fills a slot with a rating algorithm, which is lent because it answers at once. */
  public Mono<ServiceSlot<RatingAlgorithm>> rating(Slot<RatingAlgorithm> slot) {
    return fill(slot).map(filled -> filled);
  }

  /**
   * Opens a service into the slot and waits until it is ready.
   *
   * @return an error {@code PLUGIN_INVALID} that names the nearest known provider if there is none
   *     of that name
   */
  private <T extends HubService> Mono<HostSlot<T>> fill(Slot<T> slot) {
    return Mono.fromSupplier(() -> new Refill<>(slot, shelf.find(slot.kind(), slot.use())))
        .flatMap(desk::fill)
        .thenReturn(new HostSlot<>(desk, slot, timer));
  }

  /** A place for one role of this node. */
  public Seat seat() {
    return desk.seat();
  }

  // ---- swapping

  /**
   * Fills a slot with another provider, or with other settings, from a window on.
   *
   * @param notBefore the earliest window that sees it; empty for the next
   * @return the swap, once it waits; an error if it cannot be, and then nothing has changed
   */
  public Mono<StagedSwap> swap(
      String slot, String use, Config settings, Optional<WindowId> notBefore) {
    return Mono.defer(
        () -> {
          OpenService<?> now =
              desk.current()
                  .service(slot)
                  .orElseThrow(
                      () ->
                          new HubException(
                              ErrorCode.PLUGIN_INVALID,
                              "this node has no slot '"
                                  + slot
                                  + "'. Its slots are "
                                  + slots().stream().map(SlotInfo::name).toList()));
          return stage(List.of(refill(now, use, settings)), notBefore);
        });
  }

  private <T extends HubService> Refill<T> refill(OpenService<T> now, String use, Config settings) {
    return new Refill<>(now.slot().refilled(use, settings), shelf.find(now.slot().kind(), use));
  }

  private Mono<StagedSwap> stage(List<Refill<?>> refills, Optional<WindowId> notBefore) {
    boolean handOver =
        refills.stream()
            .anyMatch(
                refill ->
                    isHandOver(refill.offer().generation())
                        || desk.current()
                            .service(refill.slot().name())
                            .map(old -> isHandOver(old.generation()))
                            .orElse(false));
    Mono<Swap> prepared =
        handOver
            ? Mono.fromSupplier(() -> new Swap(refills, List.of(), notBefore))
            : opener.openAll(refills).map(open -> new Swap(refills, open, notBefore));
    return prepared.flatMap(
        swap ->
            desk.propose(swap)
                .thenReturn(
                    new StagedSwap(swap.slots(), swap.generation().label(), swap.outcome())));
  }

  private static boolean isHandOver(PluginGeneration generation) {
    return generation.jar().swapMode() == SwapMode.HAND_OVER;
  }

  // ---- watching

  /** Looks at the directories every second, until cancelled, and takes over what changes. */
  public Flux<PluginChange> watch() {
    return Mono.delay(LOOK_EVERY, timer)
        .thenMany(Flux.defer(() -> scan(true)))
        .onErrorResume(
            HubException.class,
            failure -> {
              // A directory that cannot be read now may be readable a second later.
              events.publish(
                  new NodeEvent.PluginTrouble("plugins", String.valueOf(failure.getMessage())));
              return Flux.empty();
            })
        .repeat();
  }

  /**
   * Looks at the directories now, and ends when every change was loaded, staged or refused. Files
   * are taken as they are: whoever calls this has finished writing them.
   */
  public Flux<PluginChange> scan() {
    return scan(false);
  }

  private Flux<PluginChange> scan(boolean patient) {
    return Flux.fromIterable(folders)
        .publishOn(loading)
        .concatMap(
            folder -> {
              PluginFolder.Changes changes = folder.look(patient);
              // First what is there: a new version under a new name is no loss of the old one.
              return Flux.concat(
                  Flux.fromIterable(changes.present())
                      .publishOn(loading)
                      .concatMap(file -> appeared(folder, file)),
                  Flux.fromIterable(changes.gone())
                      .publishOn(loading)
                      .concatMap(file -> vanished(folder, file)));
            });
  }

  private Mono<PluginChange> appeared(PluginFolder folder, Path file) {
    return Mono.fromCallable(() -> stage(folder, file))
        .flatMap(jar -> isLoaded(jar) ? keep(jar, file) : load(jar, file))
        .onErrorResume(failure -> Mono.just(refused(file, failure)));
  }

  private boolean isLoaded(PluginJar jar) {
    return shelf
        .generation(jar.id())
        .filter(loaded -> loaded.jar().digest().equals(jar.digest()))
        .isPresent();
  }

  /** The file is again, or still, what runs: whatever was to take its place is not wanted. */
  private Mono<PluginChange> keep(PluginJar jar, Path file) {
    return desk.withdraw(slotsOf(jar.id()))
        .thenReturn(new PluginChange.Loaded(file, jar.id() + " " + jar.version()));
  }

  private Mono<PluginChange> load(PluginJar jar, Path file) {
    return Mono.fromCallable(() -> PluginGeneration.load(jar, tiers, timer))
        .flatMap(
            generation ->
                takeOver(generation, file)
                    .onErrorResume(failure -> desk.release(generation).then(Mono.error(failure))));
  }

  private List<String> slotsOf(String pluginId) {
    return desk.current().of(pluginId).stream().map(service -> service.slot().name()).toList();
  }

  /** Gives a newly loaded generation the slots its predecessor fills. */
  private Mono<PluginChange> takeOver(PluginGeneration generation, Path file) {
    List<OpenService<?>> old = desk.current().of(generation.jar().id());
    if (old.isEmpty()) {
      return shelf
          .put(generation)
          .map(desk::release)
          .orElse(Mono.empty())
          .thenReturn(new PluginChange.Loaded(file, generation.label()));
    }
    return Mono.fromCallable(
            () -> old.stream().<Refill<?>>map(service -> successor(service, generation)).toList())
        .flatMap(refills -> stage(refills, Optional.empty()))
        .map(swap -> new PluginChange.Staged(file, swap));
  }

  private static <T extends HubService> Refill<T> successor(
      OpenService<T> service, PluginGeneration generation) {
    Slot<T> slot = service.slot();
    return PluginShelf.offers(generation, slot.kind()).stream()
        .filter(offer -> offer.provider().name().equals(slot.use()))
        .findFirst()
        .map(offer -> new Refill<>(slot, offer))
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.PLUGIN_INVALID,
                    generation.label()
                        + " does not provide "
                        + slot.description()
                        + " any more, which slot '"
                        + slot.name()
                        + "' needs"));
  }

  private Mono<PluginChange> vanished(PluginFolder folder, Path file) {
    return Mono.defer(
        () -> {
          Optional<String> id =
              files.entrySet().stream()
                  .filter(entry -> entry.getValue().equals(file))
                  .map(Map.Entry::getKey)
                  .findFirst();
          id.ifPresent(files::remove);
          return id.map(known -> forget(folder, file, known)).orElse(Mono.empty());
        });
  }

  private Mono<PluginChange> forget(PluginFolder folder, Path file, String id) {
    List<String> slots = slotsOf(id);
    Optional<PluginGeneration> generation = shelf.generation(id);
    if (generation.isEmpty()) {
      return Mono.empty();
    }
    String label = generation.get().label();
    if (!slots.isEmpty()) {
      // A build of a plugin under development begins by removing what it made before.
      if (folder.trust() != PluginTrust.ANY) {
        events.publish(
            new NodeEvent.PluginTrouble(
                label, file + " is gone, but it fills " + slots + " and runs until the node ends"));
      }
      return Mono.just(new PluginChange.StillInUse(file, label, slots));
    }
    return Mono.justOrEmpty(shelf.remove(id))
        .flatMap(desk::release)
        .thenReturn(new PluginChange.Unloaded(file, label));
  }

  /**
   * Waits a while for leased work, then closes every service, ends the plugins' threads and unloads
   * them. An error tells of the first that did not close; the others are closed all the same.
   */
  public Mono<Void> close() {
    return desk.close(DRAIN_LIMIT).doFinally(signal -> loading.dispose());
  }
}

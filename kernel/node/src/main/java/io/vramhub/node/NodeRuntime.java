package io.vramhub.node;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.Signer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.SigningGuard;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.pipeline.AggregatorPipeline;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.MinerPipeline;
import io.vramhub.kernel.pipeline.MinerSettings;
import io.vramhub.kernel.pipeline.RoleServices;
import io.vramhub.kernel.pipeline.ValidatorPipeline;
import io.vramhub.kernel.pipeline.WindowCrank;
import io.vramhub.kernel.plugin.PluginChange;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.kernel.plugin.ServiceSlot;
import io.vramhub.kernel.plugin.Slot;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.replica.CheckpointReplica;
import io.vramhub.node.http.AdminServer;
import io.vramhub.node.http.ConfigReload;
import io.vramhub.node.http.PluginAdmin;
import io.vramhub.node.settings.ServiceSettings;
import io.vramhub.node.settings.SlotSettings;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One node: its plugins, the services opened from them, its view of the chain and of the model, and
 * the roles that run on them. A devnet is one node with many roles.
 */
public final class NodeRuntime implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
  private static final int BLOCKING_THREADS = 16;
  private static final int BLOCKING_QUEUE = 1_024;

  private final PluginHost plugins;
  private final DataDirectory data;
  private final LocalDataset dataset;
  private final ChainAdapter chain;
  private final StorageBackend storage;
  private final CredentialSealer sealer;
  private final Guests guests;
  private final List<ServiceSettings> services;
  private final List<KeyServers.Known> keyServers;
  private final ChainFollower follower;
  private final CheckpointReplica checkpoints;
  private final SigningGuard guard;
  private final Backoff backoff;
  private final Scheduler timer;
  private final Scheduler blocking;
  private final NodeEvents events;
  private final SecureRandom random;
  private final List<AutoCloseable> owned = new ArrayList<>();

  /**
   * What a node opens.
   *
   * @param services its guests; those that are key servers answer before the sealer is opened,
   *     which may need them
   */
  public record Slots(
      SlotSettings chain,
      SlotSettings storage,
      SlotSettings sealer,
      List<ServiceSettings> services) {
    public Slots {
      services = List.copyOf(services);
    }
  }

  private NodeRuntime(
      PluginHost plugins,
      DataDirectory data,
      Path dataset,
      Slots slots,
      Clock clock,
      NodeEvents events,
      SecureRandom random) {
    this.plugins = plugins;
    this.data = data;
    this.events = events;
    this.random = random;
    this.timer = Schedulers.parallel();
    this.blocking = Schedulers.newBoundedElastic(BLOCKING_THREADS, BLOCKING_QUEUE, "node-blocking");
    this.dataset = LocalDataset.open(dataset);
    this.backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, timer, random.nextLong());
    this.chain = await(plugins.chain(slot("chain", ChainAdapter.Provider.class, slots.chain())));
    this.storage =
        await(plugins.storage(slot("storage", StorageBackend.Provider.class, slots.storage())));
    this.guests = new Guests(plugins, data, new GuestView(chain, Optional.of(storage), backoff));
    owned.add(guests);
    this.services = slots.services();
    this.keyServers = KeyServers.serve(guests, KeyServers.among(services));
    SlotSettings completed = KeyServers.complete(slots.sealer(), keyServers);
    this.sealer = await(plugins.sealer(slot("sealer", CredentialSealer.Provider.class, completed)));
    if (!keyServers.isEmpty()) {
      KeyServers.tell(completed, data);
    }
    this.follower = new ChainFollower(chain, backoff, timer, clock, events);
    this.guard = SigningGuard.open(data.participant("guard"));
    this.checkpoints =
        new CheckpointReplica(
            follower, storage, sealer, data.participant("checkpoints"), backoff, blocking, events);
  }

  /**
   * Opens a node.
   *
   * @param plugins loaded; closed with this node
   * @param dataset a verified dataset directory
   */
  public static NodeRuntime open(
      PluginHost plugins,
      DataDirectory data,
      Path dataset,
      Slots slots,
      Clock clock,
      NodeEvents events,
      SecureRandom random) {
    return new NodeRuntime(plugins, data, dataset, slots, clock, events, random);
  }

  /** Fills the slot {@code framework}. */
  public TrainingFramework framework(SlotSettings settings) {
    return await(plugins.framework(slot("framework", TrainingFramework.Provider.class, settings)));
  }

  /** Fills the slot {@code rating}. */
  public ServiceSlot<RatingAlgorithm> rating(SlotSettings settings) {
    return await(plugins.rating(slot("rating", RatingAlgorithm.Provider.class, settings)));
  }

  /** Fills a slot with the door to one validator's enclave. */
  public LossEvaluator evaluator(String name, SlotSettings settings) {
    return await(plugins.evaluator(slot(name, LossEvaluator.Provider.class, settings)));
  }

  private <T extends HubService> Slot<T> slot(
      String name, Class<? extends ServiceProvider<T>> kind, SlotSettings settings) {
    return new Slot<>(name, kind, settings.use(), settings.settings(), data.plugin(name));
  }

  private static <T> T await(Mono<T> opening) {
    return Waiting.await(opening, PATIENCE);
  }

  /** Takes over plugins that change on disk; runs beside the roles until cancelled. */
  public Flux<PluginChange> watchPlugins() {
    return plugins.watch();
  }

  /** Every plugin that could fill a slot. */
  public List<PluginInfo> loadedPlugins() {
    return plugins.list();
  }

  /** The plugins of this node, for its operator. */
  public PluginAdmin plugins() {
    return new HostAdmin(plugins);
  }

  /** Opens a guest of this node; answers where it is, until the node closes. */
  public URI serve(ServiceSettings service) {
    return guests.serve(service);
  }

  /** Opens the guests this node was given, and says of all of them where they answer. */
  public List<String> serveAll() {
    List<String> told = new ArrayList<>();
    for (KeyServers.Known server : keyServers) {
      told.add("key server " + server.id() + " answers at " + server.url());
    }
    for (ServiceSettings service : services) {
      if (!service.slot().use().equals(KeyServers.PLUGIN)) {
        told.add(service.slotName() + " answers at " + serve(service));
      }
    }
    return told;
  }

  /** Opens the operator's door until the node closes. */
  public void openDoor(ConfigReload configuration) {
    owned.add(AdminServer.start(data.admin(), plugins(), configuration, random));
  }

  /** Follows the chain; runs beside the roles until cancelled. */
  public Mono<Void> follow() {
    return follower.run();
  }

  public ChainFollower follower() {
    return follower;
  }

  public ChainAdapter chain() {
    return chain;
  }

  public StorageBackend storage() {
    return storage;
  }

  public CredentialSealer sealer() {
    return sealer;
  }

  public LocalDataset dataset() {
    return dataset;
  }

  public CheckpointReplica checkpoints() {
    return checkpoints;
  }

  public Scheduler blocking() {
    return blocking;
  }

  /** A miner with a registered record, as a pipeline that ends with the given window. */
  public Mono<Void> miner(
      MinerUid uid,
      Signer owner,
      TrainingFramework framework,
      MinerSettings settings,
      GradientStrategy strategy,
      WindowId last) {
    Path directory = data.participant(name(Role.MINER, uid.value()));
    WindowJournal journal = journal(Role.MINER, uid.value());
    return new MinerPipeline(
            services(owner),
            uid,
            journal,
            dataset,
            framework,
            settings,
            strategy,
            random,
            directory)
        .run(last);
  }

  /** A validator with a registered record. */
  public Mono<Void> validator(
      ValidatorUid uid,
      Signer owner,
      LossEvaluator evaluator,
      ServiceSlot<RatingAlgorithm> rating,
      int claimEvery,
      WindowId last) {
    WindowJournal journal = journal(Role.VALIDATOR, uid.value());
    return new ValidatorPipeline(
            services(owner), uid, journal, dataset, evaluator, rating, random, claimEvery)
        .run(last);
  }

  /** An aggregator on a validator's record. */
  public Mono<Void> aggregator(ValidatorUid uid, Signer owner, WindowId last) {
    return new AggregatorPipeline(services(owner), uid, journal(Role.AGGREGATOR, uid.value()))
        .run(last);
  }

  /** Moves windows on; any key will do. */
  public Mono<Void> crank(Signer signer, WindowId last) {
    return new WindowCrank(services(signer)).run(last);
  }

  private RoleServices services(Signer signer) {
    return new RoleServices(
        follower,
        chain,
        signer,
        storage,
        sealer,
        checkpoints,
        guard,
        backoff,
        timer,
        blocking,
        events,
        plugins::seat);
  }

  private WindowJournal journal(Role role, int uid) {
    WindowJournal journal = WindowJournal.open(data.participant(name(role, uid)), role, uid);
    owned.add(journal);
    return journal;
  }

  private static String name(Role role, int uid) {
    return role.name().toLowerCase(Locale.ROOT) + "-" + uid;
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(owned.reversed());
    all.add(guard);
    all.add(checkpoints);
    all.add(() -> Waiting.complete(plugins.close(), PATIENCE));
    all.add(blocking::dispose);
    RuntimeException failure = null;
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing the node", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

package io.vramhub.node.devnet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.audit.AuditOutcome;
import io.vramhub.kernel.audit.Violation;
import io.vramhub.kernel.dataset.DatasetProgress;
import io.vramhub.kernel.dataset.DatasetWriter;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.ServiceSlot;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.node.ChainClock;
import io.vramhub.node.DataDirectory;
import io.vramhub.node.KeyServers;
import io.vramhub.node.Logging;
import io.vramhub.node.NetworkCheck;
import io.vramhub.node.NodeRuntime;
import io.vramhub.node.Plugins;
import io.vramhub.node.Registration;
import io.vramhub.node.Sentences;
import io.vramhub.node.SoftwareEnclaves;
import io.vramhub.node.StorageFile;
import io.vramhub.node.Strategies;
import io.vramhub.node.Waiting;
import io.vramhub.node.http.ConfigReload;
import io.vramhub.node.key.DevnetKeys;
import io.vramhub.node.key.SecretKey;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import io.vramhub.node.settings.SlotSettings;
import io.vramhub.node.settings.StorageSettings;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.checkpoint.InitialParameters;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A whole network in one process: an embedded ledger that is also served to others, storage, one
 * software enclave per validator, and every role exactly as it runs alone.
 */
public final class Devnet {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration AUDIT_PATIENCE = Duration.ofDays(1);
  private static final int PAGE_TOKENS = 128;
  private static final int CHANGES_AT_ONCE = 8;
  private static final Duration REPAINT_EVERY = Duration.ofMillis(250);
  private static final Coins VALIDATOR_STAKE = Coins.whole(100);
  private static final Coins MINER_STAKE = Coins.whole(10);
  private static final WindowId FOREVER = new WindowId(Long.MAX_VALUE / 2);

  private final DevnetOptions options;
  private final DataDirectory data;
  private final DevnetSettings settings;
  private final DevnetPlan plan;
  private final DevelopedPlugins developed;
  private final SecureRandom random = new SecureRandom();
  private final Sinks.Empty<Void> stop = Sinks.empty();
  private final SortedMap<Long, Double> losses = new TreeMap<>();

  private Devnet(DevnetOptions options, DevnetSettings settings, DevnetPlan plan) {
    this.options = options;
    this.data = options.data();
    this.settings = settings;
    this.plan = plan;
    this.developed = new DevelopedPlugins(options.plugins());
  }

  /** Runs to the last window, or until stopped; the exit code says whether everything held. */
  public static int run(DevnetOptions options, PrintWriter out, PrintWriter err) {
    DevnetSettings settings = options.configuration().read().settings();
    try (DataDirectory.Lock lock = options.data().lock()) {
      Logging.toFile(options.data().root());
      Devnet devnet = new Devnet(options, settings, plan(options, settings));
      CountDownLatch ended = new CountDownLatch(1);
      Thread hook = new Thread(() -> devnet.stopAndWait(ended), "devnet-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return devnet.run(out, err);
      } finally {
        ended.countDown();
      }
    }
  }

  /** The plan of the first start; options may repeat it but not contradict it. */
  private static DevnetPlan plan(DevnetOptions options, DevnetSettings settings) {
    Path file = options.data().devnetPlan();
    if (!Files.exists(file)) {
      DevnetPlan plan =
          DevnetPlan.of(
              options.miners().orElse(6),
              options.evil(),
              options.validators().orElse(3),
              settings.network().window().toMillis(),
              options.seed().orElse(1L));
      plan.write(file);
      return plan;
    }
    DevnetPlan plan = DevnetPlan.read(file);
    boolean contradicts =
        options.miners().filter(miners -> miners != plan.kinds().size()).isPresent()
            || options
                .validators()
                .filter(validators -> validators != plan.validators())
                .isPresent()
            || options.window().filter(window -> window.toMillis() != plan.windowMs()).isPresent()
            || options.seed().filter(seed -> seed != plan.seed()).isPresent()
            || (!options.evil().isEmpty()
                && !DevnetPlan.of(
                        plan.kinds().size(),
                        options.evil(),
                        plan.validators(),
                        plan.windowMs(),
                        plan.seed())
                    .equals(plan));
    if (contradicts) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          options.data().root()
              + " holds a devnet of "
              + plan.kinds().size()
              + " miners, "
              + plan.validators()
              + " validators, "
              + plan.windowMs()
              + " ms windows and seed "
              + plan.seed()
              + "; leave these options out to go on with it, or name another --data-dir");
    }
    return plan;
  }

  private int run(PrintWriter out, PrintWriter err) {
    PrintWriter lines = options.json() ? err : out;
    LiveClock liveClock = new LiveClock();
    try (DevnetConsole console =
        options.screen()
            ? new LiveScreen(out, options.color(), plan, liveClock::nowMs)
            : new PlainConsole(lines, options.quiet())) {
      DevnetSummary summary = run(console, liveClock);
      if (options.json()) {
        out.println(summary.json());
        out.flush();
      } else {
        console.summary(summary.lines());
      }
      return summary.holds() ? 0 : ErrorCode.AUDIT_DIFFERENCE.exitCode();
    }
  }

  private DevnetSummary run(DevnetConsole console, LiveClock liveClock) {
    prepareDataset(console);
    DevnetKeys keys = DevnetKeys.open(data.devnetSecret(), random);
    SoftwareEnclaves enclaves = SoftwareEnclaves.open(data.enclave(), options.clock(), random);
    createGenesis(keys, enclaves);
    PluginHost plugins =
        Plugins.load(
            options.home(),
            options.plugins(),
            data.run(),
            options.clock(),
            event -> heard(event, console));
    Configuration<DevnetSettings> chosen =
        developed.fillSlots(
            options.configuration().withDefaults(keptStorage()).withDefaults(ownSettings()),
            plugins.list(),
            console);
    Configuration<DevnetSettings> configuration =
        options.explorer() ? Explorer.added(chosen, console) : chosen;
    Configuration.Reading<DevnetSettings> reading = configuration.read();
    keepStorage(configuration.text());
    try (NodeRuntime node = openNode(plugins, reading.settings(), console)) {
      ChainState now = catchUp(node);
      NetworkParameters parameters = now.parameters(new WindowId(0));
      ChainClock chainClock =
          new ChainClock(options.clock(), Waiting.await(node.chain().head(), PATIENCE).timeMs());
      liveClock.follow(chainClock);
      List<EnclaveServer> servers = new ArrayList<>();
      try (HeldoutProbe probe = new HeldoutProbe(parameters, node.dataset())) {
        Disposable.Composite background = Disposables.composite();
        try {
          background.add(tell(node, now.sequence(), console));
          background.add(
              node.follow().subscribe(ignored -> {}, failure -> stop.tryEmitError(failure)));
          background.add(
              node.watchPlugins()
                  .flatMap(
                      change -> developed.changed(change, node, configuration, console),
                      CHANGES_AT_ONCE)
                  .subscribe(ignored -> {}, failure -> stop.tryEmitError(failure)));
          if (console instanceof LiveScreen screen) {
            background.add(Flux.interval(REPAINT_EVERY).subscribe(ignored -> screen.repaint()));
          }
          Waiting.complete(node.follower().caughtUp(), PATIENCE);
          measureGenesis(now, probe, console);
          for (int number = 1; number <= plan.validators(); number++) {
            servers.add(enclaves.start(0, 1, options.clock()));
          }
          node.serveAll().forEach(console::say);
          node.openDoor(
              new ConfigReload(reading.snapshot(), () -> configuration.read().snapshot()));
          background.add(measureCheckpoints(node, now.sequence(), probe, console));
          runRoles(node, reading.settings(), keys, servers);
        } finally {
          background.dispose();
        }
        return conclude(node, probe, parameters, console);
      } finally {
        servers.forEach(EnclaveServer::close);
      }
    }
  }

  private void prepareDataset(DevnetConsole console) {
    if (Files.exists(data.dataset().resolve(LocalDataset.MANIFEST))) {
      return;
    }
    console.say("preparing the corpus");
    new DatasetWriter(
            "State of the Union addresses and Moby Dick", "PDDL-1.0 and CC0-1.0", PAGE_TOKENS)
        .write(options.home().corpus(), data.dataset(), DatasetProgress.NONE);
  }

  private void createGenesis(DevnetKeys keys, SoftwareEnclaves enclaves) {
    if (Files.exists(data.genesis())) {
      return;
    }
    DevnetGenesis.write(
        data,
        settings.network(),
        LocalDataset.open(data.dataset()).manifest(),
        enclaves.policy(),
        plan,
        keys,
        options.clock().millis());
  }

  /** What the devnet's own ledger, storage and key servers need, unless the file says otherwise. */
  private Config ownSettings() {
    Map<String, ?> ledger =
        Map.of(
            "directory", data.ledger().toString(),
            "genesis", data.genesis().toString(),
            "seed", plan.seed());
    return ConfigFactory.parseMap(
            Map.of("chain.local", ledger, "storage.local.directory", data.storage().toString()))
        .withFallback(KeyServers.ofDevnet(settings.sealer(), data));
  }

  /** Where an earlier start stored, so that this one goes on with it. */
  private Config keptStorage() {
    return StorageFile.read(data.storageFile()).orElseGet(ConfigFactory::empty);
  }

  /** What the windows so far stored is where it was put. */
  private void keepStorage(Config configuration) {
    if (Files.exists(data.storageFile())) {
      String before = storageName(keptStorage());
      String now = storageName(configuration);
      if (!before.equals(now)) {
        throw new HubException(
            ErrorCode.CONFIG_INVALID,
            data.root()
                + " holds a devnet that stores on '"
                + before
                + "', not on '"
                + now
                + "'; leave --storage out to go on with it, or name another --data-dir");
      }
    }
    StorageFile.write(data.storageFile(), configuration);
  }

  private static String storageName(Config configuration) {
    return StorageSettings.of(configuration, "storage").use();
  }

  private NodeRuntime openNode(PluginHost plugins, DevnetSettings slots, DevnetConsole console) {
    return NodeRuntime.open(
        plugins,
        data,
        data.dataset(),
        new NodeRuntime.Slots(slots.chain(), slots.storage(), slots.sealer(), slots.services()),
        options.clock(),
        event -> heard(event, console),
        random);
  }

  private static ChainState catchUp(NodeRuntime node) {
    return Waiting.await(
        node.chain()
            .head()
            .flatMap(
                head ->
                    node.chain()
                        .events(1)
                        .take(head.sequence())
                        .collect(ChainState::new, ChainState::apply)),
        PATIENCE);
  }

  private void measured(long checkpoint, double loss, DevnetConsole console) {
    synchronized (losses) {
      losses.put(checkpoint, loss);
    }
    console.measured(checkpoint, loss);
  }

  /** Tells the console every event after those already known, with the state it leads to. */
  private static Disposable tell(NodeRuntime node, long known, DevnetConsole console) {
    ChainState state = new ChainState();
    return node.chain()
        .events(1)
        .publishOn(Schedulers.boundedElastic())
        .subscribe(
            record -> {
              state.apply(record);
              if (record.sequence() > known) {
                console.happened(record, state);
              }
            },
            failure -> console.warn("the event stream ended: " + failure.getMessage()));
  }

  private void runRoles(
      NodeRuntime node, DevnetSettings slots, DevnetKeys keys, List<EnclaveServer> servers) {
    WindowId last = options.windows() == 0 ? FOREVER : new WindowId(options.windows());
    Registration registration = new Registration(node.chain(), node.follower());
    TrainingFramework framework = node.framework(slots.framework());
    ServiceSlot<RatingAlgorithm> rating = node.rating(slots.rating());
    List<Mono<Void>> roles = new ArrayList<>();
    for (int number = 1; number <= plan.validators(); number++) {
      SecretKey key = DevnetGenesis.validator(keys, number);
      ValidatorUid uid =
          Waiting.await(
              registration.validator(key, VALIDATOR_STAKE, "validator " + number), PATIENCE);
      LossEvaluator evaluator =
          node.evaluator(
              "evaluator-" + number, withEnclave(slots.evaluator(), servers.get(number - 1)));
      roles.add(node.validator(uid, key, evaluator, rating, settings.miner().claimEvery(), last));
      if (number == 1) {
        roles.add(node.aggregator(uid, key, last));
      }
    }
    for (int number = 1; number <= plan.kinds().size(); number++) {
      SecretKey key = DevnetGenesis.miner(keys, number);
      String kind = plan.kinds().get(number - 1);
      MinerUid uid =
          Waiting.await(registration.miner(key, MINER_STAKE, kind + " " + number), PATIENCE);
      roles.add(
          node.miner(
              uid,
              key,
              framework,
              settings.miner(),
              Strategies.named(kind, plan.seed() + number),
              last));
    }
    Mono<Void> everyoneReady =
        node.follower().until(state -> state.activeBonds().size() >= plan.validators());
    roles.add(everyoneReady.then(node.crank(DevnetGenesis.validator(keys, 1), last)));
    Waiting.forever(Mono.firstWithSignal(Mono.when(roles), stop.asMono()));
  }

  private static SlotSettings withEnclave(SlotSettings evaluator, EnclaveServer server) {
    return new SlotSettings(
        evaluator.use(), evaluator.settings().withFallback(SoftwareEnclaves.settings(server)));
  }

  /** From its definition, for a devnet that goes on keeps newer checkpoints only. */
  private void measureGenesis(ChainState state, HeldoutProbe probe, DevnetConsole console) {
    ModelSpec model = state.parameters(new WindowId(0)).model().spec();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment drawn = arena.allocate(model.parameters() * Float.BYTES);
      InitialParameters.draw(model, GenesisCheckpoint.seed(state.network()), drawn);
      measured(GenesisCheckpoint.NUMBER.number(), probe.measure(drawn), console);
    }
  }

  /** Measures each checkpoint that is anchored from now on, once this node holds it. */
  private Disposable measureCheckpoints(
      NodeRuntime node, long known, HeldoutProbe probe, DevnetConsole console) {
    return node.chain()
        .events(known + 1)
        .map(ChainRecord::event)
        .ofType(ChainEvent.CheckpointAnchored.class)
        .concatMap(anchored -> measure(node, anchored.checkpoint(), probe, console), 1)
        .subscribe(
            ignored -> {}, failure -> console.warn("no held-out loss: " + failure.getMessage()));
  }

  private Mono<Void> measure(
      NodeRuntime node, CheckpointRef checkpoint, HeldoutProbe probe, DevnetConsole console) {
    return node.checkpoints()
        .use(
            checkpoint,
            held ->
                Mono.fromRunnable(
                        () ->
                            measured(
                                checkpoint.window().number(),
                                probe.measure(held.parameters()),
                                console))
                    .subscribeOn(node.blocking()))
        .then();
  }

  private DevnetSummary conclude(
      NodeRuntime node, HeldoutProbe probe, NetworkParameters parameters, DevnetConsole console) {
    ChainState end = catchUp(node);
    Waiting.complete(measure(node, end.newestCheckpoint(), probe, console), PATIENCE);
    console.say("checking invariants and auditing every window");
    NetworkCheck check =
        new NetworkCheck(node.chain(), node.storage(), node.sealer(), node.dataset(), data.run());
    List<Violation> violations = Waiting.await(check.invariants(), PATIENCE);
    String invariants = violations.isEmpty() ? DevnetSummary.PASS : violations.getFirst().message();
    String audit =
        switch (Waiting.await(
            check.audit(new WindowId(1), FOREVER, (window, done, of) -> {}), AUDIT_PATIENCE)) {
          case AuditOutcome.Pass pass -> DevnetSummary.PASS;
          case AuditOutcome.Difference difference -> difference.sentence();
        };
    return DevnetSummary.of(
        end, plan, loss(end.genesis().genesis()), loss(end.newestCheckpoint()), invariants, audit);
  }

  private double loss(CheckpointRef checkpoint) {
    synchronized (losses) {
      return losses.getOrDefault(checkpoint.window().number(), Double.NaN);
    }
  }

  private static void heard(NodeEvent event, DevnetConsole console) {
    switch (event) {
      case NodeEvent.StepTrained step ->
          console.stepped(step.miner().value(), step.step(), step.loss());
      case NodeEvent.GradientCommitted committed ->
          console.trained(committed.miner().value(), committed.steps());
      case NodeEvent.WindowSkipped skipped -> console.warn(Sentences.of(skipped));
      case NodeEvent.WindowFailed failed -> console.warn(Sentences.of(failed));
      case NodeEvent.WindowsMissed missed -> console.warn(Sentences.of(missed));
      case NodeEvent.CandidateLeftOut left -> console.warn(Sentences.of(left));
      case NodeEvent.RootDiffers differs -> console.warn(Sentences.of(differs));
      case NodeEvent.RatingDiffers differs -> console.warn(Sentences.of(differs));
      case NodeEvent.CallRefused refused -> console.warn(Sentences.of(refused));
      case NodeEvent.SigningRefused refused -> console.warn(Sentences.of(refused));
      case NodeEvent.OptimizerNotSaved lost -> console.warn(Sentences.of(lost));
      case NodeEvent.ChainLost lost -> console.warn(Sentences.of(lost));
      case NodeEvent.PluginRefused refused -> console.warn(Sentences.of(refused));
      case NodeEvent.PluginTrouble trouble -> console.warn(Sentences.of(trouble));
      case NodeEvent.PluginSwapped swapped -> console.say(Sentences.of(swapped));
      // The console tells the rest from the chain's own events; the ledger's clock is this
      // machine's.
      default -> {}
    }
  }

  private void stopAndWait(CountDownLatch ended) {
    stop.tryEmitEmpty();
    try {
      if (!ended.await(30, TimeUnit.SECONDS)) {
        System.err.println("vramhub: the devnet did not stop within 30 seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Chain time for the screen, zero until the ledger is open. */
  private static final class LiveClock {
    private volatile InstantSource source = () -> Instant.EPOCH;

    void follow(InstantSource chainTime) {
      source = chainTime;
    }

    long nowMs() {
      return source.millis();
    }
  }
}

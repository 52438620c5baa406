package io.vramhub.kernel.fake;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.dataset.DatasetWriter;
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
import io.vramhub.kernel.plugin.Seat;
import io.vramhub.kernel.plugin.ServiceSlot;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.replica.CheckpointReplica;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.tck.TestSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A whole network in virtual time: one fake chain and store, and nodes that can be killed and
 * started again on the same directories. Everything runs on the caller's thread.
 */
public final class TestNetwork implements AutoCloseable {
  public static final long WINDOW_MS = 15_000;
  public static final long COMMIT_DEADLINE_MS = 10_500;
  public static final NetworkId NETWORK = new NetworkId(Digest.sha256(new byte[] {7}));
  private static final long GENESIS_MS = 1_000_000;
  private static final ModelSpec MODEL =
      new ModelSpec(256, 1, 8, 2, 2, 8, 16, 10_000, 1_000, false);
  private final ModelSpec model;
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final Path home;
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final LocalDataset dataset;
  private final FakeChain chain;
  private final FakeStorage storage = new FakeStorage();
  private final FakeSealer sealer;
  private final FakeFramework framework;
  private final List<FakeEvaluator> enclaves = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeEvent> events = new ArrayList<>();
  private final int miners;
  private final int validators;

  /** A network of registered miners and validators, in the middle of window 0. */
  public TestNetwork(Path home, int miners, int validators) {
    this(home, miners, validators, MODEL);
  }

  /** A network with a model of another size. */
  public TestNetwork(Path home, int miners, int validators, ModelSpec model) {
    this.home = home;
    this.model = model;
    this.miners = miners;
    this.validators = validators;
    dataset = dataset(home);
    CheckpointRef genesis = GenesisCheckpoint.write(home.resolve("genesis"), NETWORK, model);
    List<ChainEvent> first = new ArrayList<>();
    first.add(
        new ChainEvent.NetworkCreated(
            NETWORK,
            parameters(dataset.manifest()),
            new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
            new TestSigner("governance").address(),
            genesis));
    for (int uid = 1; uid <= miners; uid++) {
      Address owner = minerKey(uid).address();
      first.add(
          new ChainEvent.MinerRegistered(
              new MinerUid(uid), owner, owner, Coins.whole(1), "miner-" + uid));
    }
    for (int uid = 1; uid <= validators; uid++) {
      Address owner = validatorKey(uid).address();
      first.add(
          new ChainEvent.ValidatorRegistered(
              new ValidatorUid(uid), owner, owner, Coins.whole(10), "validator-" + uid));
      enclaves.add(new FakeEvaluator());
    }
    chain = new FakeChain(timer, GENESIS_MS + WINDOW_MS / 2, first);
    sealer = new FakeSealer(chain);
    framework = new FakeFramework(timer, Duration.ofMillis(500));
  }

  private static LocalDataset dataset(Path home) {
    try {
      Path text = Files.createDirectories(home.resolve("text"));
      SplittableRandom random = new SplittableRandom(1);
      for (int file = 0; file < 20; file++) {
        StringBuilder content = new StringBuilder();
        for (int letter = 0; letter < 2_000; letter++) {
          content.append((char) ('a' + random.nextInt(26)));
        }
        Files.writeString(
            text.resolve("file-" + file + ".txt"), content.toString(), StandardCharsets.US_ASCII);
      }
      new DatasetWriter("letters", "CC0-1.0", 16)
          .write(text, home.resolve("dataset"), (done, of) -> {});
      return LocalDataset.open(home.resolve("dataset"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private NetworkParameters parameters(DatasetManifest manifest) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(GENESIS_MS, WINDOW_MS, COMMIT_DEADLINE_MS, 2_000),
        new NetworkParameters.Model(
            model,
            "topk-q2/1",
            32,
            4,
            2,
            950_000_000L,
            1_000_000_000L,
            1_000_000_000L,
            15,
            500_000_000L,
            2),
        new NetworkParameters.Data(
            manifest.root(), 2, 16, manifest.train(), manifest.heldout(), 2, 2),
        new NetworkParameters.Scoring(
            "strict-f32/1", 3, 2, 3, 980_000_000L, -900_000_000L, NanoNats.ZERO, 3),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 60_000),
        new NetworkParameters.Reward(7_000, 2_500, 500, new TestSigner("treasury").address()));
  }

  public static TestSigner minerKey(int uid) {
    return new TestSigner("miner-" + uid);
  }

  public static TestSigner validatorKey(int uid) {
    return new TestSigner("validator-" + uid);
  }

  public FakeChain chain() {
    return chain;
  }

  public FakeSealer sealer() {
    return sealer;
  }

  public FakeStorage storage() {
    return storage;
  }

  public FakeFramework framework() {
    return framework;
  }

  public FakeEvaluator enclave(int validator) {
    return enclaves.get(validator - 1);
  }

  /** Everything any node has published, in order. */
  public List<NodeEvent> events() {
    return events;
  }

  public <T extends NodeEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Lets so much time pass. */
  public void pass(Duration duration) {
    timer.advanceTimeBy(duration);
  }

  /** Lets time pass until the given moment after a window's opening. */
  public void until(long window, long afterOpeningMs) {
    long target = GENESIS_MS + window * WINDOW_MS + afterOpeningMs;
    pass(Duration.ofMillis(target - chain.timeMs()));
  }

  /** Starts every miner, validator, an aggregator and a crank, until a last window. */
  public void startAll(long last) {
    startCrank(last);
    for (int uid = 1; uid <= validators; uid++) {
      startValidator(uid, last);
    }
    for (int uid = 1; uid <= miners; uid++) {
      startMiner(uid, last);
    }
    startAggregator(1, last);
  }

  public Node startMiner(int uid, long last) {
    return startMiner(uid, last, GradientStrategy.honest());
  }

  public Node startMiner(int uid, long last, GradientStrategy strategy) {
    Node node = new Node("miner-" + uid, minerKey(uid));
    node.journal = WindowJournal.open(node.directory, Role.MINER, uid);
    node.run(
        new MinerPipeline(
                node.services,
                new MinerUid(uid),
                node.journal,
                dataset,
                framework,
                new MinerSettings(
                    new DeviceSpec("cpu", 1),
                    new TrainingPlan.AdamW(1e-3f, 0.9f, 0.95f, 1e-8f, 0f, 1f),
                    2),
                strategy,
                new Random(uid + 31L * nodes.size()),
                node.directory.resolve("state"))
            .run(new WindowId(last)));
    return node;
  }

  public Node startValidator(int uid, long last) {
    return startValidator(uid, last, new FakeRating(false));
  }

  public Node startValidator(int uid, long last, FakeRating rating) {
    Node node = new Node("validator-" + uid, validatorKey(uid));
    node.journal = WindowJournal.open(node.directory, Role.VALIDATOR, uid);
    node.run(
        new ValidatorPipeline(
                node.services,
                new ValidatorUid(uid),
                node.journal,
                dataset,
                enclave(uid),
                algorithms(rating),
                new Random(uid),
                2)
            .run(new WindowId(last)));
    return node;
  }

  private static ServiceSlot<RatingAlgorithm> algorithms(RatingAlgorithm rating) {
    return new ServiceSlot<>() {
      @Override
      public <R> Mono<R> use(Function<RatingAlgorithm, Mono<R>> work) {
        return Mono.defer(() -> work.apply(rating));
      }
    };
  }

  public Node startAggregator(int uid, long last) {
    Node node = new Node("aggregator-" + uid, validatorKey(uid));
    node.journal = WindowJournal.open(node.directory, Role.AGGREGATOR, uid);
    node.run(
        new AggregatorPipeline(node.services, new ValidatorUid(uid), node.journal)
            .run(new WindowId(last)));
    return node;
  }

  public Node startCrank(long last) {
    Node node = new Node("crank", new TestSigner("crank"));
    node.journal = WindowJournal.open(node.directory, Role.OBSERVER, 1);
    node.run(new WindowCrank(node.services).run(new WindowId(last)));
    return node;
  }

  /** A node that only follows. */
  public Node startObserver(String name) {
    Node node = new Node(name, new TestSigner(name));
    node.journal = WindowJournal.open(node.directory, Role.OBSERVER, 1);
    node.run(Mono.never());
    pass(Duration.ZERO);
    return node;
  }

  @Override
  public void close() {
    List.copyOf(nodes).forEach(Node::kill);
    timer.dispose();
  }

  /** One process: its own follower, replica, guard and directory. */
  public final class Node {
    private final Path directory;
    private final RoleServices services;
    private final CheckpointReplica replica;
    private final SigningGuard guard;
    private final Disposable following;
    private WindowJournal journal;
    private Disposable running;
    private boolean completed;
    private Throwable failure;

    private Node(String name, TestSigner signer) {
      directory = home.resolve(name);
      // Blocking work runs where it is asked for: virtual time has one thread.
      Scheduler blocking = Schedulers.immediate();
      Backoff backoff =
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), timer, name.hashCode());
      ChainFollower follower = new ChainFollower(chain, backoff, timer, CLOCK, events::add);
      guard = SigningGuard.open(directory);
      replica =
          new CheckpointReplica(
              follower,
              storage,
              sealer,
              directory.resolve("checkpoints"),
              backoff,
              blocking,
              events::add);
      services =
          new RoleServices(
              follower,
              chain,
              signer,
              storage,
              sealer,
              replica,
              guard,
              backoff,
              timer,
              blocking,
              events::add,
              Seat::unchanging);
      following = follower.run().subscribe(unused -> {}, thrown -> failure = thrown);
      nodes.add(this);
    }

    private void run(Mono<Void> pipeline) {
      running =
          pipeline.subscribe(unused -> {}, thrown -> failure = thrown, () -> completed = true);
    }

    public WindowJournal journal() {
      return journal;
    }

    public Path directory() {
      return directory;
    }

    public RoleServices services() {
      return services;
    }

    public boolean completed() {
      return completed;
    }

    /** What ended the role, if an error did. */
    public java.util.Optional<Throwable> failure() {
      return java.util.Optional.ofNullable(failure);
    }

    /** Stops it at once, as a kill does: nothing is finished and nothing tidied. */
    public void kill() {
      if (nodes.remove(this)) {
        running.dispose();
        following.dispose();
        journal.close();
        guard.close();
        replica.close();
      }
    }
  }
}

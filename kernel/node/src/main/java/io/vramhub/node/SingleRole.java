package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.kernel.plugin.ServiceSlot;
import io.vramhub.node.http.ConfigReload;
import io.vramhub.node.key.Keystore;
import io.vramhub.node.key.SecretKey;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.ValidatorRecord;
import java.io.PrintWriter;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One role as its own process, until stopped. */
public final class SingleRole {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final WindowId FOREVER = new WindowId(Long.MAX_VALUE / 2);

  private final Home home;
  private final NodeSettings settings;
  private final ConfigReload reload;
  private final Clock clock;
  private final NodeConsole console;
  private final SecureRandom random = new SecureRandom();
  private final Sinks.Empty<Void> stop = Sinks.empty();

  /** Reads the configuration; it is read again when the operator asks for a reload. */
  public SingleRole(
      Home home, Configuration<NodeSettings> configuration, Clock clock, PrintWriter out) {
    this.home = home;
    Configuration.Reading<NodeSettings> reading = configuration.read();
    this.settings = reading.settings();
    this.reload = new ConfigReload(reading.snapshot(), () -> configuration.read().snapshot());
    this.clock = clock;
    this.console = new NodeConsole(out);
  }

  /** Runs until the process is asked to stop; ends with an error if the role cannot go on. */
  public void run() {
    DataDirectory data = new DataDirectory(settings.dataDirectory());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(ended), "node-stop"));
    try (DataDirectory.Lock lock = data.lock()) {
      Logging.toFile(data.root());
      follow(data);
    } finally {
      ended.countDown();
    }
  }

  private void follow(DataDirectory data) {
    try (NodeRuntime node =
        NodeRuntime.open(
            Plugins.load(home, List.of(), data.run(), clock, console),
            data,
            settings.dataset(),
            new NodeRuntime.Slots(
                settings.chain(), settings.storage(), settings.sealer(), settings.services()),
            clock,
            console,
            random)) {
      Disposable following =
          Mono.when(node.follow(), node.watchPlugins())
              .subscribe(ignored -> {}, failure -> stop.tryEmitError(failure));
      try {
        Waiting.complete(node.follower().caughtUp(), PATIENCE);
        console.say("following network " + node.follower().read(ChainState::network));
        Mono<Void> role = role(node);
        node.serveAll().forEach(console::say);
        node.openDoor(reload);
        Waiting.forever(Mono.firstWithSignal(role, stop.asMono()));
      } finally {
        following.dispose();
      }
    }
  }

  private Mono<Void> role(NodeRuntime node) {
    return switch (settings.role()) {
      case MINER -> miner(node);
      case VALIDATOR -> validator(node);
      case AGGREGATOR -> aggregator(node);
      case OBSERVER -> observer(node);
    };
  }

  private Mono<Void> miner(NodeRuntime node) {
    SecretKey key = unlock();
    Coins stake = Coins.whole(settings.stake());
    fund(node, key, stake);
    MinerUid uid =
        Waiting.await(
            new Registration(node.chain(), node.follower()).miner(key, stake, settings.label()),
            PATIENCE);
    console.say("miner " + uid + ", account " + key.address());
    TrainingFramework framework = node.framework(settings.framework());
    return Mono.when(
        node.miner(
            uid,
            key,
            framework,
            settings.miner(),
            Strategies.named(settings.strategy(), random.nextLong()),
            FOREVER),
        node.crank(key, FOREVER));
  }

  private Mono<Void> validator(NodeRuntime node) {
    SecretKey key = unlock();
    Coins stake = Coins.whole(settings.stake());
    fund(node, key, stake);
    ValidatorUid uid =
        Waiting.await(
            new Registration(node.chain(), node.follower()).validator(key, stake, settings.label()),
            PATIENCE);
    console.say("validator " + uid + ", account " + key.address());
    LossEvaluator evaluator = node.evaluator("evaluator", settings.evaluator());
    ServiceSlot<RatingAlgorithm> rating = node.rating(settings.rating());
    return Mono.when(
        node.validator(uid, key, evaluator, rating, settings.miner().claimEvery(), FOREVER),
        node.crank(key, FOREVER));
  }

  private Mono<Void> aggregator(NodeRuntime node) {
    SecretKey key = unlock();
    ValidatorUid uid =
        node.follower()
            .read(
                state ->
                    state.validators().stream()
                        .filter(record -> record.owner().equals(key.address()))
                        .filter(record -> record.withdrawableAtMs().isEmpty())
                        .map(ValidatorRecord::uid)
                        .findFirst())
            .orElseThrow(
                () ->
                    new HubException(
                        ErrorCode.PREFLIGHT_FAILED,
                        key.address()
                            + " is no validator, and only a validator may aggregate; run a"
                            + " validator with this key first"));
    console.say("aggregator on validator " + uid);
    return node.aggregator(uid, key, FOREVER);
  }

  /** Follows without a key and tells what happens; `vramhub audit` replays what it followed. */
  private Mono<Void> observer(NodeRuntime node) {
    long known = node.follower().read(ChainState::sequence);
    return node.chain()
        .events(known + 1)
        .map(ChainRecord::event)
        .doOnNext(event -> console.say(Sentences.of(event)))
        .then();
  }

  private SecretKey unlock() {
    char[] password = Keystore.passwordFrom(settings.passwordFile());
    try {
      return Keystore.open(settings.keystore(), password);
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  /** A development ledger pays whoever lacks the bond; on a real chain the account must hold it. */
  private void fund(NodeRuntime node, SecretKey key, Coins stake) {
    Address account = key.address();
    boolean registered =
        node.follower()
            .read(
                state ->
                    state.miners().stream().anyMatch(record -> record.owner().equals(account))
                        || state.validators().stream()
                            .anyMatch(record -> record.owner().equals(account)));
    Coins balance = node.follower().read(state -> state.sui(account));
    if (!registered
        && balance.compareTo(stake) < 0
        && settings.chain().use().equals("local")
        && settings.chain().settings().hasPath("endpoint")) {
      new Faucet(URI.create(settings.chain().settings().getString("endpoint")))
          .pay(account, stake.minus(balance));
      console.say("the ledger's faucet paid " + stake.minus(balance) + " SUI");
    }
  }

  private void stopAndWait(CountDownLatch ended) {
    stop.tryEmitEmpty();
    try {
      if (!ended.await(30, TimeUnit.SECONDS)) {
        System.err.println("vramhub: the node did not stop within 30 seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.vramhub.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.CommittedBlob;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.audit.AuditOutcome;
import io.vramhub.kernel.audit.AuditProgress;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.Slot;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.replica.Checkpoint;
import io.vramhub.kernel.replica.CheckpointReplica;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsFile;
import io.vramhub.node.settings.SlotSettings;
import io.vramhub.node.settings.StorageSettings;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A network opened for reading, without a key: from the files of a data directory, through the
 * ledger's live address if it is running, or as a node's configuration says.
 */
public final class ReadOnlyNetwork implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration AUDIT_PATIENCE = Duration.ofDays(1);

  private final PluginHost plugins;
  private final ChainAdapter chain;
  private final DataDirectory data;
  private final Path dataset;
  private final StorageSettings storageSettings;

  /** Empty for a data directory: the key servers of its devnet are in it. */
  private final Optional<SlotSettings> sealerSettings;

  private final Guests guests;
  private final Path runDirectory;
  private final Clock clock;
  private Optional<StorageBackend> storage = Optional.empty();
  private Optional<CredentialSealer> sealer = Optional.empty();

  private ReadOnlyNetwork(
      PluginHost plugins,
      ChainAdapter chain,
      DataDirectory data,
      Path dataset,
      StorageSettings storage,
      Optional<SlotSettings> sealer,
      Path runDirectory,
      Clock clock) {
    this.runDirectory = runDirectory;
    this.clock = clock;
    this.plugins = plugins;
    this.chain = chain;
    this.data = data;
    this.dataset = dataset;
    this.storageSettings = storage;
    this.sealerSettings = sealer;
    this.guests =
        new Guests(
            plugins,
            new DataDirectory(runDirectory),
            new GuestView(chain, Optional.empty(), backoff()));
  }

  /**
   * Opens the network of a data directory, or the one a node's configuration names.
   *
   * @param configuration a node's file; empty for the data directory of a devnet
   */
  public static ReadOnlyNetwork open(
      Home home, DataDirectory data, Optional<Path> configuration, Clock clock) {
    return open(home, data, configuration, clock, false);
  }

  /**
   * The same, but a local ledger's file is read even if somebody changed it, so that the audit can
   * say what was changed and not only that something was. A passed audit is followed by {@link
   * #open}, which refuses such a file.
   */
  public static ReadOnlyNetwork openUnchecked(
      Home home, DataDirectory data, Optional<Path> configuration, Clock clock) {
    return open(home, data, configuration, clock, true);
  }

  private static ReadOnlyNetwork open(
      Home home, DataDirectory data, Optional<Path> configuration, Clock clock, boolean unchecked) {
    SlotSettings chain;
    StorageSettings storage;
    Optional<SlotSettings> sealer;
    Path dataset;
    if (configuration.isPresent()) {
      Path file = configuration.get();
      NodeSettings settings = NodeSettings.read(SettingsFile.parse(file), file.toString());
      chain = settings.chain();
      storage = settings.storage();
      sealer = Optional.of(settings.sealer());
      dataset = settings.dataset();
    } else {
      data.requireNetwork();
      chain =
          local(
              Map.of(
                  "directory",
                  data.ledger().toString(),
                  "read-only",
                  true,
                  "unchecked",
                  unchecked));
      storage =
          StorageFile.read(data.storageFile())
              .map(kept -> StorageSettings.of(kept, data.storageFile().toString()))
              .orElseGet(
                  () ->
                      new StorageSettings.Single(
                          local(Map.of("directory", data.storage().toString()))));
      sealer = Optional.empty();
      dataset = data.dataset();
    }
    Path runDirectory = Plugins.temporaryRunDirectory();
    PluginHost plugins = Plugins.load(home, List.of(), runDirectory, clock, NodeEvents.none());
    try {
      ChainAdapter adapter =
          await(plugins.chain(slot("chain", ChainAdapter.Provider.class, chain, data)));
      return new ReadOnlyNetwork(
          plugins, adapter, data, dataset, storage, sealer, runDirectory, clock);
    } catch (RuntimeException e) {
      Waiting.complete(plugins.close(), PATIENCE);
      throw e;
    }
  }

  private static SlotSettings local(Map<String, ?> settings) {
    Config config = ConfigFactory.parseMap(settings);
    return new SlotSettings("local", config);
  }

  /** Everything that has happened on the chain so far. */
  public List<ChainRecord> records() {
    return await(NetworkCheck.records(chain));
  }

  /** Recomputes the final windows of the range from chain, storage and dataset. */
  public AuditOutcome audit(WindowId from, WindowId to, AuditProgress progress) {
    NetworkCheck check =
        new NetworkCheck(chain, storage(), sealer(), LocalDataset.open(dataset), runDirectory);
    return Waiting.await(check.audit(from, to, progress), AUDIT_PATIENCE);
  }

  /** The chain's state as of now. */
  public ChainState state() {
    return ChainState.of(records());
  }

  /** The chain's time as of now, in milliseconds. */
  public long timeMs() {
    return await(chain.head()).timeMs();
  }

  /** Opened when it is first needed: most commands read the chain alone. */
  private synchronized StorageBackend storage() {
    StorageBackend open =
        storage.orElseGet(
            () ->
                await(
                    new StorageSlots(plugins, data, Schedulers.parallel(), NodeEvents.none())
                        .open(storageSettings)));
    storage = Optional.of(open);
    return open;
  }

  private synchronized CredentialSealer sealer() {
    CredentialSealer open =
        sealer.orElseGet(
            () ->
                await(
                    plugins.sealer(
                        slot(
                            "sealer",
                            CredentialSealer.Provider.class,
                            sealerSettings.orElseGet(this::ofOwnKeyServers),
                            data))));
    sealer = Optional.of(open);
    return open;
  }

  /** The data directory of a devnet holds its key servers' keys: they answer in this process. */
  private SlotSettings ofOwnKeyServers() {
    KeyServers.requireIn(data);
    return KeyServers.complete(
        KeyServers.sealer(), KeyServers.serve(guests, KeyServers.ofStopped(data, runDirectory)));
  }

  private static <T extends HubService> Slot<T> slot(
      String name,
      Class<? extends ServiceProvider<T>> kind,
      SlotSettings settings,
      DataDirectory data) {
    return new Slot<>(name, kind, settings.use(), settings.settings(), data.plugin(name));
  }

  /**
   * Lends a checkpoint to the work, worked out from the chain and storage and checked against its
   * anchored root.
   */
  public void useCheckpoint(CheckpointRef checkpoint, Function<Checkpoint, Mono<Void>> work) {
    Backoff backoff = backoff();
    ChainFollower follower =
        new ChainFollower(chain, backoff, Schedulers.parallel(), clock, NodeEvents.none());
    Disposable following = follower.run().subscribe(ignored -> {}, failure -> {});
    try (CheckpointReplica replica =
        new CheckpointReplica(
            follower,
            storage(),
            sealer(),
            runDirectory.resolve("checkpoints"),
            backoff,
            Schedulers.boundedElastic(),
            NodeEvents.none())) {
      Waiting.complete(follower.caughtUp(), PATIENCE);
      Waiting.complete(replica.use(checkpoint, work), PATIENCE);
    } finally {
      following.dispose();
    }
  }

  /** The payload behind a commit of a final window, unsealed. */
  public byte[] openPayload(GradientCommitted commit) {
    BlobRef stored = CommittedBlob.in(storage(), commit);
    byte[] bytes =
        await(
                BoundedBytes.collect(
                    storage().read(stored, ByteRange.whole(stored)), stored.length()))
            .array();
    try {
      PayloadEnvelope envelope = PayloadEnvelope.parse(bytes);
      Credential key =
          await(sealer().open(envelope.sealedKey(), envelope.policy(), new SealReader.Anyone()));
      return envelope.open(key);
    } catch (PayloadException e) {
      throw new HubException(
          ErrorCode.PAYLOAD_INVALID,
          "miner "
              + commit.miner()
              + "'s payload of window "
              + commit.window()
              + " is "
              + e.verdict()
              + ": "
              + e.reason(),
          e);
    }
  }

  private static Backoff backoff() {
    return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), Schedulers.parallel(), 0);
  }

  private static <T> T await(Mono<T> work) {
    return Waiting.await(work, PATIENCE);
  }

  @Override
  public void close() {
    guests.close();
    Waiting.complete(plugins.close().subscribeOn(Schedulers.boundedElastic()), PATIENCE);
  }
}

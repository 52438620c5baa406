package io.vramhub.kernel.replica;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.checkpoint.Merge;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The model's parameters as this node works them out for itself: from the initial parameters, or a
 * stored snapshot that matches its anchored root, by merging each final window's gradients
 * (protocol section 8). One per node, shared by its roles; safe for use by several threads.
 *
 * <p>The newest checkpoints are kept in memory while needed and as files in a directory, so that a
 * restart begins where it was. Each checkpoint is made at most once at a time, however many ask for
 * it.
 */
public final class CheckpointReplica implements AutoCloseable {
  /** The base of the current window, and what it is merged into. */
  private static final int KEPT = 2;

  private static final int PIECE = CheckpointTree.LEAF_BYTES;
  private static final long LARGEST_LEAVES = 1 << 24;
  private static final long HEADER_ALLOWANCE = 1 << 20;
  private static final Duration BUDGET = Duration.ofMinutes(2);

  private final ChainFollower follower;
  private final StorageBackend storage;
  private final Path directory;
  private final Backoff backoff;
  private final Scheduler blocking;
  private final MergeInputs inputs;
  private final ReplicaConsole console;
  private final Map<CheckpointRef, CheckpointVersion> held = new HashMap<>();
  private final Map<Object, Mono<CheckpointRef>> inProgress = new HashMap<>();
  private boolean loaded;
  private boolean closed;

  /**
   * A replica that has nothing yet.
   *
   * @param directory of this replica alone: its checkpoint files
   * @param blocking for file I/O, merging and hashing
   */
  public CheckpointReplica(
      ChainFollower follower,
      StorageBackend storage,
      CredentialSealer sealer,
      Path directory,
      Backoff backoff,
      Scheduler blocking,
      NodeEvents events) {
    this.follower = follower;
    this.storage = storage;
    this.directory = directory;
    this.backoff = backoff;
    this.blocking = blocking;
    this.inputs = new MergeInputs(storage, sealer, backoff, blocking);
    this.console = new ReplicaConsole(events);
  }

  /**
   * Lends an anchored checkpoint to the work, making it first if it is not held. Its memory stays
   * until the work has completed, failed or been cancelled.
   *
   * @return an error {@code CHECKPOINT_INVALID} if neither merging nor a snapshot gives its root
   */
  public <T> Mono<T> use(CheckpointRef checkpoint, Function<Checkpoint, Mono<T>> work) {
    return Mono.usingWhen(
        borrowed(checkpoint),
        version -> work.apply(version.lent()),
        CheckpointReplica::giveBack,
        (version, failure) -> giveBack(version),
        CheckpointReplica::giveBack);
  }

  private static Mono<Void> giveBack(CheckpointVersion version) {
    return Mono.fromRunnable(version::giveBack);
  }

  /**
   * Merges a final window onto its base and answers the checkpoint that gives, anchored or not;
   * empty if the window merges nothing.
   */
  public Mono<CheckpointRef> merged(WindowId window) {
    return Mono.defer(
        () -> {
          WindowRecord record = finalWindow(window);
          WindowResult result = result(record);
          return result.topG().isEmpty()
              ? Mono.empty()
              : load().then(Mono.defer(() -> mergedOnce(record, result)));
        });
  }

  private WindowRecord finalWindow(WindowId window) {
    return follower
        .read(state -> state.window(window))
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.INVARIANT_BROKEN, "window " + window + " was never opened"));
  }

  private static WindowResult result(WindowRecord window) {
    return window
        .result()
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.INVARIANT_BROKEN,
                    "window " + window.window() + " is not final and cannot be merged"));
  }

  private Mono<CheckpointRef> mergedOnce(WindowRecord window, WindowResult result) {
    Optional<CheckpointRef> known = knownMerge(window);
    return known.isPresent()
        ? Mono.justOrEmpty(known)
        : once(window.window(), () -> merge(window, result));
  }

  /** The held result of merging this window, from before a restart too. */
  private synchronized Optional<CheckpointRef> knownMerge(WindowRecord window) {
    return held.values().stream()
        .filter(version -> version.ref().window().equals(window.nextCheckpoint()))
        .filter(version -> version.stored().parent().equals(window.opened().base().root()))
        .map(CheckpointVersion::ref)
        .findFirst();
  }

  private Mono<CheckpointRef> merge(WindowRecord window, WindowResult result) {
    NetworkId network = follower.read(state -> state.network());
    NetworkParameters parameters = follower.read(state -> state.parameters(window.window()));
    CheckpointRef base = window.opened().base();
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            window.nextCheckpoint(),
            base.root(),
            ModelSchema.hash(parameters.model().spec()),
            network);
    return use(
            base,
            lent ->
                inputs
                    .of(network, parameters, window, result)
                    .flatMap(
                        gradients ->
                            Mono.fromCallable(
                                    () ->
                                        hold(
                                            metadata,
                                            parameters.model().spec(),
                                            target -> merge(lent, gradients, parameters, target)))
                                .subscribeOn(blocking)))
        .doOnNext(checkpoint -> console.merged(checkpoint, result.topG().size()));
  }

  private static void merge(
      Checkpoint base,
      List<SparseGradient> gradients,
      NetworkParameters parameters,
      MemorySegment target) {
    Merge.apply(base.model(), base.parameters(), gradients, parameters.model(), target);
  }

  private Mono<CheckpointVersion> borrowed(CheckpointRef checkpoint) {
    return load()
        .then(
            Mono.defer(
                () -> {
                  Optional<CheckpointVersion> ready = borrow(checkpoint);
                  return ready.isPresent()
                      ? Mono.justOrEmpty(ready)
                      : once(checkpoint, () -> make(checkpoint))
                          .then(Mono.fromCallable(() -> borrowMade(checkpoint)));
                }));
  }

  private synchronized Optional<CheckpointVersion> borrow(CheckpointRef checkpoint) {
    return Optional.ofNullable(held.get(checkpoint)).filter(CheckpointVersion::borrow);
  }

  private CheckpointVersion borrowMade(CheckpointRef checkpoint) {
    return borrow(checkpoint)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CHECKPOINT_INVALID,
                    "checkpoint "
                        + checkpoint.window()
                        + " with root "
                        + checkpoint.root()
                        + " is no longer kept: newer ones have replaced it"));
  }

  /** Makes a checkpoint from the nearest one at hand. */
  private Mono<CheckpointRef> make(CheckpointRef target) {
    return Mono.defer(
        () -> {
          List<Step> steps = path(target);
          return nearestSnapshot(steps)
              .then(Mono.defer(() -> replay(target)))
              .onErrorResume(
                  failure -> !Backoff.isTransient(failure),
                  failure ->
                      snapshot(target)
                          .onErrorMap(
                              second ->
                                  Backoff.isTransient(second)
                                      ? second
                                      : unavailable(target, failure)));
        });
  }

  private static HubException unavailable(CheckpointRef target, Throwable cause) {
    return new HubException(
        ErrorCode.CHECKPOINT_INVALID,
        "checkpoint "
            + target.window()
            + " with root "
            + target.root()
            + " can neither be merged here nor taken from storage: "
            + cause.getMessage(),
        cause);
  }

  /** One merge on the way to a checkpoint: of this window, into this checkpoint. */
  private record Step(WindowId window, CheckpointRef result) {}

  /** What remains to be merged for a checkpoint, in order; empty for one that is held or drawn. */
  private List<Step> path(CheckpointRef target) {
    Deque<Step> steps = new ArrayDeque<>();
    CheckpointRef at = target;
    while (!isHeld(at) && !at.window().equals(GenesisCheckpoint.NUMBER)) {
      WindowId window = at.window().previous();
      steps.addFirst(new Step(window, at));
      at = finalWindow(window).opened().base();
    }
    return new ArrayList<>(steps);
  }

  private synchronized boolean isHeld(CheckpointRef checkpoint) {
    return held.containsKey(checkpoint);
  }

  /** Takes the newest usable snapshot on the way, if that saves more than one merge. */
  private Mono<Void> nearestSnapshot(List<Step> steps) {
    if (steps.size() < 2) {
      return Mono.empty();
    }
    return Flux.fromIterable(steps.reversed())
        .map(Step::result)
        .filter(this::mayBeStored)
        .concatMap(
            checkpoint ->
                snapshot(checkpoint)
                    .onErrorResume(
                        failure -> {
                          console.snapshotUnusable(checkpoint, failure);
                          return Mono.empty();
                        }),
            1)
        .next()
        .then();
  }

  private boolean mayBeStored(CheckpointRef checkpoint) {
    int frequency =
        follower.read(
            state ->
                state.parameters(checkpoint.window().previous()).model().checkpointFrequency());
    return checkpoint.window().number() % frequency == 0;
  }

  private Mono<CheckpointRef> replay(CheckpointRef target) {
    List<Step> steps = path(target);
    CheckpointRef start =
        steps.isEmpty() ? target : finalWindow(steps.getFirst().window()).opened().base();
    Mono<CheckpointRef> begin = isHeld(start) ? Mono.just(start) : genesis(start);
    return begin.then(Flux.fromIterable(steps).concatMap(this::replay, 1).then(Mono.just(target)));
  }

  private Mono<CheckpointRef> replay(Step step) {
    return merged(step.window())
        .switchIfEmpty(
            Mono.error(
                () ->
                    new HubException(
                        ErrorCode.CHECKPOINT_INVALID,
                        "checkpoint "
                            + step.result().window()
                            + " is anchored although its window merged nothing")))
        .flatMap(
            merged -> {
              if (merged.root().equals(step.result().root())) {
                return Mono.just(merged);
              }
              console.rootDiffers(step.result(), merged.root());
              return snapshot(step.result());
            });
  }

  private Mono<CheckpointRef> genesis(CheckpointRef expected) {
    return Mono.fromCallable(
            () -> {
              NetworkId network = follower.read(state -> state.network());
              ModelSpec model = model(expected);
              CheckpointRef drawn =
                  hold(
                      GenesisCheckpoint.metadata(network, model),
                      model,
                      target ->
                          InitialParameters.draw(model, GenesisCheckpoint.seed(network), target));
              if (!drawn.equals(expected)) {
                throw new HubException(
                    ErrorCode.CHECKPOINT_INVALID,
                    "the network's first checkpoint has root "
                        + expected.root()
                        + ", drawing it gives "
                        + drawn.root());
              }
              return drawn;
            })
        .subscribeOn(blocking);
  }

  private ModelSpec model(CheckpointRef checkpoint) {
    return follower.read(state -> state.parameters(checkpoint.window()).model().spec());
  }

  /**
   * Takes a checkpoint from storage, piece by piece, and believes it only if its root is the
   * anchored one.
   */
  private Mono<CheckpointRef> snapshot(CheckpointRef checkpoint) {
    Path file = directory.resolve("download-" + checkpoint.window() + ".tmp");
    return storage
        .stat(CheckpointNames.file(checkpoint.window()))
        .switchIfEmpty(
            Mono.error(
                () ->
                    new HubException(
                        ErrorCode.NOT_FOUND,
                        "storage has no " + CheckpointNames.file(checkpoint.window()))))
        .flatMap(
            found -> leaves(checkpoint).flatMap(tree -> download(checkpoint, found, tree, file)))
        .then(
            Mono.fromCallable(() -> hold(StoredCheckpoint.claim(file, directory, checkpoint)))
                .subscribeOn(blocking))
        .doOnNext(console::snapshotLoaded);
  }

  /** The hashes of the file's pages, if storage has them and they lead to the anchored root. */
  private Mono<Optional<CheckpointTree>> leaves(CheckpointRef checkpoint) {
    return storage
        .stat(CheckpointNames.leaves(checkpoint.window()))
        .flatMap(found -> BoundedBytes.unverified(storage, found, LARGEST_LEAVES))
        .map(bytes -> Optional.of(CheckpointTree.parse(bytes.array(), checkpoint.root())))
        .onErrorResume(
            failure -> {
              console.snapshotUnusable(checkpoint, failure);
              return Mono.empty();
            })
        .defaultIfEmpty(Optional.empty());
  }

  private Mono<Void> download(
      CheckpointRef checkpoint, BlobInfo found, Optional<CheckpointTree> leaves, Path file) {
    long most = model(checkpoint).parameters() * Float.BYTES + HEADER_ALLOWANCE;
    if (found.length() > most || found.length() < 2) {
      return Mono.error(
          new HubException(
              ErrorCode.CHECKPOINT_INVALID,
              found.key()
                  + " has "
                  + found.length()
                  + " bytes, at most "
                  + most
                  + " are expected"));
    }
    // Storage verifies a digest only of whole objects; this one's is not known, its root is.
    BlobRef reference = new BlobRef(found.key(), Digest.ZERO, found.length());
    long piece = Math.min(PIECE, found.length() - 1);
    int pieces = Math.toIntExact((found.length() + piece - 1) / piece);
    return Mono.fromRunnable(() -> DownloadFile.begin(file))
        .subscribeOn(blocking)
        .thenMany(Flux.range(0, pieces))
        .concatMap(
            index -> {
              long offset = index * piece;
              ByteRange range = new ByteRange(offset, Math.min(piece, found.length() - offset));
              return backoff
                  .retry(
                      BoundedBytes.collect(storage.read(reference, range), range.length()), BUDGET)
                  .flatMap(
                      bytes ->
                          Mono.fromRunnable(
                                  () -> {
                                    if (piece == CheckpointTree.LEAF_BYTES) {
                                      leaves.ifPresent(
                                          tree -> verify(checkpoint, tree, index, bytes));
                                    }
                                    DownloadFile.append(file, bytes);
                                  })
                              .subscribeOn(blocking));
            },
            1)
        .then();
  }

  /** Stops a forged download at its first forged page. */
  private static void verify(CheckpointRef checkpoint, CheckpointTree tree, int leaf, Bytes bytes) {
    if (leaf >= tree.leaves().size() || !tree.verifies(leaf, bytes.buffer())) {
      throw new HubException(
          ErrorCode.CHECKPOINT_INVALID,
          "page " + leaf + " of the stored checkpoint " + checkpoint.window() + " is forged");
    }
  }

  /** Reads what an earlier run kept, once. */
  private Mono<Void> load() {
    return Mono.<Void>fromRunnable(this::loadKept).subscribeOn(blocking);
  }

  private synchronized void loadKept() {
    if (loaded) {
      return;
    }
    loaded = true;
    List<Path> files = StoredCheckpoint.files(directory);
    for (Path file : files.subList(0, Math.min(KEPT, files.size()))) {
      try {
        hold(file);
      } catch (HubException e) {
        console.keptFileUnusable(file.toString(), e);
      }
    }
  }

  /** Computes a checkpoint's parameters, keeps them in memory and as a file. Blocks. */
  private CheckpointRef hold(
      CheckpointMetadata metadata, ModelSpec model, Consumer<MemorySegment> parameters) {
    return hold(
        model,
        target -> {
          parameters.accept(target);
          return StoredCheckpoint.write(directory, metadata, model, target);
        });
  }

  /**
   * Takes a checkpoint from a file named after it, if its content is what the name says. Blocks.
   */
  private CheckpointRef hold(Path file) {
    ModelSpec model = model(StoredCheckpoint.named(file));
    return hold(model, target -> StoredCheckpoint.read(file, model, target));
  }

  @SuppressWarnings("MustBeClosed") // The version owns the arena and closes it after its last loan.
  private CheckpointRef hold(ModelSpec model, Function<MemorySegment, StoredCheckpoint> content) {
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      MemorySegment target = arena.allocate(model.parameters() * Float.BYTES);
      StoredCheckpoint stored = content.apply(target);
      keep(new CheckpointVersion(stored, model, arena, target, blocking));
      kept = true;
      return stored.ref();
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  private synchronized void keep(CheckpointVersion version) {
    if (closed || held.containsKey(version.ref())) {
      version.giveUp();
      return;
    }
    held.put(version.ref(), version);
    WindowId oldestInUse =
        follower
            .read(state -> state.newestWindow())
            .map(window -> window.opened().base().window())
            .orElse(GenesisCheckpoint.NUMBER);
    held.values().stream()
        .sorted(Comparator.comparing((CheckpointVersion each) -> each.ref().window()).reversed())
        .skip(KEPT)
        .filter(each -> each.ref().window().compareTo(oldestInUse) < 0)
        .toList()
        .forEach(
            each -> {
              held.remove(each.ref());
              each.replace();
            });
  }

  /** Shares the work of making one thing among all who ask for it at the same time. */
  private synchronized Mono<CheckpointRef> once(Object what, Supplier<Mono<CheckpointRef>> work) {
    return inProgress.computeIfAbsent(
        what, key -> Mono.defer(work).doFinally(signal -> finished(key)).cache());
  }

  private synchronized void finished(Object what) {
    inProgress.remove(what);
  }

  /** Frees everything but the files. Loans that are out stay valid until they are given back. */
  @Override
  public synchronized void close() {
    closed = true;
    held.values().forEach(CheckpointVersion::giveUp);
    held.clear();
  }
}

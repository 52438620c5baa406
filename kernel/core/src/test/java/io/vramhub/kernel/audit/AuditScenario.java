package io.vramhub.kernel.audit;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.Signer;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.dataset.DatasetProgress;
import io.vramhub.kernel.dataset.DatasetWriter;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.checkpoint.Merge;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.evaluation.WindowScorer;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.EncodedGradient;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.PayloadHeader;
import io.vramhub.protocol.payload.PayloadNames;
import io.vramhub.protocol.payload.SparseGradient;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Windows played in earnest by a tiny network: real payloads, measured by the real scorer, merged
 * for real, all in memory. A test changes one thing and audits.
 */
final class AuditScenario {
  static final int MINERS = 3;
  private static final int VALIDATORS = 3;
  private static final int PAGE = 16;

  final TestNetwork network;
  final Map<BlobKey, byte[]> stored = new TreeMap<>();
  final Set<BlobKey> read = new HashSet<>();
  private final LocalDataset dataset;
  private final Path directory;
  private final Map<Long, SortedMap<Integer, SparseGradient>> decoded = new HashMap<>();
  private byte[] parameters;
  private CheckpointRef base;

  AuditScenario(Path directory) {
    this.directory = directory;
    this.dataset = dataset(directory);
    DatasetManifest manifest = dataset.manifest();
    int size = Math.toIntExact(TestNetwork.MODEL.parameters() * Float.BYTES);
    parameters = new byte[size];
    InitialParameters.draw(
        TestNetwork.MODEL,
        GenesisCheckpoint.seed(TestNetwork.NETWORK),
        MemorySegment.ofArray(parameters));
    base = new CheckpointRef(GenesisCheckpoint.NUMBER, root(GenesisCheckpoint.NUMBER, Digest.ZERO));
    network =
        new TestNetwork(
                TestNetwork.parameters(manifest.root(), manifest.train(), manifest.heldout(), 9),
                base.root())
            .register(MINERS, VALIDATORS);
  }

  private static LocalDataset dataset(Path directory) {
    try {
      Path text = Files.createDirectories(directory.resolve("text"));
      Random random = new Random(3);
      for (int file = 0; file < 40; file++) {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 120; i++) {
          content.append((char) ('a' + Math.min(25, Math.abs((int) (random.nextGaussian() * 5)))));
        }
        Files.writeString(text.resolve("file-" + file + ".txt"), content);
      }
      Path target = directory.resolve("dataset");
      new DatasetWriter("audit", "CC0-1.0", PAGE).write(text, target, DatasetProgress.NONE);
      return LocalDataset.open(target);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  LocalDataset dataset() {
    return dataset;
  }

  private static CheckpointMetadata metadata(WindowId number, Digest parent) {
    return new CheckpointMetadata(
        number, parent, ModelSchema.hash(TestNetwork.MODEL), TestNetwork.NETWORK);
  }

  private Digest root(WindowId number, Digest parent) {
    return CheckpointTree.root(
        metadata(number, parent), TestNetwork.MODEL, MemorySegment.ofArray(parameters));
  }

  /** A whole honest window. */
  AuditScenario play(long number) {
    return play(number, 0, UnaryOperator.identity());
  }

  /** A window in which one validator reports something else. */
  AuditScenario play(long number, int liar, UnaryOperator<List<ScoreEntry>> lie) {
    network.open(number);
    commitAll(number);
    network.openScoring(number);
    List<ScoreEntry> entries = scores(number);
    for (int validator = 1; validator <= VALIDATORS; validator++) {
      network.report(number, validator, validator == liar ? lie.apply(entries) : entries);
    }
    return settle(number);
  }

  void commitAll(long number) {
    for (int miner = 1; miner <= MINERS; miner++) {
      byte[] payload = payload(number, miner);
      stored.put(key(number, miner), payload);
      network.commit(number, miner, Digest.sha256(payload), payload.length);
    }
  }

  /** Finalizes, merges, anchors, and stores every second checkpoint. */
  AuditScenario settle(long number) {
    WindowResult result = network.close(number);
    if (result.topG().isEmpty()) {
      return this;
    }
    List<SparseGradient> topG = new ArrayList<>();
    for (MinerUid miner : result.topG()) {
      topG.add(decoded.get(number).get(miner.value()));
    }
    byte[] next = new byte[parameters.length];
    Merge.apply(
        TestNetwork.MODEL,
        MemorySegment.ofArray(parameters),
        topG,
        network.parameters().model(),
        MemorySegment.ofArray(next));
    parameters = next;
    WindowId checkpoint = new WindowId(number + 1);
    CheckpointMetadata metadata = metadata(checkpoint, base.root());
    base = new CheckpointRef(checkpoint, root(checkpoint, base.root()));
    network.anchor(number, base.root());
    if (checkpoint.number() % 2 == 0) {
      stored.put(
          CheckpointNames.file(checkpoint),
          CheckpointFile.toBytes(metadata, TestNetwork.MODEL, MemorySegment.ofArray(parameters)));
    }
    return this;
  }

  static BlobKey key(long number, int miner) {
    return PayloadNames.file(new WindowId(number), new MinerUid(miner));
  }

  private byte[] payload(long number, int miner) {
    WindowRecord record = network.state().window(new WindowId(number)).orElseThrow();
    EncodedGradient gradient =
        GradientCodec.of(network.parameters().model())
            .encode(MemorySegment.ofArray(residual(1_000 * number + miner)));
    long[] pages =
        PageAssignment.assigned(
            TestNetwork.NETWORK,
            network.parameters(),
            record.opened().assignmentSeed(),
            record.slot(new MinerUid(miner)).orElseThrow());
    byte[] payload =
        GradientPayload.write(
            new PayloadHeader(
                TestNetwork.NETWORK,
                new WindowId(number),
                new MinerUid(miner),
                base.root(),
                ModelSchema.hash(TestNetwork.MODEL),
                "topk-q2/1",
                network.parameters().model().topk(),
                PageAssignment.digest(pages)),
            gradient);
    try {
      decoded
          .computeIfAbsent(number, key -> new TreeMap<>())
          .put(miner, GradientPayload.read(payload, network.parameters().model()).gradient());
    } catch (PayloadException e) {
      throw new AssertionError(e);
    }
    Credential dataKey = new Credential(TestNetwork.digest("key " + number + miner).bytes());
    return PayloadEnvelope.seal(
        payload,
        new SealPolicy.Gradient(TestNetwork.NETWORK, new WindowId(number), new MinerUid(miner)),
        dataKey,
        new byte[PayloadEnvelope.NONCE_BYTES],
        new SealedCredential(dataKey.secret()));
  }

  private float[] residual(long seed) {
    Random random = new Random(seed);
    float[] residual = new float[Math.toIntExact(TestNetwork.MODEL.parameters())];
    for (int i = 0; i < residual.length; i++) {
      residual[i] = (float) (random.nextGaussian() / 50);
    }
    return residual;
  }

  /** What an honest enclave reports of everything committed. */
  List<ScoreEntry> scores(long number) {
    WindowRecord record = network.state().window(new WindowId(number)).orElseThrow();
    Digest seed = record.scoring().orElseThrow().evaluationSeed();
    List<EvaluationRequest.Candidate> candidates = new ArrayList<>();
    record
        .commits()
        .forEach(
            (miner, commit) -> {
              int slot = record.slot(miner).orElseThrow();
              candidates.add(
                  new EvaluationRequest.Candidate(
                      miner,
                      slot,
                      commit.order(),
                      commit.gradient().contentHash(),
                      Optional.ofNullable(stored.get(key(number, miner.value()))).map(Bytes::new),
                      Optional.of(
                          new Credential(
                              TestNetwork.digest("key " + number + miner.value()).bytes())),
                      dataset.proven(
                          PageAssignment.assignedEvaluation(
                              TestNetwork.NETWORK,
                              network.parameters(),
                              record.opened().assignmentSeed(),
                              seed,
                              slot))));
            });
    try (StrictEvaluator evaluator = new StrictEvaluator(TestNetwork.MODEL, 1)) {
      return WindowScorer.score(
          new EvaluationRequest(
              TestNetwork.NETWORK,
              network.parameters(),
              new ValidatorUid(1),
              1,
              new WindowId(number),
              base.root(),
              record.opened().assignmentSeed(),
              seed,
              dataset.proven(
                  PageAssignment.heldoutEvaluation(
                      TestNetwork.NETWORK, network.parameters(), seed)),
              candidates),
          MemorySegment.ofArray(parameters.clone()),
          evaluator);
    }
  }

  /** Audits the given events with what is stored now. */
  AuditOutcome audit(List<ChainRecord> records, long from, long to, AuditProgress progress) {
    return auditor(records)
        .audit(new WindowId(from), new WindowId(to), progress)
        .blockOptional(Duration.ofMinutes(1))
        .orElseThrow();
  }

  AuditOutcome audit(long from, long to) {
    return audit(network.records(), from, to, AuditProgress.NONE);
  }

  Auditor auditor(List<ChainRecord> records) {
    return new Auditor(
        new Chain(records),
        new Storage(),
        new Sealer(),
        dataset,
        new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), Schedulers.parallel(), 1),
        directory,
        1,
        Schedulers.boundedElastic());
  }

  private static HubException unused() {
    return new HubException(ErrorCode.NOT_SUPPORTED, "an audit only reads");
  }

  /** A chain that is the given events. */
  private record Chain(List<ChainRecord> records) implements ChainAdapter {
    @Override
    public Mono<ChainHead> head() {
      return Mono.just(new ChainHead(TestNetwork.NETWORK, records.size(), 0));
    }

    @Override
    public Flux<ChainRecord> events(long fromSequence) {
      return Flux.fromIterable(records).skip(fromSequence - 1).concatWith(Flux.never());
    }

    @Override
    public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
      return Mono.error(unused());
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }

  /** Storage over the map, which verifies whole reads as a real one does. */
  private final class Storage implements StorageBackend {
    @Override
    public Mono<BlobRef> put(BlobKey key, BlobSource source) {
      return Mono.error(unused());
    }

    @Override
    public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
      return Flux.defer(
          () -> {
            read.add(ref.key());
            byte[] bytes = stored.get(ref.key());
            if (bytes == null) {
              return Flux.error(new HubException(ErrorCode.NOT_FOUND, "no " + ref.key()));
            }
            boolean whole = range.offset() == 0 && range.length() == ref.length();
            if (bytes.length != ref.length()
                || (whole && !Digest.sha256(bytes).equals(ref.digest()))) {
              return Flux.error(
                  new HubException(ErrorCode.STORAGE_CORRUPT, ref.key() + " is something else"));
            }
            return Flux.just(
                ByteBuffer.wrap(bytes, (int) range.offset(), (int) range.length()).slice());
          });
    }

    @Override
    public Mono<BlobInfo> stat(BlobKey key) {
      return Mono.fromSupplier(() -> stored.get(key)).map(bytes -> new BlobInfo(key, bytes.length));
    }

    @Override
    public Flux<BlobInfo> list(String prefix) {
      return Flux.error(unused());
    }

    @Override
    public Mono<Void> delete(BlobKey key) {
      return Mono.error(unused());
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }

  /** Opens for everyone: all windows asked for are final. The sealed bytes are the secret. */
  private static final class Sealer implements CredentialSealer {
    @Override
    public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
      return Mono.error(unused());
    }

    @Override
    public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
      return reader instanceof SealReader.Anyone
          ? Mono.just(new Credential(sealed.bytes()))
          : Mono.error(unused());
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }
}

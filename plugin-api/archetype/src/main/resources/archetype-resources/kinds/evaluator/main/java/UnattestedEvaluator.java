package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.evaluation.WindowScorer;
import io.vramhub.protocol.message.ScoreMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The strict evaluator in this process, under a key made when it is opened. It measures and signs
 * as an enclave does, but nothing vouches for it: its document is the key and the nonce, which no
 * network's policy admits. Put your hardware's attestation in its place.
 */
final class UnattestedEvaluator implements LossEvaluator {
  static final int KEY_BYTES = 32;

  private static final int KEPT_CHECKPOINTS = 2;

  private final Scheduler blocking;
  private final Clock clock;
  private final KeyPair key;
  private final SequencedMap<Digest, byte[]> checkpoints = new LinkedHashMap<>();
  private boolean closed;

  UnattestedEvaluator(Scheduler blocking, Clock clock) throws GeneralSecurityException {
    this.blocking = blocking;
    this.clock = clock;
    key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  /** The public key without the header that X.509 puts before it. */
  private byte[] publicKey() {
    byte[] encoded = key.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  @Override
  public Mono<Attestation> attest(Bytes nonce) {
    return call(
        () ->
            new Attestation(
                new Bytes(
                    ByteBuffer.allocate(KEY_BYTES + nonce.length())
                        .put(publicKey())
                        .put(nonce.buffer())
                        .array())));
  }

  @Override
  public Mono<Void> loadCheckpoint(BlobSource file) {
    return Flux.defer(file.content())
        .reduceWith(
            () -> ByteBuffer.allocate(Math.toIntExact(file.length())), UnattestedEvaluator::append)
        .flatMap(bytes -> call(() -> keep(bytes.array())))
        .then();
  }

  private static ByteBuffer append(ByteBuffer all, ByteBuffer next) {
    if (next.remaining() > all.remaining()) {
      throw new HubException(
          ErrorCode.CHECKPOINT_INVALID, "the checkpoint has more bytes than announced");
    }
    return all.put(next.duplicate());
  }

  /** Under the root computed here, whatever its sender believes. */
  private Digest keep(byte[] file) throws IOException {
    Digest root = CheckpointTree.of(channel(file)).root();
    checkpoints.putLast(root, file);
    if (checkpoints.size() > KEPT_CHECKPOINTS) {
      checkpoints.pollFirstEntry();
    }
    return root;
  }

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  @Override
  public Mono<SignedScoreReport> evaluate(EvaluationRequest request) {
    return call(() -> signed(report(request)));
  }

  private ScoreReport report(EvaluationRequest request) throws IOException {
    byte[] file = checkpoints.get(request.baseRoot());
    if (file == null) {
      throw new HubException(
          ErrorCode.ENCLAVE_REFUSED,
          "no checkpoint with root " + request.baseRoot() + " is loaded");
    }
    ModelSpec model = request.parameters().model().spec();
    try (Arena arena = Arena.ofShared();
        StrictEvaluator evaluator = new StrictEvaluator(model, 1)) {
      MemorySegment parameters = arena.allocate(model.parameters() * Float.BYTES);
      CheckpointFile.read(channel(file), model, parameters);
      return new ScoreReport(
          request.network(),
          request.validator(),
          request.enclaveEpoch(),
          request.window(),
          StrictEvaluator.NAME,
          request.baseRoot(),
          request.parameters().data().root(),
          request.assignmentSeed(),
          request.evaluationSeed(),
          WindowScorer.score(request, parameters, evaluator));
    }
  }

  private SignedScoreReport signed(ScoreReport report) throws GeneralSecurityException {
    long timestampMs = clock.millis();
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key.getPrivate());
    signature.update(ScoreMessage.intentBytes(report, timestampMs));
    return new SignedScoreReport(report, timestampMs, new Bytes(signature.sign()));
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(this::end).subscribeOn(blocking);
  }

  private synchronized void end() {
    closed = true;
    checkpoints.clear();
  }

  private <T> Mono<T> call(Callable<T> work) {
    return Mono.fromCallable(() -> open(work)).subscribeOn(blocking);
  }

  private synchronized <T> T open(Callable<T> work) throws Exception {
    if (closed) {
      throw new HubException(ErrorCode.ENCLAVE_UNAVAILABLE, "evaluator '${artifactId}' was closed");
    }
    return work.call();
  }
}

package io.vramhub.kernel.fake;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An enclave with a real key and invented gains: a readable gradient gains by its norm, the same on
 * every such enclave. What it cannot open gets the verdict a real one would give.
 */
public final class FakeEvaluator implements LossEvaluator {
  private static final byte[] PREFIX = "attestation:".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private KeyPair key = newKey();
  private final Set<Digest> loaded = new HashSet<>();
  private final List<EvaluationRequest> requests = new java.util.ArrayList<>();
  private boolean down;

  /** Every request that was scored. */
  public List<EvaluationRequest> requests() {
    return requests;
  }

  /** Comes back with a new key and no checkpoint, as a restarted enclave does. */
  public void restart() {
    key = newKey();
    loaded.clear();
  }

  /** Answers nothing until told otherwise. */
  public void setDown(boolean isDown) {
    down = isDown;
  }

  static Bytes publicKey(Attestation document) {
    return new Bytes(
        Arrays.copyOfRange(document.document().array(), PREFIX.length, PREFIX.length + KEY_BYTES));
  }

  @Override
  public Mono<Attestation> attest(Bytes nonce) {
    return guarded(
        Mono.fromSupplier(
            () -> {
              byte[] encoded = key.getPublic().getEncoded();
              byte[] document = Arrays.copyOf(PREFIX, PREFIX.length + KEY_BYTES + nonce.length());
              System.arraycopy(
                  encoded, encoded.length - KEY_BYTES, document, PREFIX.length, KEY_BYTES);
              System.arraycopy(
                  nonce.array(), 0, document, PREFIX.length + KEY_BYTES, nonce.length());
              return new Attestation(new Bytes(document));
            }));
  }

  @Override
  public Mono<Void> loadCheckpoint(BlobSource file) {
    return guarded(
        BoundedBytes.collect(Flux.defer(file.content()), file.length())
            .doOnNext(bytes -> loaded.add(root(bytes)))
            .then());
  }

  private static Digest root(Bytes file) {
    try {
      return CheckpointTree.of(Channels.newChannel(new ByteArrayInputStream(file.array()))).root();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Mono<SignedScoreReport> evaluate(EvaluationRequest request) {
    return guarded(Mono.fromCallable(() -> score(request)));
  }

  private SignedScoreReport score(EvaluationRequest request) throws GeneralSecurityException {
    if (!loaded.contains(request.baseRoot())) {
      throw new HubException(ErrorCode.ENCLAVE_REFUSED, "checkpoint not loaded");
    }
    requests.add(request);
    ScoreReport report =
        new ScoreReport(
            request.network(),
            request.validator(),
            request.enclaveEpoch(),
            request.window(),
            request.parameters().scoring().evaluator(),
            request.baseRoot(),
            request.parameters().data().root(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            request.candidates().stream().map(candidate -> entry(request, candidate)).toList());
    long timestamp = 1_000;
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key.getPrivate());
    signature.update(ScoreMessage.intentBytes(report, timestamp));
    return new SignedScoreReport(report, timestamp, new Bytes(signature.sign()));
  }

  private static ScoreEntry entry(EvaluationRequest request, Candidate candidate) {
    if (candidate.stored().isEmpty()) {
      return verdict(candidate, Verdict.MISSING);
    }
    byte[] stored = candidate.stored().get().array();
    if (!Digest.sha256(stored).equals(candidate.contentHash())) {
      return verdict(candidate, Verdict.HASH_MISMATCH);
    }
    boolean repeated =
        request.candidates().stream()
            .anyMatch(
                other ->
                    other.order() < candidate.order()
                        && other.contentHash().equals(candidate.contentHash()));
    if (repeated) {
      return verdict(candidate, Verdict.DUPLICATE);
    }
    if (candidate.dataKey().isEmpty()) {
      return verdict(candidate, Verdict.MALFORMED);
    }
    try {
      byte[] opened = PayloadEnvelope.parse(stored).open(candidate.dataKey().get());
      GradientPayload payload = GradientPayload.read(opened, request.parameters().model());
      long gain = 1_000_000 + (long) (payload.gradient().squaredNorm() * 1e6);
      return new ScoreEntry(
          candidate.miner(),
          candidate.contentHash(),
          Verdict.ACCEPTED,
          new NanoNats(gain),
          new NanoNats(2 * gain));
    } catch (PayloadException e) {
      return verdict(candidate, e.verdict());
    }
  }

  private static ScoreEntry verdict(Candidate candidate, Verdict verdict) {
    return new ScoreEntry(
        candidate.miner(), candidate.contentHash(), verdict, NanoNats.ZERO, NanoNats.ZERO);
  }

  private <T> Mono<T> guarded(Mono<T> work) {
    return Mono.defer(
        () ->
            down ? Mono.error(new HubException(ErrorCode.ENCLAVE_UNAVAILABLE, "no answer")) : work);
  }

  private static KeyPair newKey() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}

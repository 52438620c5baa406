package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.protocol.message.ScoreMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * What every {@link LossEvaluator} owes: reports on exactly what was asked, signed under the key it
 * attests. It evaluates {@link TinyNetwork}, with an enclave that was just started for every test.
 */
public interface LossEvaluatorContract extends ServiceContract<LossEvaluator> {
  @Override
  LossEvaluator.Provider provider();

  /**
   * The key that the document names, once the document has been found sound: admitted by the policy
   * that the enclave is to satisfy, and an answer to this nonce. Anything else fails the test.
   */
  Bytes attestedKey(Attestation attestation, Bytes nonce);

  @Override
  default Map<String, Supplier<Publisher<?>>> calls(LossEvaluator evaluator) {
    TinyNetwork network = new TinyNetwork();
    EvaluationRequest request = loaded(evaluator, network);
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put("attest", () -> evaluator.attest(Bytes.EMPTY));
    calls.put(
        "loadCheckpoint", () -> evaluator.loadCheckpoint(BlobSource.of(network.checkpoint())));
    calls.put("evaluate", () -> evaluator.evaluate(request));
    return calls;
  }

  private EvaluationRequest loaded(LossEvaluator evaluator, TinyNetwork network) {
    byte[] checkpoint = network.checkpoint();
    Signals.completes(evaluator.loadCheckpoint(Blobs.chunked(checkpoint, 997)));
    return network.request(TinyNetwork.root(checkpoint));
  }

  @Test
  default void attestsOneKeyUnderEveryNonce(LossEvaluator evaluator) {
    List<Bytes> keys = new ArrayList<>();
    for (Bytes nonce : List.of(Bytes.ofHex("00"), Bytes.ofHex("00112233"), Bytes.ofHex("0011"))) {
      keys.add(attestedKey(Signals.value(evaluator.attest(nonce)), nonce));
    }
    assertThat(keys).doesNotContainNull().containsOnly(keys.getFirst());
  }

  @Test
  default void reportsOnWhatWasAskedAndOnNothingElse(LossEvaluator evaluator) {
    EvaluationRequest request = loaded(evaluator, new TinyNetwork());
    ScoreReport report = Signals.value(evaluator.evaluate(request)).report();
    assertThat(report)
        .isEqualTo(
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
                report.entries()));
    assertThat(report.entries())
        .extracting(ScoreEntry::miner)
        .containsExactlyElementsOf(
            request.candidates().stream().map(EvaluationRequest.Candidate::miner).toList());
    assertThat(report.entries())
        .extracting(ScoreEntry::verdict)
        .containsExactly(Verdict.ACCEPTED, Verdict.MISSING);
  }

  /** The strict evaluator gives the same numbers on every machine. */
  @Test
  default void measuresToTheBit(LossEvaluator evaluator) {
    EvaluationRequest request = loaded(evaluator, new TinyNetwork());
    ScoreEntry scored = Signals.value(evaluator.evaluate(request)).report().entries().getFirst();
    assertThat(scored.heldoutGain()).isEqualTo(new NanoNats(TinyNetwork.HELDOUT_GAIN));
    assertThat(scored.assignedGain()).isEqualTo(new NanoNats(TinyNetwork.ASSIGNED_GAIN));
  }

  @Test
  default void signsUnderTheAttestedKey(LossEvaluator evaluator) {
    Bytes nonce = Bytes.ofHex("0123");
    Bytes key = attestedKey(Signals.value(evaluator.attest(nonce)), nonce);
    EvaluationRequest request = loaded(evaluator, new TinyNetwork());
    SignedScoreReport signed = Signals.value(evaluator.evaluate(request));
    byte[] message = ScoreMessage.intentBytes(signed.report(), signed.timestampMs());
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, new Ed25519PublicKeyParameters(key.array()));
    verifier.update(message, 0, message.length);
    assertThat(verifier.verifySignature(signed.signature().array())).isTrue();
  }

  @Test
  default void reportsTheSameWhenItIsAskedAgain(LossEvaluator evaluator) {
    EvaluationRequest request = loaded(evaluator, new TinyNetwork());
    SignedScoreReport first = Signals.value(evaluator.evaluate(request));
    assertThat(Signals.value(evaluator.evaluate(request)).report()).isEqualTo(first.report());
  }

  @Test
  default void refusesACheckpointItWasNotGiven(LossEvaluator evaluator) {
    TinyNetwork network = new TinyNetwork();
    EvaluationRequest request = network.request(TinyNetwork.root(network.checkpoint()));
    Signals.refusal(evaluator.evaluate(request), ErrorCode.ENCLAVE_REFUSED);
    loaded(evaluator, network);
    Signals.refusal(evaluator.evaluate(network.request(Digest.ZERO)), ErrorCode.ENCLAVE_REFUSED);
    Signals.completes(evaluator.evaluate(request));
  }

  @Test
  default void refusesPagesThatAreNotTheDrawnOnes(LossEvaluator evaluator) {
    TinyNetwork network = new TinyNetwork();
    EvaluationRequest request = loaded(evaluator, network);
    Signals.refusal(
        evaluator.evaluate(network.with(request, request.heldout().reversed())),
        ErrorCode.ENCLAVE_REFUSED);
    Signals.refusal(
        evaluator.evaluate(network.with(request, List.of())), ErrorCode.ENCLAVE_REFUSED);
  }

  @Test
  default void passesOnTheErrorOfAFileAndReadsItAnew(LossEvaluator evaluator) {
    TinyNetwork network = new TinyNetwork();
    byte[] file = network.checkpoint();
    AtomicInteger readings = new AtomicInteger();
    Supplier<Flux<ByteBuffer>> content =
        () ->
            readings.getAndIncrement() == 0
                ? Flux.just(ByteBuffer.wrap(file, 0, 100))
                    .concatWith(
                        Flux.error(
                            new HubException(ErrorCode.STORAGE_UNAVAILABLE, "the source broke")))
                : Flux.just(ByteBuffer.wrap(file));
    BlobSource source = new BlobSource(file.length, Digest.sha256(file), content);
    Signals.refusal(evaluator.loadCheckpoint(source), ErrorCode.STORAGE_UNAVAILABLE);
    Signals.completes(evaluator.loadCheckpoint(source));
    Signals.completes(evaluator.evaluate(network.request(TinyNetwork.root(file))));
  }
}

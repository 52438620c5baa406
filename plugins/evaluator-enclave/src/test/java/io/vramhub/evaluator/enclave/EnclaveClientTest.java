package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.EvaluationMessage;
import io.vramhub.tck.EvaluationRequests;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

final class EnclaveClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final EvaluationRequest REQUEST = EvaluationRequests.of(2, 4, Digest.ZERO);

  private ScriptedEnclave enclave;
  private EnclaveClient client;

  @BeforeEach
  void start() throws Exception {
    enclave = new ScriptedEnclave();
    client = client(Duration.ofSeconds(10));
  }

  @AfterEach
  void stop() {
    StepVerifier.create(client.close()).expectComplete().verify(LIMIT);
    StepVerifier.create(client.close()).expectComplete().verify(LIMIT);
    enclave.close();
  }

  @Test
  void isReadyWhenAnEnclaveAnswers() {
    enclave.on("/health_check", ScriptedEnclave.answer(200, "{\"pk\":\"00\"}"));

    StepVerifier.create(client.ready()).expectComplete().verify(LIMIT);
  }

  @Test
  void handsOnReportsSignedUnderTheAttestedKey() throws Exception {
    SignedScoreReport scores = enclave.sign(REQUEST, REQUEST.enclaveEpoch());
    enclave.on(
        "/process_data", ScriptedEnclave.answer(200, EvaluationMessage.encodeScores(scores)));

    StepVerifier.create(client.evaluate(REQUEST)).expectNext(scores).expectComplete().verify(LIMIT);
    StepVerifier.create(client.evaluate(REQUEST)).expectNext(scores).expectComplete().verify(LIMIT);
    assertThat(enclave.requests)
        .containsExactly("GET /get_attestation", "POST /process_data", "POST /process_data");
  }

  @Test
  void withholdsReportsOfAnotherKey() throws Exception {
    SignedScoreReport scores = enclave.sign(REQUEST, REQUEST.enclaveEpoch());
    enclave.on(
        "/process_data", ScriptedEnclave.answer(200, EvaluationMessage.encodeScores(scores)));
    for (Bytes key : List.of(new Bytes(new byte[32]), new Bytes(new byte[31]))) {
      enclave.on("/get_attestation", ScriptedEnclave.attestation(key, Optional.empty()));
      StepVerifier.create(client.attest(Bytes.EMPTY))
          .expectNextCount(1)
          .expectComplete()
          .verify(LIMIT);

      assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_UNAVAILABLE, "register it again");
    }
  }

  @Test
  void withholdsReportsOnAnotherQuestion() throws Exception {
    SignedScoreReport scores = enclave.sign(REQUEST, REQUEST.enclaveEpoch() + 1);
    enclave.on(
        "/process_data", ScriptedEnclave.answer(200, EvaluationMessage.encodeScores(scores)));

    assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_REFUSED, "another question");
  }

  @Test
  void refusesDocumentsThatAnswerAnotherNonce() {
    Bytes asked = Bytes.ofHex("0102");
    enclave.on(
        "/get_attestation",
        ScriptedEnclave.attestation(enclave.publicKey(), Optional.of(Bytes.ofHex("0103"))));

    assertFails(client.attest(asked), ErrorCode.ATTESTATION_INVALID, "another nonce");
    enclave.on(
        "/get_attestation", ScriptedEnclave.attestation(enclave.publicKey(), Optional.of(asked)));
    StepVerifier.create(client.attest(asked)).expectNextCount(1).expectComplete().verify(LIMIT);
  }

  @Test
  void tellsWhatPassesFromWhatDoesNot() {
    for (int status : new int[] {429, 502, 503, 504}) {
      enclave.on("/process_data", ScriptedEnclave.answer(status, "{\"error\":\"Come back.\"}"));
      assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_UNAVAILABLE, "Come back.");
    }
    for (int status : new int[] {400, 409, 422, 500, 301, 204}) {
      enclave.on("/process_data", ScriptedEnclave.answer(status, ""));
      assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_REFUSED, "answered " + status);
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    enclave.close();

    assertFails(client.ready(), ErrorCode.ENCLAVE_UNAVAILABLE, enclave.endpoint().toString());
    assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_UNAVAILABLE, "Check that it runs");
  }

  @Test
  void givesUpOnAnEnclaveThatHangs() {
    CountDownLatch never = new CountDownLatch(1);
    enclave.on(
        "/health_check",
        _ -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    EnclaveClient impatient = client(Duration.ofMillis(200));

    assertFails(impatient.ready(), ErrorCode.ENCLAVE_UNAVAILABLE, "timed out");
    StepVerifier.create(impatient.close()).expectComplete().verify(LIMIT);
  }

  @Test
  void refusesAnswersThatAreNoEnclaves() {
    for (String body : List.of("", "Pong!", "[]", "{\"pk\":", "{}", "{\"pk\":{}}")) {
      enclave.on("/health_check", ScriptedEnclave.answer(200, body));
      assertFails(client.ready(), ErrorCode.ENCLAVE_REFUSED, "is not an enclave");
    }
    for (String body : List.of("{\"attestation\":\"xyz\"}", "{\"attestation\":1.5}")) {
      enclave.on("/get_attestation", ScriptedEnclave.answer(200, body));
      assertFails(client.attest(Bytes.EMPTY), ErrorCode.ENCLAVE_REFUSED, "is not an enclave");
    }
    enclave.on("/get_attestation", ScriptedEnclave.answer(200, "{\"attestation\":\"a0\"}"));
    assertFails(client.attest(Bytes.EMPTY), ErrorCode.ATTESTATION_INVALID, "cannot be read");
  }

  @Test
  void refusesScoresThatAreNotBcs() {
    enclave.on("/process_data", ScriptedEnclave.answer(200, new byte[] {1, 2, 3}));

    assertFails(client.evaluate(REQUEST), ErrorCode.MESSAGE_INVALID, "signed scores");
  }

  @Test
  void readsNoAnswerBeyondItsLimit() {
    enclave.on("/process_data", ScriptedEnclave.answer(200, new byte[(16 << 20) + 1]));

    assertFails(client.evaluate(REQUEST), ErrorCode.ENCLAVE_UNAVAILABLE, "does not answer");
  }

  @Test
  void uploadsACheckpointOnceAndAsksAfterwards() {
    Digest root = Digest.sha256(new byte[] {9});
    BlobSource file = BlobSource.of(new byte[100_000]);
    enclave.on("/checkpoint", ScriptedEnclave.answer(200, "{\"root\":\"" + root.hex() + "\"}"));
    enclave.on("/checkpoint/" + root.hex(), ScriptedEnclave.answer(200, ""));

    StepVerifier.create(client.loadCheckpoint(file)).expectComplete().verify(LIMIT);
    StepVerifier.create(client.loadCheckpoint(file)).expectComplete().verify(LIMIT);
    enclave.on("/checkpoint/" + root.hex(), ScriptedEnclave.answer(404, ""));
    StepVerifier.create(client.loadCheckpoint(file)).expectComplete().verify(LIMIT);

    assertThat(enclave.requests)
        .containsExactly(
            "PUT /checkpoint",
            "HEAD /checkpoint/" + root.hex(),
            "HEAD /checkpoint/" + root.hex(),
            "PUT /checkpoint");
  }

  @Test
  void keepsTheErrorOfTheStorageAnUploadComesFrom() {
    enclave.on("/checkpoint", ScriptedEnclave.answer(200, "{}"));
    BlobSource broken =
        new BlobSource(
            1_000,
            Digest.ZERO,
            () ->
                Flux.concat(
                    Mono.just(ByteBuffer.allocate(10)),
                    Mono.error(
                        new HubException(ErrorCode.STORAGE_UNAVAILABLE, "The disk is away."))));

    assertFails(client.loadCheckpoint(broken), ErrorCode.STORAGE_UNAVAILABLE, "The disk is away.");
  }

  private EnclaveClient client(Duration timeout) {
    return new EnclaveClient(
        EnclaveClientSettings.from(
            ConfigFactory.parseString(
                "endpoint = \""
                    + enclave.endpoint()
                    + "\", timeout = "
                    + timeout.toMillis()
                    + "ms")),
        Schedulers.boundedElastic());
  }

  private static void assertFails(Mono<?> mono, ErrorCode code, String sentence) {
    StepVerifier.create(mono)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        HubException.class,
                        e -> assertThat(e.code()).as(e.toString()).isEqualTo(code))
                    .hasMessageContaining(sentence))
        .verify(LIMIT);
  }
}

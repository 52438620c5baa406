package io.vramhub.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.attestation.Admission;
import io.vramhub.attestation.AttestationVerifier;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.protocol.message.EvaluationMessage;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TinyNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EnclaveServerTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SoftwareRoot ROOT = SoftwareRoot.generate(NOW, RANDOM);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final FakeScorer scorer = new FakeScorer();
  private final EnclaveServer server =
      EnclaveServer.start(
          new EnclaveSettings(
              EnclaveSettings.local(1, Attestor.software(ROOT, CLOCK), CLOCK, RANDOM).listen(),
              1,
              4_096,
              8_192,
              Attestor.software(ROOT, CLOCK),
              CLOCK,
              RANDOM),
          scorer);

  @AfterEach
  void close() {
    server.close();
    assertThat(scorer.closed).isTrue();
  }

  @AfterAll
  static void closeClient() {
    HTTP.close();
  }

  @Test
  void answersPong() throws Exception {
    assertThat(get("/").body()).asString(StandardCharsets.UTF_8).isEqualTo("Pong!");
  }

  @Test
  void saysItsKeyAndWhatItHolds() throws Exception {
    Digest root = upload(EvaluationRequests.filled(10, 3));

    var health = json(get("/health_check"));
    assertThat(health.getString("pk")).isEqualTo(server.publicKey().hex());
    assertThat(health.getStringList("checkpoints")).containsExactly(root.hex());
    assertThat(health.getString("evaluator")).isEqualTo("strict-f32/1");
    assertThat(health.getBoolean("evaluating")).isFalse();
  }

  @Test
  void attestsItsKeyAndTheNonceUnderItsOwnMeasurement() throws Exception {
    Bytes nonce = EvaluationRequests.filled(32, 5);
    String hex = json(get("/get_attestation?nonce=" + nonce.hex())).getString("attestation");
    AttestationPolicy policy =
        new AttestationPolicy(
            EnclaveKind.SOFTWARE, ROOT.certificate(), List.of(SoftwareMeasurement.current()));

    assertThat(
            new AttestationVerifier()
                .verify(new Attestation(Bytes.ofHex(hex)), policy, NOW.toEpochMilli()))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> {
              assertThat(admitted.kind()).isEqualTo(EnclaveKind.SOFTWARE);
              assertThat(admitted.publicKey()).isEqualTo(server.publicKey());
              assertThat(admitted.nonce()).contains(nonce);
            });
    assertThat(json(get("/get_attestation")).getString("attestation")).isNotEqualTo(hex);
  }

  @Test
  void everyStartHasAnotherKey() {
    try (EnclaveServer other =
        EnclaveServer.start(
            EnclaveSettings.local(1, Attestor.software(ROOT, CLOCK), CLOCK, RANDOM),
            new FakeScorer())) {
      assertThat(other.publicKey()).isNotEqualTo(server.publicKey());
    }
  }

  @Test
  void keepsTheNewestTwoCheckpoints() throws Exception {
    Digest first = upload(EvaluationRequests.filled(4_096, 1));
    Digest second = upload(EvaluationRequests.filled(1, 2));
    assertThat(held(first)).isEqualTo(200);

    // Uploading the first again makes it the newest, so the second goes.
    upload(EvaluationRequests.filled(4_096, 1));
    Digest third = upload(EvaluationRequests.filled(2, 3));

    assertThat(List.of(held(first), held(second), held(third))).containsExactly(200, 404, 200);
    assertThat(first).isEqualTo(TinyNetwork.root(EvaluationRequests.filled(4_096, 1).array()));
  }

  @Test
  void signsWhatItMeasuredUnderItsKey() throws Exception {
    EvaluationRequest request =
        EvaluationRequests.of(1, 9, upload(EvaluationRequests.filled(10, 42)));
    SignedScoreReport scores = scores(request);

    assertThat(scores.timestampMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(scores.report().network()).isEqualTo(request.network());
    assertThat(scores.report().validator()).isEqualTo(request.validator());
    assertThat(scores.report().enclaveEpoch()).isEqualTo(request.enclaveEpoch());
    assertThat(scores.report().window()).isEqualTo(request.window());
    assertThat(scores.report().evaluator()).isEqualTo("strict-f32/1");
    assertThat(scores.report().baseRoot()).isEqualTo(request.baseRoot());
    assertThat(scores.report().datasetRoot()).isEqualTo(request.parameters().data().root());
    assertThat(scores.report().assignmentSeed()).isEqualTo(request.assignmentSeed());
    assertThat(scores.report().evaluationSeed()).isEqualTo(request.evaluationSeed());
    assertThat(scores.report().entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.heldoutGain().value()).isEqualTo(42);
              assertThat(entry.assignedGain().value()).isEqualTo(-9);
            });
    assertThat(verifies(scores, server.publicKey())).isTrue();
    assertThat(
            verifies(
                new SignedScoreReport(
                    scores.report(), scores.timestampMs() + 1, scores.signature()),
                server.publicKey()))
        .isFalse();
  }

  @Test
  void answersOneRequestTwiceWithTheSameBytes() throws Exception {
    EvaluationRequest request =
        EvaluationRequests.of(1, 9, upload(EvaluationRequests.filled(10, 42)));

    assertThat(post(request).body()).isEqualTo(post(request).body());
    assertThat(scorer.scored).hasValue(1);
  }

  @Test
  void neverSignsASecondMessageForOneWindow() throws Exception {
    Digest root = upload(EvaluationRequests.filled(10, 42));
    Digest other = upload(EvaluationRequests.filled(10, 43));
    scores(EvaluationRequests.of(1, 9, root));

    assertRefused(
        post(EvaluationRequests.of(1, 9, other)), 409, "signs no other message for window 9");
    assertRefused(
        post(EvaluationRequests.of(1, 8, root)), 409, "signs no other message for window 8");
    assertThat(scorer.scored).hasValue(1);
    assertThat(scores(EvaluationRequests.of(2, 9, root)).report().validator().value()).isEqualTo(2);
    assertThat(scores(EvaluationRequests.of(1, 10, other)).report().window().number())
        .isEqualTo(10);
    assertRefused(post(EvaluationRequests.of(1, 9, root)), 409, "has signed window 10");
  }

  @Test
  void aRefusedWindowMayBeAskedAgain() throws Exception {
    Digest root = upload(EvaluationRequests.filled(10, 42));
    scorer.failure =
        Optional.of(new HubException(ErrorCode.ENCLAVE_REFUSED, "Page 3 is not in the dataset."));
    assertRefused(post(EvaluationRequests.of(1, 9, root)), 422, "Page 3 is not in the dataset.");

    scorer.failure = Optional.empty();
    assertThat(scores(EvaluationRequests.of(1, 9, root)).report().entries()).hasSize(1);
  }

  @Test
  void aFailureInsideIsAnsweredAndSurvived() throws Exception {
    Digest root = upload(EvaluationRequests.filled(10, 42));
    scorer.failure = Optional.of(new IllegalStateException("a \"bug\"\n"));
    assertRefused(post(EvaluationRequests.of(1, 9, root)), 500, "a \"bug\"\n");

    scorer.failure = Optional.empty();
    assertThat(post(EvaluationRequests.of(1, 9, root)).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesWindowsOnACheckpointItDoesNotHold() throws Exception {
    upload(EvaluationRequests.filled(10, 42));

    assertRefused(post(EvaluationRequests.of(1, 9, Digest.ZERO)), 409, "holds no checkpoint");
    assertThat(scorer.scored).hasValue(0);
  }

  @Test
  void scoresOneWindowAtATimeAndStaysResponsive() throws Exception {
    Digest root = upload(EvaluationRequests.filled(10, 42));
    CountDownLatch gate = new CountDownLatch(1);
    scorer.gate = Optional.of(gate);
    CompletableFuture<HttpResponse<byte[]>> first =
        HTTP.sendAsync(request(EvaluationRequests.of(1, 9, root)), BodyHandlers.ofByteArray());
    scorer.started.await();

    assertRefused(post(EvaluationRequests.of(2, 9, root)), 503, "try again");
    assertThat(json(get("/health_check")).getBoolean("evaluating")).isTrue();
    // The file in use is displaced, and is still whole when the evaluation reads it.
    upload(EvaluationRequests.filled(10, 1));
    upload(EvaluationRequests.filled(10, 2));
    assertThat(held(root)).isEqualTo(404);
    gate.countDown();

    assertThat(
            EvaluationMessage.decodeScores(first.get().body())
                .report()
                .entries()
                .getFirst()
                .heldoutGain()
                .value())
        .isEqualTo(42);
    scorer.gate = Optional.empty();
  }

  @Test
  void refusesBodiesOverTheLimitsWithoutReadingThemIn() throws Exception {
    assertRefused(
        send("PUT", "/checkpoint", BodyPublishers.ofByteArray(new byte[4_097])),
        413,
        "1 to 4096 bytes");
    assertRefused(
        send("POST", "/process_data", BodyPublishers.ofByteArray(new byte[8_193])),
        413,
        "1 to 8192 bytes");
    assertRefused(send("PUT", "/checkpoint", BodyPublishers.noBody()), 413, "not 0");
    // Announced as ten terabytes: answered from the header alone.
    assertThat(raw("PUT /checkpoint HTTP/1.1\r\nHost: e\r\nContent-Length: 10000000000000\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(json(get("/health_check")).getStringList("checkpoints")).isEmpty();
  }

  @Test
  void refusesBodiesOfUnknownLength() throws Exception {
    assertRefused(
        send(
            "PUT",
            "/checkpoint",
            BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[10]))),
        411,
        "Content-Length");
  }

  @Test
  void keepsNothingOfAnUploadThatBreaksOff() throws Exception {
    assertThat(raw("PUT /checkpoint HTTP/1.1\r\nHost: e\r\nContent-Length: 100\r\n\r\nshort"))
        .isEmpty();
    assertThat(json(get("/health_check")).getStringList("checkpoints")).isEmpty();
    assertThat(held(upload(EvaluationRequests.filled(3, 3)))).isEqualTo(200);
  }

  @Test
  void refusesOtherPathsMethodsAndNonces() throws Exception {
    assertRefused(get("/admin"), 404, "nothing at this path");
    assertRefused(get("/process_data"), 405, "POST only");
    assertRefused(get("/checkpoint/" + Digest.ZERO.hex()), 405, "HEAD only");
    assertRefused(send("POST", "/", BodyPublishers.noBody()), 405, "GET only");
    assertRefused(get("/get_attestation?nonce=xyz"), 400, "hexadecimal");
    assertRefused(get("/get_attestation?nonce=" + "00".repeat(513)), 400, "512");
    assertRefused(get("/get_attestation?other=00"), 400, "nonce");
  }

  @Test
  void anyBytesAreAnsweredWithTheirFault() throws Exception {
    Random random = new Random(3);
    byte[] good = EvaluationMessage.encode(EvaluationRequests.of(1, 9, Digest.ZERO));
    for (int run = 0; run < 200; run++) {
      byte[] bytes = run % 2 == 0 ? new byte[1 + random.nextInt(400)] : good.clone();
      if (run % 2 == 0) {
        random.nextBytes(bytes);
      } else {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      HttpResponse<byte[]> response =
          send("POST", "/process_data", BodyPublishers.ofByteArray(bytes));

      assertThat(response.statusCode()).as("run " + run).isIn(400, 409, 422);
      assertThat(json(response).getString("error")).isNotBlank();
    }
    assertThat(scorer.scored).hasValue(0);
  }

  @Test
  void saysWhichAddressIsTaken() {
    EnclaveSettings settings =
        new EnclaveSettings(
            server.address(), 1, 1, 1, Attestor.software(ROOT, CLOCK), CLOCK, RANDOM);

    assertThatThrownBy(() -> EnclaveServer.start(settings, new FakeScorer()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_TAKEN))
        .hasMessageContaining(Integer.toString(server.address().getPort()));
  }

  private Digest upload(Bytes file) throws Exception {
    HttpResponse<byte[]> response =
        send("PUT", "/checkpoint", BodyPublishers.ofByteArray(file.array()));
    assertThat(response.statusCode()).isEqualTo(200);
    return Digest.ofHex(json(response).getString("root"));
  }

  private int held(Digest root) throws Exception {
    return send("HEAD", "/checkpoint/" + root.hex(), BodyPublishers.noBody()).statusCode();
  }

  private SignedScoreReport scores(EvaluationRequest request) throws Exception {
    HttpResponse<byte[]> response = post(request);
    assertThat(response.statusCode())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return EvaluationMessage.decodeScores(response.body());
  }

  private HttpResponse<byte[]> post(EvaluationRequest request) throws Exception {
    return HTTP.send(request(request), BodyHandlers.ofByteArray());
  }

  private HttpRequest request(EvaluationRequest request) {
    return HttpRequest.newBuilder(server.endpoint().resolve("/process_data"))
        .POST(BodyPublishers.ofByteArray(EvaluationMessage.encode(request)))
        .build();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return send("GET", path, BodyPublishers.noBody());
  }

  private HttpResponse<byte[]> send(String method, String path, BodyPublisher body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(server.endpoint().resolve(path)).method(method, body).build(),
        BodyHandlers.ofByteArray());
  }

  /** Sends bytes, ends the sending side, and returns the answer. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      OutputStream output = socket.getOutputStream();
      output.write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static com.typesafe.config.Config json(HttpResponse<byte[]> response) {
    return ConfigFactory.parseString(new String(response.body(), StandardCharsets.UTF_8));
  }

  private static void assertRefused(HttpResponse<byte[]> response, int status, String sentence) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).getString("error")).contains(sentence);
  }

  static boolean verifies(SignedScoreReport scores, Bytes publicKey) throws Exception {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(
                    HexFormat.of().parseHex("302a300506032b6570032100" + publicKey.hex()))));
    verifier.update(ScoreMessage.intentBytes(scores.report(), scores.timestampMs()));
    return verifier.verify(scores.signature().array());
  }
}

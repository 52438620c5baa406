package io.vramhub.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.evaluation.WindowScorer;
import io.vramhub.protocol.message.EvaluationMessage;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TinyNetwork;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The enclave with its true arithmetic, and hosts that are honest or not (attacks 17). */
final class EnclaveStoryTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Attestor ATTESTOR =
      Attestor.software(SoftwareRoot.generate(NOW, RANDOM), InstantSource.fixed(NOW));

  private final TinyNetwork network = new TinyNetwork();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final EnclaveServer server =
      EnclaveServer.start(EnclaveSettings.local(2, ATTESTOR, InstantSource.fixed(NOW), RANDOM));

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  @Test
  void signsWhatAnyoneRecomputes() throws Exception {
    byte[] file = network.checkpoint();
    upload(file);
    EvaluationRequest request = network.request(TinyNetwork.root(file));

    HttpResponse<byte[]> response = post(request);

    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    SignedScoreReport scores = EvaluationMessage.decodeScores(response.body());
    List<ScoreEntry> recomputed;
    try (StrictEvaluator evaluator = new StrictEvaluator(EvaluationRequests.SPEC, 1)) {
      recomputed = WindowScorer.score(request, network.base(), evaluator);
    }
    assertThat(scores.report().entries()).isEqualTo(recomputed);
    assertThat(recomputed)
        .extracting(ScoreEntry::verdict)
        .containsExactly(Verdict.ACCEPTED, Verdict.MISSING);
    assertThat(recomputed.getFirst().heldoutGain().value()).isNotZero();
    assertThat(EnclaveServerTest.verifies(scores, server.publicKey())).isTrue();
  }

  @Test
  void scoresWindowAfterWindowFromTheSameCheckpoint() throws Exception {
    byte[] file = network.checkpoint();
    upload(file);
    EvaluationRequest request = network.request(TinyNetwork.root(file));
    EvaluationRequest asAnother =
        new EvaluationRequest(
            request.network(),
            request.parameters(),
            new ValidatorUid(2),
            request.enclaveEpoch(),
            request.window(),
            request.baseRoot(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            request.heldout(),
            request.candidates());

    assertThat(EvaluationMessage.decodeScores(post(asAnother).body()).report().entries())
        .isEqualTo(EvaluationMessage.decodeScores(post(request).body()).report().entries());
  }

  @Test
  void aForgedCheckpointNeverPassesForTheAnchoredOne() throws Exception {
    Digest anchored = TinyNetwork.root(network.checkpoint());
    byte[] forged = network.checkpoint();
    forged[forged.length - 1] ^= 1;
    upload(forged);

    assertThat(post(network.request(anchored)).statusCode()).isEqualTo(409);
    // Under its own root it is scored, and the root in the report tells the chain.
    HttpResponse<byte[]> own = post(network.request(TinyNetwork.root(forged)));
    assertThat(EvaluationMessage.decodeScores(own.body()).report().baseRoot())
        .isEqualTo(TinyNetwork.root(forged))
        .isNotEqualTo(anchored);
  }

  @Test
  void refusesFilesThatAreNoCheckpointOfTheModel() throws Exception {
    for (byte[] file :
        List.of(
            new byte[] {1},
            new byte[100_000],
            "x".repeat(50).getBytes(StandardCharsets.US_ASCII))) {
      upload(file);

      assertThat(post(network.request(TinyNetwork.root(file))).statusCode()).isEqualTo(422);
    }
  }

  @Test
  void refusesHostsThatOmitOrSwapOrForgePages() throws Exception {
    byte[] file = network.checkpoint();
    upload(file);
    EvaluationRequest honest = network.request(TinyNetwork.root(file));
    List<ProvenPage> omitted = honest.heldout().subList(1, honest.heldout().size());
    List<ProvenPage> swapped = honest.heldout().reversed();
    List<ProvenPage> foreign = network.proven(new long[] {0, 1, 2, 3});
    List<ProvenPage> forged = new ArrayList<>(honest.heldout());
    ProvenPage first = honest.heldout().getFirst();
    byte[] tokens = first.tokens().array();
    tokens[0] ^= 1;
    forged.set(0, new ProvenPage(first.index(), new Bytes(tokens), first.path()));

    for (List<ProvenPage> pages : List.of(omitted, swapped, foreign, forged)) {
      HttpResponse<byte[]> refused = post(network.with(honest, pages));
      assertThat(refused.statusCode()).as(text(refused)).isEqualTo(422);
      assertThat(text(refused)).contains("held-out pages");
    }
    assertThat(post(honest).statusCode()).as("nothing was signed before").isEqualTo(200);
  }

  @Test
  void refusesNetworksThatScoreWithAnotherEvaluator() throws Exception {
    byte[] file = network.checkpoint();
    upload(file);
    HttpResponse<byte[]> refused =
        post(
            network.with(
                network.request(TinyNetwork.root(file)),
                EvaluationRequests.parameters(network.parameters().data().root(), "strict-f32/2")));

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(text(refused)).contains("strict-f32/2");
  }

  private void upload(byte[] file) throws Exception {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(server.endpoint().resolve("/checkpoint"))
                .PUT(BodyPublishers.ofByteArray(file))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(text(response)).isEqualTo("{\"root\":\"" + TinyNetwork.root(file) + "\"}");
  }

  private HttpResponse<byte[]> post(EvaluationRequest request) throws Exception {
    return http.send(
        HttpRequest.newBuilder(server.endpoint().resolve("/process_data"))
            .POST(BodyPublishers.ofByteArray(EvaluationMessage.encode(request)))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}

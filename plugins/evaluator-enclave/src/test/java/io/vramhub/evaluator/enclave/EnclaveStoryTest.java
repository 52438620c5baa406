package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.attestation.Admission;
import io.vramhub.attestation.AttestationVerifier;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.enclave.Attestor;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.enclave.EnclaveSettings;
import io.vramhub.enclave.SoftwareMeasurement;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.message.ModelSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The plugin, opened as the host opens it, and a true enclave. */
final class EnclaveStoryTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SoftwareRoot ROOT = SoftwareRoot.generate(NOW, RANDOM);
  private static final Attestor ATTESTOR = Attestor.software(ROOT, InstantSource.fixed(NOW));

  @TempDir private Path directory;

  private final byte[] checkpoint = checkpoint();
  private final Digest checkpointRoot = root(checkpoint);
  private final AtomicInteger uploads = new AtomicInteger();
  private EnclaveServer server;
  private LossEvaluator evaluator;

  @BeforeEach
  void open() {
    server = EnclaveServer.start(settings());
    evaluator = get(new EnclaveEvaluatorProvider().open(context(server)));
  }

  @AfterEach
  void close() {
    StepVerifier.create(evaluator.close()).expectComplete().verify(LIMIT);
    server.close();
  }

  @Test
  void attestsLoadsAndScores() {
    StepVerifier.create(evaluator.ready()).expectComplete().verify(LIMIT);
    Bytes nonce = Bytes.ofHex("00112233");
    Attestation attestation = get(evaluator.attest(nonce));
    load();
    load();
    EvaluationRequest request = request(5);
    SignedScoreReport scores = get(evaluator.evaluate(request));

    assertThat(
            new AttestationVerifier()
                .verify(
                    attestation,
                    new AttestationPolicy(
                        EnclaveKind.SOFTWARE,
                        ROOT.certificate(),
                        List.of(SoftwareMeasurement.current())),
                    NOW.toEpochMilli()))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> {
              assertThat(admitted.publicKey()).isEqualTo(server.publicKey());
              assertThat(ReportSignature.verifies(scores, admitted.publicKey())).isTrue();
            });
    assertThat(scores.report().baseRoot()).isEqualTo(checkpointRoot);
    assertThat(uploads).as("the second load only asks").hasValue(1);
    assertThat(get(evaluator.evaluate(request))).isEqualTo(scores);
  }

  @Test
  void saysWhyTheEnclaveRefused() {
    assertFails(evaluator.evaluate(request(5)), ErrorCode.ENCLAVE_REFUSED, "holds no checkpoint");
    load();
    get(evaluator.evaluate(request(5)));
    assertFails(
        evaluator.evaluate(request(4)), ErrorCode.ENCLAVE_REFUSED, "signs no other message");
    EvaluationRequest honest = request(6);
    assertFails(
        evaluator.evaluate(
            Requests.of(
                honest.window(),
                checkpointRoot,
                honest.parameters(),
                honest.heldout().subList(1, 4))),
        ErrorCode.ENCLAVE_REFUSED,
        "held-out pages");
  }

  @Test
  void noticesThatTheEnclaveWasRestarted() {
    get(evaluator.attest(Bytes.EMPTY));
    load();
    server.close();
    assertFails(evaluator.evaluate(request(5)), ErrorCode.ENCLAVE_UNAVAILABLE, "does not answer");

    EnclaveSettings same = settings();
    server =
        EnclaveServer.start(
            new EnclaveSettings(
                server.address(),
                same.threads(),
                same.maximumCheckpointBytes(),
                same.maximumRequestBytes(),
                same.attestor(),
                same.clock(),
                same.random()));
    load();
    assertThat(uploads).as("the new enclave holds nothing").hasValue(2);
    assertFails(evaluator.evaluate(request(5)), ErrorCode.ENCLAVE_UNAVAILABLE, "register it again");
    get(evaluator.attest(Bytes.EMPTY));
    assertThat(get(evaluator.evaluate(request(5))).report().window()).isEqualTo(new WindowId(5));
  }

  private void load() {
    // In pieces of odd size, as a storage would deliver them.
    BlobSource file =
        new BlobSource(
            checkpoint.length,
            Digest.sha256(checkpoint),
            () -> {
              uploads.incrementAndGet();
              return Flux.range(0, (checkpoint.length + 996) / 997)
                  .map(
                      piece ->
                          ByteBuffer.wrap(
                              checkpoint,
                              piece * 997,
                              Math.min(997, checkpoint.length - piece * 997)));
            });
    StepVerifier.create(evaluator.loadCheckpoint(file)).expectComplete().verify(LIMIT);
  }

  private EvaluationRequest request(long window) {
    PageTree tree = PageTree.build(Requests.PAGES, EnclaveStoryTest::page);
    var parameters = Requests.parameters(tree.root());
    List<ProvenPage> heldout = new ArrayList<>();
    for (long page :
        PageAssignment.heldoutEvaluation(Requests.NETWORK, parameters, Requests.EVALUATION_SEED)) {
      heldout.add(new ProvenPage(page, new Bytes(page(page)), tree.path(page)));
    }
    return Requests.of(new WindowId(window), checkpointRoot, parameters, heldout);
  }

  private static byte[] page(long index) {
    byte[] page = new byte[32];
    for (int token = 0; token < page.length; token += 2) {
      page[token] = (byte) ((index + token) % Requests.SPEC.vocabulary());
    }
    return page;
  }

  private static byte[] checkpoint() {
    MemorySegment parameters = Arena.ofAuto().allocate(Requests.SPEC.parameters() * Float.BYTES);
    InitialParameters.draw(Requests.SPEC, Digest.ZERO, parameters);
    return CheckpointFile.toBytes(
        new CheckpointMetadata(
            new WindowId(5), Digest.ZERO, ModelSchema.hash(Requests.SPEC), Requests.NETWORK),
        Requests.SPEC,
        parameters);
  }

  private static Digest root(byte[] file) {
    CheckpointTree.Builder tree = new CheckpointTree.Builder();
    tree.write(ByteBuffer.wrap(file));
    return tree.build().root();
  }

  private static EnclaveSettings settings() {
    return EnclaveSettings.local(1, ATTESTOR, InstantSource.fixed(NOW), RANDOM);
  }

  private static <T> T get(Mono<T> mono) {
    return mono.blockOptional(LIMIT).orElseThrow();
  }

  private static void assertFails(Mono<?> mono, ErrorCode code, String sentence) {
    StepVerifier.create(mono)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(sentence))
        .verify(LIMIT);
  }

  private PluginContext context(EnclaveServer enclave) {
    return new PluginContext() {
      @Override
      public String pluginId() {
        return "vramhub-evaluator-enclave";
      }

      @Override
      public ApiVersion apiVersion() {
        return ApiVersion.CURRENT;
      }

      @Override
      public Config settings() {
        return ConfigFactory.parseString("endpoint = \"" + enclave.endpoint() + "\"");
      }

      @Override
      public Path dataDirectory() {
        return directory;
      }

      @Override
      public Scheduler blocking() {
        return Schedulers.boundedElastic();
      }

      @Override
      public Scheduler timer() {
        return Schedulers.parallel();
      }

      @Override
      public Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
      }
    };
  }
}

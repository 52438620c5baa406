package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.enclave.EnclaveSettings;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TinyNetwork;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the plugin does beyond its contract when the enclave refuses or is restarted. */
final class EnclaveStoryTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final TinyNetwork network = new TinyNetwork();
  private final byte[] checkpoint = network.checkpoint();
  private final EvaluationRequest request = network.request(TinyNetwork.root(checkpoint));
  private final AtomicInteger uploads = new AtomicInteger();
  private TestPluginContext host;
  private EnclaveServer server;
  private LossEvaluator evaluator;

  @BeforeEach
  void open() {
    server = EnclaveServer.start(TestEnclaves.settings());
    host = TestPluginContext.in(directory).withSettings("endpoint = \"" + server.endpoint() + "\"");
    evaluator = get(new EnclaveEvaluatorProvider().open(host));
  }

  @AfterEach
  void close() {
    StepVerifier.create(evaluator.close()).expectComplete().verify(LIMIT);
    host.close();
    server.close();
  }

  @Test
  void anUploadThatTheEnclaveHoldsIsNotRepeated() {
    load();
    load();
    assertThat(uploads).as("the second load only asks").hasValue(1);
  }

  @Test
  void saysWhyTheEnclaveRefused() {
    assertFails(evaluator.evaluate(request), ErrorCode.ENCLAVE_REFUSED, "holds no checkpoint");
    load();
    assertFails(
        evaluator.evaluate(network.with(request, request.heldout().subList(1, 4))),
        ErrorCode.ENCLAVE_REFUSED,
        "held-out pages");
    get(evaluator.evaluate(request));
    EvaluationRequest earlier =
        EvaluationRequests.of(
            1,
            TinyNetwork.WINDOW - 1,
            request.baseRoot(),
            request.parameters(),
            request.heldout(),
            request.candidates());
    assertFails(evaluator.evaluate(earlier), ErrorCode.ENCLAVE_REFUSED, "signs no other message");
  }

  @Test
  void noticesThatTheEnclaveWasRestarted() {
    get(evaluator.attest(Bytes.EMPTY));
    load();
    server.close();
    assertFails(evaluator.evaluate(request), ErrorCode.ENCLAVE_UNAVAILABLE, "does not answer");

    EnclaveSettings same = TestEnclaves.settings();
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
    assertFails(evaluator.evaluate(request), ErrorCode.ENCLAVE_UNAVAILABLE, "register it again");
    get(evaluator.attest(Bytes.EMPTY));
    assertThat(get(evaluator.evaluate(request)).report().window()).isEqualTo(request.window());
  }

  private void load() {
    BlobSource file =
        new BlobSource(
            checkpoint.length,
            Digest.sha256(checkpoint),
            () -> {
              uploads.incrementAndGet();
              return Flux.just(ByteBuffer.wrap(checkpoint));
            });
    StepVerifier.create(evaluator.loadCheckpoint(file)).expectComplete().verify(LIMIT);
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
}

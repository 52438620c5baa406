package io.vramhub.storage.r2;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigValueFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.Blobs;
import io.vramhub.tck.FaultProxy;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What only a server that checks signatures can tell. */
final class S3ProxyIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LARGE = (11 << 20) + 5;

  @TempDir private static Path home;

  private static S3ProxyServer server;

  @BeforeAll
  static void start() throws IOException {
    server = S3ProxyServer.start(home);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.close();
  }

  private static TestPluginContext context(String prefix) {
    return TestPluginContext.in(home.resolve("data"))
        .withSettings(S3ProxyServer.settings(server.endpoint(), home, prefix));
  }

  private static Mono<StorageBackend> opened(TestPluginContext context) {
    return new R2StorageProvider().open(context);
  }

  @Test
  void partsBecomeOneObjectThatIsNeverReplacedOverAWireThatFails() throws IOException {
    try (FaultProxy wire = FaultProxy.before(server.address());
        TestPluginContext context = context("")) {
      StorageBackend storage =
          opened(context.withSettings(S3ProxyServer.settings(wire.address(), home, "parts/")))
              .blockOptional(LIMIT)
              .orElseThrow();
      wire.begin(7);
      for (int i = 0; i < 3; i++) {
        byte[] bytes = Blobs.random(LARGE, i);
        BlobRef ref =
            storage
                .put(new BlobKey("large-" + i), Blobs.chunked(bytes, 1 << 20))
                .blockOptional(LIMIT)
                .orElseThrow();
        wire.end();
        assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
        StepVerifier.create(storage.put(ref.key(), Blobs.chunked(Blobs.random(LARGE, 99), LARGE)))
            .expectErrorSatisfies(
                error ->
                    assertThat(((HubException) error).code())
                        .isEqualTo(ErrorCode.STORAGE_ALREADY_EXISTS))
            .verify(LIMIT);
        wire.begin(i);
      }
      wire.end();
      storage.close().block(LIMIT);
    }
  }

  @Test
  void aWrongSecretIsFoundOutBeforeTheNodeStarts() {
    try (TestPluginContext context = context("")) {
      TestPluginContext wrong =
          context.withSettings(
              context
                  .settings()
                  .withValue(
                      "credentials-file",
                      ConfigValueFactory.fromAnyRef(
                          S3ProxyServer.keyFile(
                                  home, new AccessKey(S3ProxyServer.KEY.id(), "another"))
                              .toString()))
                  .withValue("call-limit", ConfigValueFactory.fromAnyRef("60s")));
      StepVerifier.create(
              Mono.usingWhen(opened(wrong), StorageBackend::ready, StorageBackend::close))
          .expectErrorSatisfies(
              error -> {
                assertThat(((HubException) error).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
                assertThat(error).hasMessageContaining("access key");
              })
          .verify(LIMIT);
    }
  }

  @Test
  void aBucketThatIsNotThereIsFoundOutBeforeTheNodeStarts() {
    try (TestPluginContext context = context("")) {
      TestPluginContext wrong =
          context.withSettings(
              context.settings().withValue("bucket", ConfigValueFactory.fromAnyRef("no-such")));
      StepVerifier.create(
              Mono.usingWhen(opened(wrong), StorageBackend::ready, StorageBackend::close))
          .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("'no-such'"))
          .verify(LIMIT);
    }
  }
}

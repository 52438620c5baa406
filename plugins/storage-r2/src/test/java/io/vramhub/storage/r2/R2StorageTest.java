package io.vramhub.storage.r2;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigValueFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.Blobs;
import io.vramhub.tck.FaultProxy;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.WireFault;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

final class R2StorageTest {
  private static final BlobKey KEY = new BlobKey("checkpoints/7.safetensors");
  private static final int PART = 5 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path home;

  private FakeS3 server;
  private TestPluginContext context;
  private StorageBackend storage;

  @BeforeEach
  void open() throws IOException {
    server = new FakeS3();
    context =
        TestPluginContext.in(home.resolve("data"))
            .withSettings(
                S3ProxyServer.settings(
                        URI.create("http://127.0.0.1:" + server.address().getPort()),
                        home,
                        "miner-1/")
                    .withValue(
                        "read-credentials-file",
                        ConfigValueFactory.fromAnyRef(
                            S3ProxyServer.keyFile(home, new AccessKey("reading", "secret"))
                                .toString())));
    storage = opened(context);
  }

  private static StorageBackend opened(TestPluginContext context) {
    return new R2StorageProvider().open(context).blockOptional(LIMIT).orElseThrow();
  }

  @AfterEach
  void close() {
    storage.close().block(LIMIT);
    context.close();
    server.close();
  }

  private static BlobRef put(StorageBackend storage, BlobSource source) {
    return storage.put(KEY, source).blockOptional(LIMIT).orElseThrow();
  }

  private static void fails(Publisher<?> call, ErrorCode code, String reason) {
    StepVerifier.create(call)
        .expectErrorSatisfies(
            error -> {
              assertThat(error).isInstanceOf(HubException.class).hasMessageContaining(reason);
              assertThat(((HubException) error).code()).isEqualTo(code);
            })
        .verify(LIMIT);
  }

  @Test
  void sendsLargeObjectsInPartsAndReadsThemInPieces() {
    byte[] bytes = Blobs.random(2 * PART + 17, 1);
    BlobRef ref = put(storage, Blobs.chunked(bytes, 700_001));
    assertThat(server.partsReceived()).isEqualTo(3);
    assertThat(server.uploads()).isZero();
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
    assertThat(Blobs.read(storage, ref, new ByteRange(PART - 1, 2)))
        .containsExactly(bytes[PART - 1], bytes[PART]);
    assertThat(put(storage, Blobs.chunked(bytes, 1 << 20))).isEqualTo(ref);
    assertThat(server.partsReceived()).isEqualTo(3);
  }

  @Test
  void anUploadThatWasCutGoesOnWhereItStoppedInAnotherProcess() {
    byte[] bytes = Blobs.random(3 * PART, 1);
    HubException cut = new HubException(ErrorCode.STORAGE_UNAVAILABLE, "the network went away");
    BlobSource untilTheCut =
        new BlobSource(
            bytes.length,
            Digest.sha256(bytes),
            () ->
                Flux.just(ByteBuffer.wrap(bytes, 0, 2 * PART + 1)).concatWith(afterParts(2, cut)));
    fails(storage.put(KEY, untilTheCut), ErrorCode.STORAGE_UNAVAILABLE, "the network went away");
    assertThat(server.uploads()).isEqualTo(1);
    storage.close().block(LIMIT);

    storage = opened(context);
    BlobRef ref = put(storage, BlobSource.of(bytes));
    assertThat(server.partsReceived()).isEqualTo(3);
    assertThat(server.uploads()).isZero();
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
  }

  /** The error, once this many parts have arrived and are noted. */
  private Mono<ByteBuffer> afterParts(int parts, HubException cut) {
    return Mono.fromCallable(this::notedParts)
        .filter(noted -> noted == parts)
        .repeatWhenEmpty(looks -> looks.delayElements(Duration.ofMillis(20)))
        .then(Mono.error(cut));
  }

  /** The lines of the one note, but for the first. */
  private long notedParts() throws IOException {
    try (Stream<Path> notes = Files.list(home.resolve("data/uploads"))) {
      return Files.readAllLines(notes.findFirst().orElseThrow()).size() - 1L;
    }
  }

  @Test
  void anUploadOfWrongBytesIsLetGo() {
    byte[] bytes = Blobs.random(PART + 1, 1);
    BlobSource wrong = new BlobSource(bytes.length, Digest.ZERO, BlobSource.of(bytes).content());
    fails(storage.put(KEY, wrong), ErrorCode.STORAGE_CORRUPT, "they hash to");
    assertThat(server.uploads()).isZero();
    assertThat(storage.stat(KEY).blockOptional(LIMIT)).isEmpty();
  }

  @Test
  void anUploadThatNobodyWentOnWithForADayIsLetGo() {
    byte[] bytes = Blobs.random(PART + 1, 1);
    BlobSource broken =
        new BlobSource(
            bytes.length,
            Digest.sha256(bytes),
            () -> Flux.error(new HubException(ErrorCode.STORAGE_UNAVAILABLE, "gone")));
    fails(storage.put(KEY, broken), ErrorCode.STORAGE_UNAVAILABLE, "gone");
    assertThat(server.uploads()).isEqualTo(1);

    Clock muchLater = Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC);
    StorageBackend later = opened(context.withClock(muchLater));
    later.ready().then(later.close()).block(LIMIT);
    assertThat(server.uploads()).isZero();
  }

  @Test
  void comparesTheBytesOfAnObjectThatSomebodyElseStored() {
    byte[] bytes = Blobs.random(1_000, 1);
    server.store("miner-1/" + KEY, bytes);
    assertThat(put(storage, BlobSource.of(bytes)).digest()).isEqualTo(Digest.sha256(bytes));
    fails(
        storage.put(KEY, BlobSource.of(Blobs.random(1_000, 2))),
        ErrorCode.STORAGE_ALREADY_EXISTS,
        "never replaced");
  }

  @Test
  void listsOnlyWhatIsBelowItsPrefixAndHasAKey() {
    for (String name : new String[] {"miner-1/b", "miner-1/a", "miner-1/.x", "miner-2/a"}) {
      server.store(name, new byte[1]);
    }
    assertThat(Blobs.list(storage, "")).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, ACCESS_DENIED, lacks the permission for ListObjectsV2",
    "403, InvalidAccessKeyId, ACCESS_DENIED, not known there",
    "403, RequestTimeTooSkewed, PREFLIGHT_FAILED, clock of this machine",
    "404, NoSuchBucket, CONFIG_INVALID, There is no bucket 'vramhub-test'"
  })
  void saysWhatTheOperatorCanDo(int status, String code, ErrorCode signalled, String words) {
    server.refuse(status, code);
    fails(storage.ready(), signalled, words);
  }

  @Test
  void repeatsWhatFailsForAPassingReasonAndNoLonger() throws IOException {
    try (FaultProxy wire = FaultProxy.before(server.address());
        TestPluginContext host = TestPluginContext.in(home.resolve("other"))) {
      StorageBackend disturbed =
          opened(
              host.withSettings(
                  S3ProxyServer.settings(wire.address(), home, "")
                      .withValue("call-limit", ConfigValueFactory.fromAnyRef("1s"))));
      wire.begin(WireFault.UNAVAILABLE);
      fails(disturbed.stat(KEY), ErrorCode.STORAGE_UNAVAILABLE, "Try again later");
      assertThat(wire.faults()).isGreaterThan(2);
      wire.end();
      StepVerifier.create(disturbed.stat(KEY)).expectComplete().verify(LIMIT);
      disturbed.close().block(LIMIT);
    }
  }

  @Test
  void aPeerReadsWithWhatItWasGivenAndWritesNothing() {
    byte[] bytes = Blobs.random(1_000, 1);
    BlobRef ref = put(storage, BlobSource.of(bytes));
    assertThat(storage.traits()).contains(StorageTrait.PEER);
    Credential given = storage.readCredential().blockOptional(LIMIT).orElseThrow();
    StorageBackend peer = storage.peer(given).blockOptional(LIMIT).orElseThrow();
    assertThat(Blobs.read(peer, ref)).isEqualTo(bytes);
    assertThat(Blobs.list(peer, "")).containsExactly(KEY.name());
    fails(peer.put(KEY, BlobSource.of(bytes)), ErrorCode.NOT_SUPPORTED, "only read");
    fails(peer.delete(KEY), ErrorCode.NOT_SUPPORTED, "only read");
    peer.close().block(LIMIT);
  }

  @Test
  void takesNoMoreFromASourceThanThePartsOnTheirWayNeed() {
    AtomicInteger chunks = new AtomicInteger();
    byte[] bytes = Blobs.random(PART, 1);
    server.refuse(503, "SlowDown");
    Flux<ByteBuffer> content =
        Flux.range(0, 100)
            .map(
                index -> {
                  chunks.incrementAndGet();
                  return ByteBuffer.wrap(bytes);
                });
    StepVerifier.create(storage.put(KEY, new BlobSource(100L * PART, Digest.ZERO, () -> content)))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(300))
        .thenCancel()
        .verify(LIMIT);
    assertThat(chunks).hasValueLessThan(8);
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint, http://storage.example, must begin with https",
    "endpoint, https://user@storage.example, must be an address",
    "endpoint, nowhere, must be an address",
    "bucket, Upper, lower-case",
    "prefix, ../x, must be empty or folders",
    "part-size, 1KiB, from 5MiB",
    "call-limit, soon, must be a time",
    "credentials-file, /nowhere/at-all, cannot be read"
  })
  void refusesSettingsThatCannotBeMeant(String key, String value, String words) {
    fails(
        new R2StorageProvider()
            .open(
                context.withSettings(
                    context.settings().withValue(key, ConfigValueFactory.fromAnyRef(value)))),
        ErrorCode.CONFIG_INVALID,
        words);
  }

  @Test
  void refusesAKeyThatOthersMayRead() throws IOException {
    Path file = S3ProxyServer.keyFile(home, new AccessKey("loose", "secret"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    fails(
        new R2StorageProvider()
            .open(
                context.withSettings(
                    context
                        .settings()
                        .withValue(
                            "credentials-file", ConfigValueFactory.fromAnyRef(file.toString())))),
        ErrorCode.CONFIG_INVALID,
        "chmod 600");
    assertThat(new AccessKey("id", "very secret")).hasToString("id ***");
  }
}

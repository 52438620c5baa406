package io.vramhub.storage.walrus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A node among a publisher and aggregators that fail, lie, dawdle and forget. */
final class WalrusStorageTest {
  private static final int SHARDS = 13;
  private static final BlobKey NAME = new BlobKey("gradient-1-2-v1.pt");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeWalrus walrus = FakeWalrus.start(SHARDS);
  private final FakeWalrus second = walrus.another();
  private final AtomicReference<Instant> now = new AtomicReference<>(TestPluginContext.NOW);
  private final List<StorageBackend> opened = new ArrayList<>();

  @TempDir private Path home;
  private TestPluginContext context;

  @AfterEach
  void close() {
    opened.forEach(storage -> storage.close().block(PATIENCE));
    context.close();
    walrus.close();
    second.close();
  }

  private StorageBackend open(TestPluginContext in, String settings, URI... aggregators) {
    context = in;
    String list =
        Arrays.stream(aggregators).map(uri -> "\"" + uri + "\"").collect(Collectors.joining(","));
    StorageBackend storage =
        new WalrusStorageProvider()
            .open(
                in.withSettings(
                    "aggregators = ["
                        + list
                        + "], shards = "
                        + SHARDS
                        + ", publisher = \""
                        + walrus.address()
                        + "\", "
                        + settings))
            .block(PATIENCE);
    opened.add(storage);
    return storage;
  }

  private StorageBackend open(String settings, URI... aggregators) {
    return open(
        TestPluginContext.in(home.resolve("data")).withClock(clock()), settings, aggregators);
  }

  private StorageBackend open() {
    return open("", walrus.address());
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now.get();
      }

      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }
    };
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static BlobRef put(StorageBackend storage, BlobKey key, byte[] bytes) {
    return storage.put(key, BlobSource.of(bytes)).block(PATIENCE);
  }

  private static byte[] read(StorageBackend storage, BlobRef ref) {
    return joined(storage.read(ref, ByteRange.whole(ref)));
  }

  private static byte[] joined(Flux<ByteBuffer> parts) {
    List<ByteBuffer> all = parts.collectList().block(PATIENCE);
    ByteBuffer joined = ByteBuffer.allocate(all.stream().mapToInt(ByteBuffer::remaining).sum());
    all.forEach(joined::put);
    return joined.array();
  }

  private static void fails(Publisher<?> work, ErrorCode code, String words) {
    StepVerifier.create(work)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        HubException.class, known -> assertThat(known.code()).isEqualTo(code))
                    .hasMessageContaining(words))
        .verify(PATIENCE);
  }

  private static BlobId id(BlobRef ref) {
    return BlobId.of(ref.key()).orElseThrow();
  }

  @Test
  void anotherNodeReadsABlobByTheNameThatFollowsFromItsBytes() {
    byte[] bytes = random(10_000);
    BlobRef ref = put(open(), NAME, bytes);
    StorageBackend other = open(TestPluginContext.in(home.resolve("other")), "", second.address());
    assertThat(read(other, ref)).isEqualTo(bytes);
    assertThat(other.stat(ref.key()).block(PATIENCE)).isEqualTo(new BlobInfo(ref.key(), 10_000));
    assertThat(other.stat(NAME).blockOptional(PATIENCE)).isEmpty();
    assertThat(walrus.uploads().getFirst().query())
        .containsEntry("permanent", "true")
        .containsEntry("epochs", "5");
  }

  @Test
  void theNextAggregatorIsAskedWhenTheFirstOneFails() {
    StorageBackend storage = open("", walrus.address(), second.address());
    BlobRef ref = put(storage, NAME, random(1_000));
    for (int status : new int[] {500, 503, 404, 403, 451}) {
      walrus.refuseReads(status);
      assertThat(read(storage, ref)).isEqualTo(random(1_000));
    }
  }

  @Test
  void theNextAggregatorIsAskedWhenTheFirstOneDawdles() {
    StorageBackend storage = open("hedge-after = 20ms", walrus.address(), second.address());
    BlobRef ref = put(storage, NAME, random(1_000));
    walrus.hang();
    assertThat(read(storage, ref)).isEqualTo(random(1_000));
  }

  @Test
  void anAggregatorThatSendsOtherBytesIsPassedOver() {
    StorageBackend storage = open("", walrus.address(), second.address());
    BlobRef ref = put(storage, NAME, random(1_000));
    walrus.lie();
    assertThat(read(storage, ref)).isEqualTo(random(1_000));
  }

  /** What an aggregator made of a blob is no verdict on whoever committed to it. */
  @Test
  void whenAllAggregatorsSendOtherBytesNothingIsKnownOfTheBlob() {
    StorageBackend storage = open();
    BlobRef ref = put(storage, NAME, random(1_000));
    walrus.lie();
    fails(
        storage.read(ref, ByteRange.whole(ref)),
        ErrorCode.STORAGE_UNAVAILABLE,
        "it sent other bytes than those of blob " + id(ref));
  }

  /** The blob has the name it was asked by, so it is the reference that is wrong. */
  @Test
  void aBlobThatIsNotWhatItsCommitSaysIsToldFromALyingAggregator() {
    StorageBackend storage = open();
    BlobRef ref = put(storage, NAME, random(1_000));
    BlobRef committed = new BlobRef(ref.key(), Digest.ZERO, 1_000);
    fails(
        storage.read(committed, ByteRange.whole(committed)),
        ErrorCode.STORAGE_CORRUPT,
        "is not what was expected: it has 1000 bytes that hash to " + ref.digest());
  }

  @Test
  void aBlobThatCachesDoNotKnowYetIsLookedForAgain() {
    walrus.hideNewBlobs(2);
    StorageBackend storage = open();
    BlobRef ref = put(storage, NAME, random(1_000));
    assertThat(read(storage, ref)).isEqualTo(random(1_000));
  }

  @Test
  void absenceIsWhatEveryAggregatorSays() {
    StorageBackend storage = open("", walrus.address(), second.address());
    BlobRef absent = new BlobRef(new BlobKey("walrus/" + "A".repeat(43)), Digest.ZERO, 3);
    fails(storage.read(absent, ByteRange.whole(absent)), ErrorCode.NOT_FOUND, "404");
    assertThat(storage.stat(absent.key()).blockOptional(PATIENCE)).isEmpty();
    second.refuseReads(503);
    fails(storage.stat(absent.key()), ErrorCode.STORAGE_UNAVAILABLE, "503");
  }

  @ParameterizedTest
  @CsvSource({
    "451, ACCESS_DENIED, the blob is blocked there",
    "403, NOT_SUPPORTED, the blob is longer than it serves",
    "503, STORAGE_UNAVAILABLE, 503",
    "500, STORAGE_UNAVAILABLE, 500",
    "400, INVARIANT_BROKEN, 400"
  })
  void everyRefusalToReadSaysWhatItIs(int status, ErrorCode code, String words) {
    StorageBackend storage = open();
    BlobRef ref = put(storage, NAME, random(1_000));
    walrus.refuseReads(status);
    fails(storage.read(ref, ByteRange.whole(ref)), code, words);
    fails(storage.read(ref, new ByteRange(3, 4)), code, words);
  }

  @ParameterizedTest
  @CsvSource({
    "401, ACCESS_DENIED, it wants another token",
    "413, NOT_SUPPORTED, name a publisher with a higher limit",
    "451, ACCESS_DENIED, the blob is blocked there",
    "500, STORAGE_UNAVAILABLE, 500",
    "504, STORAGE_UNAVAILABLE, 504"
  })
  void everyRefusalToStoreSaysWhatItIs(int status, ErrorCode code, String words) {
    StorageBackend storage = open();
    walrus.refuseUploads(status);
    fails(storage.put(NAME, BlobSource.of(random(10))), code, words);
    assertThat(storage.stat(NAME).blockOptional(PATIENCE)).isEmpty();
  }

  @Test
  void aNodeWithAnotherNumberOfShardsFindsOutBeforeItCommits() {
    StorageBackend storage = open("shards = 16", walrus.address());
    fails(
        storage.put(NAME, BlobSource.of(random(10))),
        ErrorCode.STORAGE_UNAVAILABLE,
        "storage setting 'shards' is not the network's number");
  }

  @Test
  void aNodeWithoutAPublisherOnlyReads() {
    BlobRef ref = put(open(), NAME, random(10));
    StorageBackend reader =
        open(TestPluginContext.in(home.resolve("reader")), "publisher = null", walrus.address());
    assertThat(read(reader, ref)).isEqualTo(random(10));
    fails(reader.put(NAME, BlobSource.of(random(10))), ErrorCode.NOT_SUPPORTED, "'publisher'");
  }

  @Test
  void aBlobLongerThanAllowedIsNeitherSentNorReadWhole() {
    BlobRef ref = put(open(), NAME, random(1_000));
    StorageBackend small =
        open(TestPluginContext.in(home.resolve("small")), "largest-blob = 999", walrus.address());
    fails(small.put(NAME, BlobSource.of(random(1_000))), ErrorCode.NOT_SUPPORTED, "'largest-blob'");
    fails(small.read(ref, ByteRange.whole(ref)), ErrorCode.STORAGE_UNAVAILABLE, "");
    assertThat(joined(small.read(ref, new ByteRange(998, 2))))
        .isEqualTo(Arrays.copyOfRange(random(1_000), 998, 1_000));
  }

  @Test
  void tokensAreSignedForOneUploadEach() throws IOException {
    byte[] secret = random(32);
    Path keyFile = home.resolve("publisher.key");
    Files.writeString(
        keyFile, "0x" + HexFormat.of().formatHex(secret) + "\n", StandardCharsets.US_ASCII);
    walrus.demandTokens(new TokenCheck(secret, clock()));
    StorageBackend storage =
        open(
            "signing-key-file = \"%s\", send-object-to = \"0x%064x\"".formatted(keyFile, 10),
            walrus.address());
    put(storage, NAME, random(10));
    put(storage, new BlobKey("another"), random(20));
    assertThat(walrus.uploads())
        .extracting(upload -> upload.authorization().orElseThrow())
        .doesNotHaveDuplicates();
  }

  @Test
  void aTokenOfSomebodyElseIsReadAtEveryUpload() throws IOException {
    Path token = home.resolve("token");
    StorageBackend storage = open("token-file = \"%s\"".formatted(token), walrus.address());
    fails(
        storage.put(NAME, BlobSource.of(random(10))),
        ErrorCode.ACCESS_DENIED,
        "the publisher's token cannot be read from " + token);
    Files.writeString(token, "first\n", StandardCharsets.US_ASCII);
    put(storage, NAME, random(10));
    Files.writeString(token, "second\n", StandardCharsets.US_ASCII);
    put(storage, new BlobKey("another"), random(20));
    assertThat(walrus.uploads())
        .extracting(upload -> upload.authorization().orElseThrow())
        .containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void aSigningKeyThatIsNoneIsRefusedAtTheStart() throws IOException {
    Path keyFile = home.resolve("publisher.key");
    Files.writeString(keyFile, "0102", StandardCharsets.US_ASCII);
    context = TestPluginContext.in(home.resolve("data"));
    fails(
        new WalrusStorageProvider()
            .open(
                context.withSettings(
                    "aggregators = [\"%s\"], signing-key-file = \"%s\""
                        .formatted(walrus.address(), keyFile))),
        ErrorCode.CONFIG_INVALID,
        "holds 2 bytes; HMAC-SHA-256 wants at least 32");
  }

  @Test
  void aBlobIsRenewedBeforeItExpiresAndNotWhenItHasBeenKeptLongEnough() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    StorageBackend storage =
        open(
            TestPluginContext.in(home.resolve("data")).withClock(clock()).withTimer(time),
            "epochs = 3, epoch-length = 1d, keep = 4d",
            walrus.address());
    BlobRef ref = put(storage, NAME, random(1_000));
    assertThat(walrus.endEpoch(id(ref))).isEqualTo(13);

    pass(time, Duration.ofHours(23), 10);
    assertThat(walrus.uploads()).hasSize(1);

    pass(time, Duration.ofHours(6), 11);
    eventually(() -> walrus.endEpoch(id(ref)) == 14);
    assertThat(read(storage, ref)).isEqualTo(random(1_000));

    pass(time, Duration.ofDays(4), 13);
    assertThat(walrus.uploads()).hasSize(2);
    time.dispose();
  }

  @Test
  void aRenewalThatFailsIsTriedAgain() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    StorageBackend storage =
        open(
            TestPluginContext.in(home.resolve("data")).withClock(clock()).withTimer(time),
            "epochs = 3, epoch-length = 1d",
            walrus.address());
    BlobRef ref = put(storage, NAME, random(1_000));
    walrus.refuseUploads(503);
    pass(time, Duration.ofHours(25), 11);
    eventually(() -> walrus.uploads().size() == 2);
    walrus.refuseUploads(0);
    pass(time, Duration.ofHours(4), 11);
    eventually(() -> walrus.endEpoch(id(ref)) == 14);
    time.dispose();
  }

  private void pass(VirtualTimeScheduler time, Duration duration, int epoch) {
    now.set(now.get().plus(duration));
    walrus.enter(epoch);
    time.advanceTimeBy(duration);
  }

  private static void eventually(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}

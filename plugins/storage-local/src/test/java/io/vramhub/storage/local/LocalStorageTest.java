package io.vramhub.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.tck.Blobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

final class LocalStorageTest {
  private static final BlobKey KEY = new BlobKey("checkpoints/7.safetensors");
  private static final int CHUNK = BlobReader.CHUNK_BYTES;

  private final Scheduler blocking = Schedulers.newBoundedElastic(8, 1_000, "blocking");

  @TempDir private Path home;

  private LocalStorage storage;

  @BeforeEach
  void open() {
    storage = open(blocking);
  }

  @AfterEach
  void dispose() {
    blocking.dispose();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17})
  void readsBackWhatWasStored(int length) {
    byte[] bytes = Blobs.random(length, length);
    BlobRef ref = put(KEY, Blobs.chunked(bytes, 50_001));
    assertThat(ref).isEqualTo(new BlobRef(KEY, Digest.sha256(bytes), length));
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
    assertThat(partials()).isEmpty();
  }

  @Test
  void objectsOutliveTheService() {
    byte[] bytes = Blobs.random(1_000, 1);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    storage.close().block();
    storage = open(blocking);
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
    assertThat(StorageFixture.files(home)).containsExactly("objects/checkpoints+/7.safetensors");
  }

  @Test
  void sameBytesAgainAreSuccessAndAreNotReadFromTheSource() {
    byte[] bytes = Blobs.random(1_000, 1);
    BlobRef first = put(KEY, BlobSource.of(bytes));
    BlobSource unreadable =
        new BlobSource(
            bytes.length,
            Digest.sha256(bytes),
            () -> Flux.error(new AssertionError("the source was read")));
    assertThat(put(KEY, unreadable)).isEqualTo(first);
  }

  @Test
  void otherBytesUnderATakenKeyAreRefusedAndChangeNothing() {
    byte[] bytes = Blobs.random(1_000, 1);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    fails(
        storage.put(KEY, BlobSource.of(Blobs.random(1_000, 2))),
        ErrorCode.STORAGE_ALREADY_EXISTS,
        "objects are never replaced");
    fails(
        storage.put(KEY, BlobSource.of(new byte[0])),
        ErrorCode.STORAGE_ALREADY_EXISTS,
        "of 1000 bytes");
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
  }

  @Test
  void bytesThatAreNotTheAnnouncedOnesAreNotStored() {
    byte[] bytes = Blobs.random(1_000, 1);
    Digest digest = Digest.sha256(bytes);
    fails(
        storage.put(KEY, new BlobSource(1_000, Digest.ZERO, () -> content(bytes))),
        ErrorCode.STORAGE_CORRUPT,
        "they hash to " + digest);
    fails(
        storage.put(KEY, new BlobSource(1_001, digest, () -> content(bytes))),
        ErrorCode.STORAGE_CORRUPT,
        "they are 1000 where 1001");
    fails(
        storage.put(KEY, new BlobSource(999, digest, () -> content(bytes))),
        ErrorCode.STORAGE_CORRUPT,
        "more than the 999");
    assertThat(StorageFixture.files(home)).isEmpty();
  }

  @Test
  void errorOfTheSourceArrivesUnchangedAndLeavesNothing() {
    IllegalStateException broken = new IllegalStateException("the source broke");
    BlobSource source =
        new BlobSource(
            2_000, Digest.ZERO, () -> content(new byte[1_000]).concatWith(Flux.error(broken)));
    StepVerifier.create(storage.put(KEY, source))
        .verifyErrorSatisfies(error -> assertThat(error).isSameAs(broken));
    assertThat(StorageFixture.files(home)).isEmpty();
  }

  @Test
  void cancelledPutLeavesNothing() {
    Scheduler single = Schedulers.newSingle("blocking");
    LocalStorage alone = open(single);
    TestPublisher<ByteBuffer> source = TestPublisher.create();
    Disposable put = alone.put(KEY, new BlobSource(2_000, Digest.ZERO, source::flux)).subscribe();
    settle(single);
    source.assertSubscribers(1);
    source.next(ByteBuffer.allocate(1_000));
    settle(single);
    assertThat(partials()).hasSize(1);

    put.dispose();
    settle(single);
    source.assertCancelled();
    assertThat(StorageFixture.files(home)).isEmpty();
    single.dispose();
  }

  @Test
  void putTakesNoMoreFromTheSourceThanItWrites() {
    Scheduler single = Schedulers.newSingle("blocking");
    AtomicInteger requested = new AtomicInteger();
    TestPublisher<ByteBuffer> source = TestPublisher.create();
    Disposable put =
        open(single)
            .put(
                KEY,
                new BlobSource(
                    1_000,
                    Digest.ZERO,
                    () -> source.flux().doOnRequest(n -> requested.addAndGet((int) n))))
            .subscribe();
    settle(single);
    assertThat(requested).hasValue(2);
    put.dispose();
    settle(single);
    single.dispose();
  }

  @Test
  void fullDiskIsSaidAndLeavesNothing() {
    LocalStorage full =
        new LocalStorage(
            BlobDirectory.open(home, StorageFixture.CLOCK),
            blocking,
            file -> new FullDisk(FileOutput.create(file)));
    fails(
        full.put(KEY, BlobSource.of(new byte[1_000])),
        ErrorCode.DISK,
        "No space left on device. Free space on that disk");
    assertThat(StorageFixture.files(home)).isEmpty();
  }

  @Test
  void doesNotBeginWhatTheDiskHasNoRoomFor() {
    BlobSource endless =
        new BlobSource(
            Long.MAX_VALUE / 2,
            Digest.ZERO,
            () -> Flux.error(new AssertionError("the source was read")));
    fails(storage.put(KEY, endless), ErrorCode.DISK, "bytes are free");
    assertThat(StorageFixture.files(home)).isEmpty();
  }

  @Test
  void whatACrashLeavesHalfWrittenIsNoObject() throws IOException {
    Files.write(home.resolve("partial/half"), new byte[10]);
    storage = open(blocking);
    assertThat(Blobs.list(storage, "")).isEmpty();
    byte[] bytes = Blobs.random(100, 1);
    assertThat(Blobs.read(storage, put(KEY, BlobSource.of(bytes)))).isEqualTo(bytes);
  }

  @Test
  void anObjectOutlivesACrashBetweenItsTwoNames() throws IOException {
    byte[] bytes = Blobs.random(100, 1);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    Path partial = home.resolve("partial/linked");
    Files.createLink(partial, home.resolve("objects/checkpoints+/7.safetensors"));
    Files.setLastModifiedTime(
        partial, FileTime.from(StorageFixture.CLOCK.instant().minus(Duration.ofDays(2))));
    storage = open(blocking);
    assertThat(partials()).isEmpty();
    assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
  }

  @Test
  void ofTwoProcessesThatStoreAtATimeOneWins() {
    LocalStorage other = open(blocking);
    for (int round = 0; round < 20; round++) {
      BlobKey key = new BlobKey("processes/" + round);
      long won =
          Flux.just(storage, other)
              .flatMap(
                  process ->
                      process
                          .put(key, BlobSource.of(process == other ? new byte[1] : new byte[2]))
                          .onErrorResume(
                              error -> {
                                assertCode(error, ErrorCode.STORAGE_ALREADY_EXISTS, "processes/");
                                return Mono.empty();
                              }),
                  2)
              .count()
              .blockOptional()
              .orElseThrow();
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void whatItMakesOthersCannotWriteTo() throws IOException {
    put(KEY, BlobSource.of(new byte[3]));
    for (String made : List.of("objects", "partial", "objects/checkpoints+")) {
      assertThat(Files.getPosixFilePermissions(home.resolve(made)))
          .doesNotContain(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);
    }
    assertThat(Files.getPosixFilePermissions(home.resolve("objects/checkpoints+/7.safetensors")))
        .doesNotContain(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);
  }

  @Test
  void readsAnyRange() {
    byte[] bytes = Blobs.random(2 * CHUNK + 5, 3);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 40; i++) {
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(bytes.length - from + 1);
      assertThat(Blobs.read(storage, ref, new ByteRange(from, length)))
          .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
    }
    fails(storage.read(ref, new ByteRange(bytes.length, 1)), ErrorCode.INVARIANT_BROKEN, "outside");
    fails(
        storage.read(ref, new ByteRange(Long.MAX_VALUE, Long.MAX_VALUE)),
        ErrorCode.INVARIANT_BROKEN,
        "outside");
  }

  @Test
  void readsAChunkPerDemand() {
    byte[] bytes = Blobs.random(3 * CHUNK, 3);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    StepVerifier.create(storage.read(ref, ByteRange.whole(ref)), 0)
        .expectSubscription()
        .thenRequest(1)
        .expectNext(ByteBuffer.wrap(bytes, 0, CHUNK))
        .thenRequest(1)
        .expectNext(ByteBuffer.wrap(bytes, CHUNK, CHUNK))
        .thenCancel()
        .verifyThenAssertThat()
        .hasNotDroppedErrors();
  }

  @Test
  void changedBytesNeverComplete() throws IOException {
    byte[] bytes = Blobs.random(CHUNK + 100, 3);
    BlobRef ref = put(KEY, BlobSource.of(bytes));
    Path file = home.resolve("objects/checkpoints+/7.safetensors");
    byte[] changed = bytes.clone();
    changed[CHUNK + 50] ^= 1;
    Files.write(file, changed);
    StepVerifier.create(storage.read(ref, ByteRange.whole(ref)))
        .expectNextCount(2)
        .verifyErrorSatisfies(
            error -> assertCode(error, ErrorCode.STORAGE_CORRUPT, "it hashes to"));
    assertThat(Blobs.read(storage, ref, new ByteRange(0, 10))).isEqualTo(Arrays.copyOf(bytes, 10));
    Files.write(file, Arrays.copyOf(bytes, 100));
    fails(storage.read(ref, ByteRange.whole(ref)), ErrorCode.STORAGE_CORRUPT, "it has 100 bytes");
  }

  @Test
  void listsAscendingByKeyWhateverTheFolders() {
    List<String> keys = List.of("a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "b/a", "b0");
    keys.reversed().forEach(key -> put(new BlobKey(key), BlobSource.of(new byte[key.length()])));
    assertThat(keys).isSorted();
    assertThat(Blobs.list(storage, "")).containsExactlyElementsOf(keys);
    assertThat(Blobs.list(storage, "a/")).containsExactly("a/b", "a/b/c", "a/c");
    assertThat(Blobs.list(storage, "a/b")).containsExactly("a/b", "a/b/c");
    assertThat(Blobs.list(storage, "b")).containsExactly("b/a", "b0");
    assertThat(Blobs.list(storage, "../")).isEmpty();
    StepVerifier.create(storage.list("a-"))
        .expectNext(new BlobInfo(new BlobKey("a-b"), 3))
        .verifyComplete();
  }

  @Test
  void listsLazilyAndPassesOverWhatIsNoObject() throws IOException {
    for (String key : List.of("a", "b", "c")) {
      put(new BlobKey(key), BlobSource.of(new byte[0]));
    }
    Files.createFile(home.resolve("objects/.hidden"));
    Files.createDirectory(home.resolve("objects/folder-of-nobody"));
    Files.createSymbolicLink(home.resolve("objects/link"), home);
    StepVerifier.create(storage.list("").map(info -> info.key().name()), 1)
        .expectNext("a")
        .then(() -> storage.delete(new BlobKey("b")).block())
        .thenRequest(10)
        .expectNext("c")
        .verifyComplete();
  }

  @Test
  void followsNoLinks() throws IOException {
    Path outside = Files.createDirectory(home.resolve("outside"));
    Path secret = Files.write(outside.resolve("7.safetensors"), new byte[] {1, 2, 3});
    Files.createSymbolicLink(home.resolve("objects/checkpoints+"), outside);
    Files.createSymbolicLink(home.resolve("objects/linked"), secret);
    BlobSource source = BlobSource.of(new byte[] {1, 2, 3});
    BlobKey linked = new BlobKey("linked");
    for (BlobKey key : List.of(KEY, linked)) {
      fails(storage.stat(key), ErrorCode.STORAGE_CORRUPT, "changed the directory");
      fails(storage.put(key, source), ErrorCode.STORAGE_CORRUPT, "changed the directory");
      fails(storage.delete(key), ErrorCode.STORAGE_CORRUPT, "changed the directory");
      BlobRef ref = new BlobRef(key, source.digest(), 3);
      fails(
          storage.read(ref, ByteRange.whole(ref)),
          ErrorCode.STORAGE_CORRUPT,
          "changed the directory");
    }
    fails(
        storage.put(new BlobKey("checkpoints/8"), source),
        ErrorCode.STORAGE_CORRUPT,
        "changed the directory");
    assertThat(StorageFixture.files(outside)).containsExactly("7.safetensors");
  }

  @Test
  void namesBeyondTheFileSystemAreNotSupported() {
    fails(storage.stat(new BlobKey("k".repeat(255))), ErrorCode.NOT_SUPPORTED, "at most 254");
    BlobKey longest = new BlobKey("k".repeat(253) + "/" + "k".repeat(254));
    assertThat(Blobs.read(storage, put(longest, BlobSource.of(new byte[] {1})))).containsExactly(1);
  }

  @Test
  void ofConcurrentPutsOfDifferentBytesOneWins() {
    for (int round = 0; round < 10; round++) {
      BlobKey key = new BlobKey("race/" + round);
      AtomicInteger refused = new AtomicInteger();
      List<BlobRef> won =
          Flux.range(0, 8)
              .flatMap(
                  i ->
                      storage
                          .put(key, Blobs.chunked(Blobs.random(5_000, i), 500))
                          .onErrorResume(
                              error -> {
                                assertCode(error, ErrorCode.STORAGE_ALREADY_EXISTS, "race/");
                                refused.incrementAndGet();
                                return Mono.empty();
                              }),
                  8)
              .collectList()
              .block();
      assertThat(won).hasSize(1);
      assertThat(refused).hasValue(7);
      assertThat(Digest.sha256(Blobs.read(storage, won.getFirst())))
          .isEqualTo(won.getFirst().digest());
    }
    assertThat(partials()).isEmpty();
  }

  @Test
  void closedStorageRefusesAndClosesTwice() {
    BlobRef ref = put(KEY, BlobSource.of(new byte[3]));
    storage.close().block();
    storage.close().block();
    List<Publisher<?>> operations =
        List.of(
            storage.put(KEY, BlobSource.of(new byte[3])),
            storage.read(ref, ByteRange.whole(ref)),
            storage.stat(KEY),
            storage.list(""),
            storage.delete(KEY));
    for (Publisher<?> operation : operations) {
      fails(operation, ErrorCode.STORAGE_UNAVAILABLE, "was closed");
    }
  }

  @Test
  void nothingHappensBeforeASubscription() {
    storage.put(KEY, BlobSource.of(new byte[3]));
    storage.delete(KEY);
    assertThat(StorageFixture.files(home)).isEmpty();
  }

  private LocalStorage open(Scheduler scheduler) {
    return new LocalStorage(BlobDirectory.open(home, StorageFixture.CLOCK), scheduler);
  }

  private BlobRef put(BlobKey key, BlobSource source) {
    BlobRef ref = storage.put(key, source).block();
    assertThat(ref).isNotNull();
    return ref;
  }

  private List<String> partials() {
    return StorageFixture.files(home.resolve("partial"));
  }

  private static Flux<ByteBuffer> content(byte[] bytes) {
    return Flux.just(ByteBuffer.wrap(bytes));
  }

  /**
   * Returns once everything that was scheduled on the one thread, and what that scheduled, has run.
   */
  private static void settle(Scheduler single) {
    for (int i = 0; i < 5; i++) {
      Mono.fromRunnable(() -> {}).subscribeOn(single).block();
    }
  }

  private static void fails(Publisher<?> operation, ErrorCode code, String reason) {
    StepVerifier.create(operation).verifyErrorSatisfies(error -> assertCode(error, code, reason));
  }

  private static void assertCode(Throwable error, ErrorCode code, String reason) {
    assertThat(error).isInstanceOf(HubException.class).hasMessageContaining(reason);
    assertThat(((HubException) error).code()).isEqualTo(code);
  }

  /** A disk with room for the name of a file but none for its bytes. */
  private record FullDisk(PartialBlob.Output file) implements PartialBlob.Output {
    @Override
    public void write(ByteBuffer bytes) throws IOException {
      throw new IOException("No space left on device");
    }

    @Override
    public void force() throws IOException {
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}

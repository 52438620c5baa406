package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/**
 * What every {@link StorageBackend} owes. A backend that lacks a trait lists those it has in {@link
 * #traits()}; then the contract sees to it that calls for the others signal {@code NOT_SUPPORTED}.
 */
public interface StorageBackendContract extends ServiceContract<StorageBackend> {
  /**
   * How many random sequences a test runs: a thousand, or as many as the system property {@code
   * vramhub.tck.sequences} says, for storages whose calls take long.
   */
  int SEQUENCES = Integer.getInteger("vramhub.tck.sequences", 1_000);

  /** How long they may take together. */
  Duration ALL_SEQUENCES = Duration.ofMinutes(5);

  @Override
  StorageBackend.Provider provider();

  /** The traits the backend is to have. */
  default Set<StorageTrait> traits() {
    return Set.of(StorageTrait.LIST, StorageTrait.DELETE);
  }

  /**
   * What goes wrong below the backend in the disturbed sequences; nothing unless this is
   * overridden.
   */
  default Disturbance disturbance() {
    return Disturbance.none();
  }

  @Override
  default Map<String, Supplier<Publisher<?>>> calls(StorageBackend storage) {
    BlobKey key = new BlobKey("calls/object");
    BlobSource source = BlobSource.of(Blobs.random(1_000, 1));
    BlobRef ref = Signals.value(storage.put(key, source));
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put("put", () -> storage.put(key, source));
    calls.put("read", () -> storage.read(ref, ByteRange.whole(ref)));
    calls.put("stat", () -> storage.stat(key));
    if (traits().contains(StorageTrait.LIST)) {
      calls.put("list", () -> storage.list("calls/"));
    }
    if (traits().contains(StorageTrait.DELETE)) {
      calls.put("delete", () -> storage.delete(new BlobKey("calls/absent")));
    }
    return calls;
  }

  @Test
  default void hasTheTraitsItIsSaidToHave(StorageBackend storage) {
    assertThat(storage.traits()).containsExactlyInAnyOrderElementsOf(traits());
  }

  @Test
  default void readsBackWhatWasStored(StorageBackend storage) {
    for (int length : new int[] {0, 1, 4_095, 65_536, (1 << 20) + 17}) {
      BlobKey key = new BlobKey("lengths/" + length);
      byte[] bytes = Blobs.random(length, length);
      BlobRef ref = Signals.value(storage.put(key, Blobs.chunked(bytes, 50_001)));
      assertAnswer(ref, key, bytes);
      assertThat(Signals.maybe(storage.stat(key))).contains(new BlobInfo(key, length));
      assertThat(Blobs.read(storage, ref)).isEqualTo(bytes);
    }
  }

  private void assertAnswer(BlobRef answer, BlobKey key, byte[] bytes) {
    Blobs.assertAnswer(answer, key, bytes, traits());
  }

  @Test
  default void answersTheNameThatEveryNodeReadsBy(StorageBackend storage, @TempDir Path other) {
    BlobKey key = new BlobKey("shared");
    byte[] bytes = Blobs.random(1_000, 1);
    BlobRef ref = Blobs.put(storage, key, bytes);
    assertAnswer(ref, key, bytes);
    if (traits().contains(StorageTrait.CONTENT_ADDRESSED)) {
      assertThat(Blobs.put(storage, new BlobKey("another"), bytes)).isEqualTo(ref);
      try (TestPluginContext elsewhere = context(other)) {
        StorageBackend second = opened(elsewhere);
        assertThat(Signals.maybe(second.stat(ref.key()))).contains(new BlobInfo(ref.key(), 1_000));
        assertThat(Blobs.read(second, ref)).isEqualTo(bytes);
        assertThat(Signals.maybe(second.stat(key))).isEmpty();
        Signals.completes(second.close());
      }
    }
  }

  @Test
  default void readsAnyRange(StorageBackend storage) {
    byte[] bytes = Blobs.random(300_000, 3);
    BlobRef ref = Blobs.put(storage, new BlobKey("ranges"), bytes);
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 40; i++) {
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(bytes.length - from + 1);
      assertThat(Blobs.read(storage, ref, new ByteRange(from, length)))
          .as("bytes from %d, %d of them", from, length)
          .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
    }
    assertThat(Blobs.read(storage, ref, new ByteRange(bytes.length, 0))).isEmpty();
  }

  @Test
  default void refusesARangeOutsideTheObject(StorageBackend storage) {
    BlobRef ref = Blobs.put(storage, new BlobKey("ranges"), new byte[10]);
    Signals.failure(storage.read(ref, new ByteRange(10, 1)));
    Signals.failure(storage.read(ref, new ByteRange(0, 11)));
    Signals.failure(storage.read(ref, new ByteRange(Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  @Test
  default void keepsEveryKeyApart(StorageBackend storage) {
    List<String> names =
        List.of("a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "A", "_", "-", "a_b", "0/1/2/3");
    names.forEach(
        name -> Blobs.put(storage, new BlobKey(name), name.getBytes(StandardCharsets.US_ASCII)));
    for (String name : names) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      BlobRef ref = new BlobRef(new BlobKey(name), Digest.sha256(bytes), bytes.length);
      assertThat(Blobs.read(storage, ref)).as("what is stored under %s", name).isEqualTo(bytes);
    }
  }

  @Test
  default void storesUnderLongKeysOrSaysThatItCannot(StorageBackend storage) {
    for (BlobKey key : List.of(new BlobKey("k".repeat(512)), new BlobKey("k/".repeat(64) + "k"))) {
      try {
        BlobRef ref = Blobs.put(storage, key, new byte[] {1, 2, 3});
        assertThat(Blobs.read(storage, ref)).containsExactly(1, 2, 3);
      } catch (HubException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
      }
    }
  }

  @Test
  default void acceptsTheSameBytesAgain(StorageBackend storage) {
    BlobKey key = new BlobKey("repeated");
    BlobRef first = Blobs.put(storage, key, new byte[] {1, 2, 3});
    assertThat(Blobs.put(storage, key, new byte[] {1, 2, 3})).isEqualTo(first);
    assertThat(Blobs.read(storage, first)).containsExactly(1, 2, 3);
  }

  @Test
  default void refusesOtherBytesUnderATakenKey(StorageBackend storage) {
    BlobKey key = new BlobKey("taken");
    BlobRef first = Blobs.put(storage, key, new byte[] {1, 2, 3});
    for (byte[] other : List.of(new byte[] {1, 2, 4}, new byte[0], new byte[] {1, 2, 3, 4})) {
      Signals.refusal(storage.put(key, BlobSource.of(other)), ErrorCode.STORAGE_ALREADY_EXISTS);
    }
    assertThat(Blobs.read(storage, first)).containsExactly(1, 2, 3);
  }

  @Test
  default void storesNothingThatIsNotWhatWasAnnounced(StorageBackend storage) {
    BlobKey key = new BlobKey("announced");
    byte[] bytes = Blobs.random(1_000, 1);
    Digest digest = Digest.sha256(bytes);
    Supplier<Flux<ByteBuffer>> content = BlobSource.of(bytes).content();
    for (BlobSource wrong :
        List.of(
            new BlobSource(1_000, Digest.ZERO, content),
            new BlobSource(1_001, digest, content),
            new BlobSource(999, digest, content))) {
      Signals.failure(storage.put(key, wrong));
      assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    }
    Blobs.put(storage, key, bytes);
  }

  @Test
  default void passesOnTheErrorOfASourceAndReadsItAnew(StorageBackend storage) {
    BlobKey key = new BlobKey("retried");
    byte[] bytes = Blobs.random(2_000, 1);
    IllegalStateException broken = new IllegalStateException("the source broke");
    AtomicInteger readings = new AtomicInteger();
    Supplier<Flux<ByteBuffer>> content =
        () ->
            readings.getAndIncrement() == 0
                ? Flux.just(ByteBuffer.wrap(bytes, 0, 1_000)).concatWith(Flux.error(broken))
                : Flux.just(ByteBuffer.wrap(bytes));
    Mono<BlobRef> put =
        storage.put(key, new BlobSource(bytes.length, Digest.sha256(bytes), content));
    StepVerifier.create(put).expectErrorMatches(error -> error == broken).verify(Signals.LIMIT);
    assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    assertThat(Blobs.read(storage, Signals.value(put))).isEqualTo(bytes);
  }

  @Test
  default void storesNothingBeforeSomebodySubscribes(StorageBackend storage) {
    BlobKey key = new BlobKey("cold");
    Mono<BlobRef> put = storage.put(key, BlobSource.of(new byte[] {1}));
    assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    Signals.completes(put);
    Signals.completes(put);
    assertThat(Signals.maybe(storage.stat(key))).isPresent();
  }

  @Test
  default void saysThatNothingIsThere(StorageBackend storage) {
    BlobKey key = new BlobKey("absent/object");
    assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    Signals.refusal(
        storage.read(new BlobRef(key, Digest.ZERO, 3), new ByteRange(0, 3)), ErrorCode.NOT_FOUND);
  }

  @Test
  default void neverCompletesWithAnObjectThatIsNotTheExpectedOne(StorageBackend storage) {
    BlobKey key = new BlobKey("expected");
    BlobRef ref = Blobs.put(storage, key, Blobs.random(1_000, 1));
    BlobRef otherBytes = new BlobRef(key, Digest.ZERO, 1_000);
    BlobRef otherLength = new BlobRef(key, ref.digest(), 999);
    Signals.refusal(
        storage.read(otherBytes, ByteRange.whole(otherBytes)), ErrorCode.STORAGE_CORRUPT);
    Signals.refusal(
        storage.read(otherLength, ByteRange.whole(otherLength)), ErrorCode.STORAGE_CORRUPT);
  }

  @Test
  default void keepsObjectsWhenItIsOpenedAgain(TestPluginContext context) {
    byte[] bytes = Blobs.random(1_000, 1);
    StorageBackend before = opened(context);
    BlobRef ref = Blobs.put(before, new BlobKey("kept"), bytes);
    Signals.completes(before.close());
    StorageBackend after = opened(context);
    assertThat(Blobs.read(after, ref)).isEqualTo(bytes);
    Signals.completes(after.close());
  }

  @Test
  default void aCancelledPutLeavesNothing(StorageBackend storage) {
    BlobKey key = new BlobKey("cancelled");
    byte[] bytes = Blobs.random(2_000, 1);
    TestPublisher<ByteBuffer> source = TestPublisher.create();
    Disposable put =
        storage
            .put(key, new BlobSource(bytes.length, Digest.sha256(bytes), source::flux))
            .subscribe();
    Signals.eventually("put subscribes to its source", source::wasSubscribed);
    source.next(ByteBuffer.wrap(bytes, 0, 1_000));
    put.dispose();
    Signals.eventually("a cancelled put cancels its source", source::wasCancelled);
    assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    assertThat(Blobs.read(storage, Blobs.put(storage, key, bytes))).isEqualTo(bytes);
  }

  @Test
  default void aCancelledReadHoldsNoFile(StorageBackend storage) {
    BlobRef ref = Blobs.put(storage, new BlobKey("cancelled"), Blobs.random(1 << 20, 1));
    Signals.completes(storage.read(ref, ByteRange.whole(ref)).take(1));
    long before = OpenFiles.count();
    for (int i = 0; i < 200; i++) {
      Signals.completes(storage.read(ref, ByteRange.whole(ref)).take(1));
    }
    Signals.eventually(
        "200 cancelled reads leave no open files", () -> OpenFiles.count() < before + 100);
  }

  @Test
  default void readsNoFasterThanItIsAsked(StorageBackend storage) {
    BlobRef ref = Blobs.put(storage, new BlobKey("slow"), Blobs.random(1 << 20, 1));
    assertThat(OneByOne.of(storage.read(ref, ByteRange.whole(ref))))
        .extracting(ByteBuffer::remaining)
        .satisfies(
            lengths ->
                assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1 << 20));
  }

  @Test
  default void concurrentPutsOfTheSameBytesAllSucceed(StorageBackend storage) {
    BlobKey key = new BlobKey("race/same");
    byte[] bytes = Blobs.random(100_000, 5);
    List<BlobRef> refs =
        Signals.all(
            Flux.range(0, 16).flatMap(i -> storage.put(key, Blobs.chunked(bytes, 1_000 + i)), 16));
    assertThat(refs).hasSize(16).allSatisfy(ref -> assertAnswer(ref, key, bytes));
  }

  @Test
  default void ofConcurrentPutsOfDifferentBytesOneWins(StorageBackend storage) {
    for (int round = 0; round < 10; round++) {
      BlobKey key = new BlobKey("race/different-" + round);
      List<BlobRef> won =
          Signals.all(
              Flux.range(0, 8)
                  .flatMap(
                      i ->
                          storage
                              .put(key, Blobs.chunked(Blobs.random(5_000, i), 500))
                              .onErrorResume(StorageBackendContract::isTaken, e -> Mono.empty()),
                      8));
      assertThat(won).as("puts that succeeded under %s", key).hasSize(1);
      assertThat(Digest.sha256(Blobs.read(storage, won.getFirst())))
          .isEqualTo(won.getFirst().digest());
    }
  }

  private static boolean isTaken(Throwable error) {
    return error instanceof HubException known && known.code() == ErrorCode.STORAGE_ALREADY_EXISTS;
  }

  @Test
  default void deletesOrSaysThatItCannot(StorageBackend storage) {
    BlobKey key = new BlobKey("deleted");
    BlobRef ref = Blobs.put(storage, key, new byte[] {1});
    if (!traits().contains(StorageTrait.DELETE)) {
      Signals.refusal(storage.delete(key), ErrorCode.NOT_SUPPORTED);
      assertThat(Blobs.read(storage, ref)).containsExactly(1);
      return;
    }
    Signals.completes(storage.delete(key));
    Signals.completes(storage.delete(key));
    assertThat(Signals.maybe(storage.stat(key))).isEmpty();
    Signals.refusal(storage.read(ref, ByteRange.whole(ref)), ErrorCode.NOT_FOUND);
    assertThat(Blobs.read(storage, Blobs.put(storage, key, new byte[] {2}))).containsExactly(2);
  }

  @Test
  default void listsAscendingByKeyOrSaysThatItCannot(StorageBackend storage) {
    List<String> names = List.of("a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "b/a", "b0");
    names.reversed().forEach(name -> Blobs.put(storage, new BlobKey(name), new byte[3]));
    if (!traits().contains(StorageTrait.LIST)) {
      Signals.refusal(storage.list(""), ErrorCode.NOT_SUPPORTED);
      return;
    }
    assertThat(Blobs.list(storage, "")).containsExactlyElementsOf(names);
    assertThat(Blobs.list(storage, "a/")).containsExactly("a/b", "a/b/c", "a/c");
    assertThat(Blobs.list(storage, "a/b")).containsExactly("a/b", "a/b/c");
    assertThat(Blobs.list(storage, "b")).containsExactly("b/a", "b0");
    assertThat(Blobs.list(storage, "c")).isEmpty();
    assertThat(Blobs.list(storage, "../")).isEmpty();
    assertThat(Signals.all(storage.list("a-")))
        .containsExactly(new BlobInfo(new BlobKey("a-b"), 3));
    assertThat(OneByOne.of(storage.list("").map(info -> info.key().name())))
        .containsExactlyElementsOf(names);
  }

  /** After any sequence of operations the storage answers as a map would. */
  @Test
  default void answersAsAMapThroughAThousandRandomSequences(StorageBackend storage) {
    inParallel(
        IntStream.range(0, SEQUENCES)
            .<Runnable>mapToObj(seed -> new StorageSequence(storage, traits(), seed)::run)
            .toList());
  }

  /**
   * While things go wrong, in the sources and below the storage, a call succeeds with the right
   * bytes or fails with a code that says so, and afterwards every object is whole or absent.
   */
  @Test
  default void keepsEveryObjectWholeThroughAThousandDisturbedSequences(StorageBackend storage) {
    List<DisturbedSequence> sequences =
        IntStream.range(0, SEQUENCES)
            .mapToObj(seed -> new DisturbedSequence(storage, traits(), seed))
            .toList();
    disturbance().begin(SEQUENCES);
    try {
      inParallel(sequences.stream().<Runnable>map(sequence -> sequence::run).toList());
    } finally {
      disturbance().end();
    }
    inParallel(sequences.stream().<Runnable>map(sequence -> sequence::settle).toList());
  }

  private static void inParallel(List<Runnable> sequences) {
    Scheduler callers = Schedulers.newBoundedElastic(16, 1_000, "tck-caller", 60, true);
    try {
      Flux.fromIterable(sequences)
          .flatMap(sequence -> Mono.fromRunnable(sequence).subscribeOn(callers), 16)
          .blockLast(ALL_SEQUENCES);
    } finally {
      callers.dispose();
    }
  }
}

package io.vramhub.kernel.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.fake.FakeStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Two copies, of which now one and now the other is in trouble. */
final class MirroredStorageTest {
  private static final BlobKey KEY = new BlobKey("window/7/miner-1");
  private static final byte[] BYTES = {1, 2, 3};
  private static final BlobRef REF = new BlobRef(KEY, Digest.sha256(BYTES), BYTES.length);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeStorage home = new FakeStorage();
  private final FakeStorage cloud = new FakeStorage();
  private final List<NodeEvent> events = new ArrayList<>();
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private MirroredStorage mirror = ofLeast(1);

  private MirroredStorage ofLeast(int least) {
    return new MirroredStorage(
        List.of(new Copy("home", home), new Copy("cloud", cloud)),
        least,
        PATIENCE,
        time,
        events::add);
  }

  @AfterEach
  void close() {
    time.dispose();
  }

  private static void put(FakeStorage copy, byte[] bytes) {
    assertThat(copy.put(KEY, BlobSource.of(bytes)).block()).isNotNull();
  }

  private Bytes read(BlobRef ref) {
    return BoundedBytes.collect(mirror.read(ref, ByteRange.whole(ref)), ref.length())
        .blockOptional()
        .orElseThrow();
  }

  private static void fails(Mono<?> call, ErrorCode code) {
    assertThatThrownBy(call::block)
        .isInstanceOfSatisfying(
            HubException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  @Test
  void putsIntoEveryCopyAndReadsTheFirst() {
    assertThat(mirror.put(KEY, BlobSource.of(BYTES)).block()).isEqualTo(REF);
    assertThat(home.get(KEY)).isEqualTo(cloud.get(KEY)).isEqualTo(new Bytes(BYTES));
    assertThat(read(REF)).isEqualTo(new Bytes(BYTES));
    assertThat(home.reads(KEY)).isEqualTo(1);
    assertThat(cloud.reads(KEY)).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void aCopyThatHangsDoesNotStopAPut() {
    for (FakeStorage hanging : List.of(home, cloud)) {
      BlobKey key = new BlobKey(hanging == home ? "a" : "b");
      hanging.hangOnPut(key::equals);
      StepVerifier.create(mirror.put(key, BlobSource.of(BYTES)))
          .then(() -> time.advanceTimeBy(PATIENCE.multipliedBy(2)))
          .expectNextCount(1)
          .expectComplete()
          .verify(PATIENCE);
    }
    assertThat(events).extracting(NodeEvent::toString).anyMatch(told -> told.contains("home"));
    assertThat(events).extracting(NodeEvent::toString).anyMatch(told -> told.contains("cloud"));
  }

  @Test
  void aPutInTooFewCopiesFailsAndMayBeRepeated() {
    mirror = ofLeast(2);
    cloud.hangOnPut(KEY::equals);
    StepVerifier.create(mirror.put(KEY, BlobSource.of(BYTES)))
        .then(() -> time.advanceTimeBy(PATIENCE.multipliedBy(2)))
        .expectErrorSatisfies(
            failure -> assertThat(failure).hasMessageContaining("1 copies of the mirror where 2"))
        .verify(PATIENCE);
    cloud.hangOnPut(key -> false);
    assertThat(mirror.put(KEY, BlobSource.of(BYTES)).block()).isEqualTo(REF);
    assertThat(cloud.has(KEY)).isTrue();
  }

  @Test
  void theFirstCopyDecidesWhetherAKeyIsTaken() {
    put(home, new byte[] {9});
    fails(mirror.put(KEY, BlobSource.of(BYTES)), ErrorCode.STORAGE_ALREADY_EXISTS);
    assertThat(cloud.has(KEY)).isFalse();
  }

  @Test
  void whatACopyLostIsReadElsewhereAndGivenBack() {
    put(cloud, BYTES);
    assertThat(read(REF)).isEqualTo(new Bytes(BYTES));
    assertThat(home.get(KEY)).isEqualTo(new Bytes(BYTES));
  }

  @Test
  void whereCopiesDisagreeTheDigestDecides() {
    put(cloud, BYTES);
    home.tamper(KEY, new byte[] {1, 2, 4});
    assertThat(read(REF)).isEqualTo(new Bytes(BYTES));
    assertThat(home.get(KEY)).isEqualTo(new Bytes(BYTES));
  }

  @Test
  void bytesThatNoCopyHasRightAreCorruptAndNothingIsDeleted() {
    put(home, new byte[] {1, 2, 4});
    put(cloud, new byte[] {1, 2, 5});
    fails(mirror.read(REF, ByteRange.whole(REF)).then(), ErrorCode.STORAGE_CORRUPT);
    assertThat(home.get(KEY)).isEqualTo(new Bytes(new byte[] {1, 2, 4}));
    assertThat(cloud.get(KEY)).isEqualTo(new Bytes(new byte[] {1, 2, 5}));
  }

  @Test
  void aCopyThatIsDownDoesNotStopARead() {
    put(home, BYTES);
    put(cloud, BYTES);
    home.breakReading(KEY::equals);
    assertThat(read(REF)).isEqualTo(new Bytes(BYTES));
    assertThat(
            mirror
                .read(REF, new ByteRange(1, 2))
                .next()
                .blockOptional(PATIENCE)
                .orElseThrow()
                .get(0))
        .isEqualTo((byte) 2);
  }

  @Test
  void isAbsentOnlyIfEveryCopySaysSo() {
    fails(mirror.read(REF, ByteRange.whole(REF)).then(), ErrorCode.NOT_FOUND);
    home.breakReading(KEY::equals);
    fails(mirror.read(REF, ByteRange.whole(REF)).then(), ErrorCode.STORAGE_UNAVAILABLE);
  }

  @Test
  void findsAndListsWhatAnyCopyHas() {
    put(cloud, BYTES);
    home.tamper(new BlobKey("window/8"), new byte[2]);
    cloud.tamper(new BlobKey("window/8"), new byte[2]);
    StepVerifier.create(mirror.stat(KEY)).expectNext(new BlobInfo(KEY, 3)).verifyComplete();
    StepVerifier.create(mirror.stat(new BlobKey("nothing"))).verifyComplete();
    StepVerifier.create(mirror.list("window/").map(info -> info.key().name()))
        .expectNext(KEY.name(), "window/8")
        .verifyComplete();
  }

  @Test
  void deletesFromEveryCopy() {
    put(home, BYTES);
    put(cloud, BYTES);
    mirror.delete(KEY).block();
    assertThat(home.has(KEY)).isFalse();
    assertThat(cloud.has(KEY)).isFalse();
  }

  @Test
  void largeObjectsAreVerifiedAtTheirEnd() {
    byte[] large = new byte[(16 << 20) + 1];
    new SplittableRandom(1).nextBytes(large);
    BlobRef ref = new BlobRef(KEY, Digest.sha256(large), large.length);
    cloud.tamper(KEY, large);
    assertThat(Digest.sha256(read(ref).buffer())).isEqualTo(ref.digest());
    assertThat(home.has(KEY)).isTrue();
  }

  @Test
  void storagesThatNameByContentAreRefused() {
    cloud.nameByContent();
    fails(mirror.ready(), ErrorCode.CONFIG_INVALID);
  }
}

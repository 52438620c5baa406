package io.vramhub.kernel.mirror;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.mirror.CopyHealer.Found;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A storage made of several that hold the same objects.
 *
 * <p>An object is put into the first copy that takes it, which so decides whether its key is free,
 * and then into all others at once. A put succeeds when at least {@code least} copies have the
 * object; for the others it waits no longer than {@code patience}, and what they then lack they are
 * given later. A read asks one copy after the other, in the order of the configuration. Where
 * copies disagree, the digest decides: bytes that do not hash to it count as lost.
 */
public final class MirroredStorage implements StorageBackend {
  /** Whole objects up to this size are verified before the first byte is passed on. */
  private static final long VERIFIED_AHEAD = 16L << 20;

  private static final long BYTES_PER_SECOND = 1L << 20;

  private final List<Copy> copies;
  private final int least;
  private final Duration patience;
  private final Scheduler timer;
  private final CopyHealer healer;

  /**
   * @param copies at least two, that name objects by key
   * @param least how many copies an object must be in before a put succeeds
   * @param patience with a copy that does not answer
   */
  public MirroredStorage(
      List<Copy> copies, int least, Duration patience, Scheduler timer, NodeEvents events) {
    if (copies.size() < 2 || least < 1 || least > copies.size()) {
      throw new IllegalArgumentException(least + " of " + copies.size() + " copies");
    }
    this.copies = List.copyOf(copies);
    this.least = least;
    this.patience = patience;
    this.timer = timer;
    this.healer = new CopyHealer(ref -> read(ref, ByteRange.whole(ref)), events);
  }

  /** Refuses copies that name objects by their content: what a mirror holds has one name in all. */
  @Override
  public Mono<Void> ready() {
    return Flux.fromIterable(copies)
        .filter(copy -> copy.storage().traits().contains(StorageTrait.CONTENT_ADDRESSED))
        .next()
        .flatMap(
            copy ->
                Mono.error(
                    new HubException(
                        ErrorCode.CONFIG_INVALID,
                        "storage.mirror.copies."
                            + copy.name()
                            + " names objects by their content; a mirror is made of storages that"
                            + " name them by key, such as local and r2. Leave it out.")));
  }

  /** What all copies can do. */
  @Override
  public Set<StorageTrait> traits() {
    Set<StorageTrait> traits = EnumSet.allOf(StorageTrait.class);
    copies.forEach(copy -> traits.retainAll(copy.storage().traits()));
    return traits;
  }

  // ---- put

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    BlobRef ref = new BlobRef(key, source.digest(), source.length());
    return first(0, key, source)
        .flatMap(
            first ->
                Flux.fromIterable(copies)
                    .filter(copy -> copy != copies.get(first))
                    .flatMap(copy -> isPut(copy, ref, source), copies.size())
                    .filter(Boolean::booleanValue)
                    .count())
        .flatMap(
            others ->
                1 + others >= least
                    ? Mono.just(ref)
                    : Mono.error(
                        new HubException(
                            ErrorCode.STORAGE_UNAVAILABLE,
                            key
                                + " is in "
                                + (1 + others)
                                + " copies of the mirror where "
                                + least
                                + " are demanded. Try again when more of them can be reached.")));
  }

  /** The index of the first copy that took the object; an error of the last if none did. */
  private Mono<Integer> first(int index, BlobKey key, BlobSource source) {
    Copy copy = copies.get(index);
    boolean last = index == copies.size() - 1;
    return withPatience(copy, source.length(), copy.storage().put(key, source))
        .thenReturn(index)
        .onErrorResume(
            failure -> !last && isOfTheCopy(failure),
            failure -> {
              healer.trouble(copy, key, String.valueOf(failure.getMessage()));
              return first(index + 1, key, source);
            });
  }

  /**
   * Whether another copy may do what this one did not; a taken key and a wrong source are wrong
   * everywhere.
   */
  private static boolean isOfTheCopy(Throwable failure) {
    return failure instanceof HubException known
        && known.code() != ErrorCode.STORAGE_ALREADY_EXISTS
        && known.code() != ErrorCode.STORAGE_CORRUPT;
  }

  private Mono<Boolean> isPut(Copy copy, BlobRef ref, BlobSource source) {
    return withPatience(copy, source.length(), copy.storage().put(ref.key(), source))
        .thenReturn(true)
        .onErrorResume(
            failure -> {
              healer.trouble(copy, ref.key(), String.valueOf(failure.getMessage()));
              if (!has(failure, ErrorCode.STORAGE_ALREADY_EXISTS)) {
                // Another object there may be the right one: only a reader's digest can tell.
                healer.ask(copy, ref, Found.NOTHING);
              }
              return Mono.just(false);
            });
  }

  private <T> Mono<T> withPatience(Copy copy, Mono<T> call) {
    return withPatience(copy, 0, call);
  }

  /** Many bytes may take longer: a second for each MiB. */
  private <T> Mono<T> withPatience(Copy copy, long bytes, Mono<T> call) {
    Duration limit = patience.plusSeconds(bytes / BYTES_PER_SECOND);
    return call.timeout(limit, timer)
        .onErrorMap(
            TimeoutException.class,
            late ->
                new HubException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "copy '" + copy.name() + "' did not answer within " + limit.toSeconds() + " s",
                    late));
  }

  // ---- read

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    boolean whole = range.equals(ByteRange.whole(ref));
    if (!whole) {
      return streamed(0, ref, range);
    }
    return ref.length() <= VERIFIED_AHEAD
        ? verified(0, ref).map(Bytes::buffer).filter(ByteBuffer::hasRemaining).flux()
        : verifiedAtItsEnd(ref);
  }

  /** Parts of it may come from several copies, of which none has verified the whole. */
  private Flux<ByteBuffer> verifiedAtItsEnd(BlobRef ref) {
    return Flux.defer(
        () -> {
          MessageDigest hash = Digest.newSha256();
          return streamed(0, ref, ByteRange.whole(ref))
              .doOnNext(bytes -> hash.update(bytes.duplicate()))
              .concatWith(
                  Mono.defer(
                      () ->
                          Digest.of(hash.digest()).equals(ref.digest())
                              ? Mono.empty()
                              : Mono.error(
                                  new HubException(
                                      ErrorCode.STORAGE_CORRUPT,
                                      "the copies of "
                                          + ref.key()
                                          + " together are not the expected object"))));
        });
  }

  /** The bytes from the first copy that has them right, from this index on. */
  private Mono<Bytes> verified(int index, BlobRef ref) {
    Copy copy = copies.get(index);
    Flux<ByteBuffer> bytes = copy.storage().read(ref, ByteRange.whole(ref));
    return withPatience(copy, ref.length(), BoundedBytes.collect(bytes, ref.length()))
        .onErrorResume(
            failure -> isElsewhere(index, failure),
            failure ->
                verified(index + 1, ref)
                    .doOnNext(found -> healIfLost(copy, ref, failure))
                    .onErrorMap(later -> telling(failure, later)));
  }

  /**
   * Passes bytes on as they come. A copy that fails half-way is followed by the next one from there
   * on.
   */
  private Flux<ByteBuffer> streamed(int index, BlobRef ref, ByteRange range) {
    return Flux.defer(
        () -> {
          Copy copy = copies.get(index);
          AtomicLong passed = new AtomicLong();
          return copy.storage()
              .read(ref, range)
              .doOnNext(bytes -> passed.addAndGet(bytes.remaining()))
              .onErrorResume(
                  failure -> isElsewhere(index, failure) && mayGoOn(failure, passed.get()),
                  failure ->
                      streamed(
                              index + 1,
                              ref,
                              new ByteRange(
                                  range.offset() + passed.get(), range.length() - passed.get()))
                          .doOnComplete(() -> healIfLost(copy, ref, failure))
                          .onErrorMap(later -> telling(failure, later)));
        });
  }

  /** Bytes that turned out wrong cannot be taken back. */
  private static boolean mayGoOn(Throwable failure, long passed) {
    return passed == 0 || !has(failure, ErrorCode.STORAGE_CORRUPT);
  }

  private boolean isElsewhere(int index, Throwable failure) {
    return index < copies.size() - 1
        && failure instanceof HubException known
        && known.code() != ErrorCode.INVARIANT_BROKEN;
  }

  private void healIfLost(Copy copy, BlobRef ref, Throwable failure) {
    if (has(failure, ErrorCode.NOT_FOUND)) {
      healer.ask(copy, ref, Found.NOTHING);
    } else if (has(failure, ErrorCode.STORAGE_CORRUPT)) {
      healer.ask(copy, ref, Found.OTHER_BYTES);
    }
  }

  /**
   * Of two copies' failures, the one that leaves more hope; that nothing is there, only if both say
   * so.
   */
  private static Throwable telling(Throwable one, Throwable other) {
    if (has(other, ErrorCode.NOT_FOUND)) {
      return one;
    }
    if (has(one, ErrorCode.STORAGE_UNAVAILABLE)) {
      return one;
    }
    return other;
  }

  private static boolean has(Throwable failure, ErrorCode code) {
    return failure instanceof HubException known && known.code() == code;
  }

  // ---- the rest

  /** Present in one copy is present; absent is what no copy has. */
  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return stat(0, key);
  }

  private Mono<BlobInfo> stat(int index, BlobKey key) {
    Copy copy = copies.get(index);
    Mono<BlobInfo> here = withPatience(copy, copy.storage().stat(key));
    return index == copies.size() - 1
        ? here
        : here.onErrorResume(
                HubException.class,
                // Whether it is absent stays unknown unless another copy has it.
                failure -> stat(index + 1, key).switchIfEmpty(Mono.error(failure)))
            .switchIfEmpty(Mono.defer(() -> stat(index + 1, key)));
  }

  /** What any copy lists; all must answer. */
  @Override
  public Flux<BlobInfo> list(String prefix) {
    return Flux.defer(
        () -> {
          @SuppressWarnings({"unchecked", "rawtypes"}) // An array of a generic type.
          Flux<BlobInfo>[] listings =
              copies.stream().map(copy -> copy.storage().list(prefix)).toArray(Flux[]::new);
          return Flux.mergeComparing(1, Comparator.comparing(BlobInfo::key), listings)
              .distinctUntilChanged(BlobInfo::key);
        });
  }

  /** From every copy; where one fails, it can be repeated. */
  @Override
  public Mono<Void> delete(BlobKey key) {
    return Flux.fromIterable(copies)
        .flatMapDelayError(copy -> withPatience(copy, copy.storage().delete(key)), copies.size(), 1)
        .then();
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(healer::close)
        .thenMany(Flux.fromIterable(copies))
        .concatMapDelayError(copy -> copy.storage().close())
        .then();
  }
}

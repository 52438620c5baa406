package io.vramhub.tck;

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
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** A storage in memory that keeps the contract, or breaks it in one way. */
final class MemoryStorage implements StorageBackend {
  private static final int CHUNK = 65_536;
  private static final Duration A_WHILE = Duration.ofMillis(20);

  /** Nobody closes them, that is the fault. */
  private static final List<FileInputStream> HELD = new ArrayList<>();

  private final NavigableMap<BlobKey, Bytes> objects;
  private final PluginContext context;
  private final StorageFault fault;
  private final AtomicInteger readies = new AtomicInteger();
  private final AtomicInteger closings = new AtomicInteger();
  private final AtomicInteger inUse = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();

  MemoryStorage(NavigableMap<BlobKey, Bytes> objects, PluginContext context, StorageFault fault) {
    this.objects = objects;
    this.context = context;
    this.fault = fault;
    if (fault == StorageFault.LEAVES_A_THREAD) {
      CountDownLatch never = new CountDownLatch(1);
      Thread.ofPlatform()
          .daemon()
          .name("forgotten")
          .start(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  private boolean has(StorageFault other) {
    return fault == other;
  }

  @Override
  public Set<StorageTrait> traits() {
    return has(StorageFault.HIDES_A_TRAIT) ? Set.of(StorageTrait.LIST) : fault.traits();
  }

  @Override
  public Mono<Void> ready() {
    return Mono.defer(
        () ->
            readies.getAndIncrement() > 1 && has(StorageFault.READY_ONCE)
                ? Mono.error(new HubException(ErrorCode.INVARIANT_BROKEN, "asked before"))
                : Mono.empty());
  }

  private void demandOpen() {
    if (broken.get()) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "broken by a cancellation");
    }
    if (closings.get() > 0 && !has(StorageFault.WORKS_AFTER_CLOSING)) {
      throw new HubException(ErrorCode.STORAGE_UNAVAILABLE, "closed");
    }
  }

  private BlobKey stored(BlobKey key) {
    return has(StorageFault.KEYS_WITHOUT_CASE)
        ? new BlobKey(key.name().toLowerCase(Locale.ROOT))
        : key;
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    if (has(StorageFault.STORES_WITHOUT_A_SUBSCRIBER)) {
      objects.put(key, new Bytes(new byte[] {1}));
    }
    Flux<ByteBuffer> content =
        has(StorageFault.READS_ITS_SOURCE_ONCE)
            ? Flux.defer(source.content()).cache()
            : Flux.defer(source.content());
    if (has(StorageFault.HOLDS_ON_TO_ITS_SOURCE)) {
      content = content.publish().autoConnect();
    }
    Mono<Bytes> bytes =
        content
            .collect(ByteArrayOutputStream::new, MemoryStorage::append)
            .map(all -> new Bytes(all.toByteArray()));
    return Mono.fromSupplier(() -> before(key))
        .delayUntil(
            taken ->
                has(StorageFault.CHECKS_THEN_ACTS) || has(StorageFault.LOSES_REPEATS_AT_A_TIME)
                    ? Mono.delay(A_WHILE, context.timer())
                    : Mono.empty())
        .flatMap(taken -> bytes.map(all -> stored(key, source, all, taken)));
  }

  private boolean before(BlobKey key) {
    demandOpen();
    if (key.name().length() > 200 && has(StorageFault.LONG_KEYS_ARE_UNAVAILABLE)) {
      throw new HubException(ErrorCode.STORAGE_UNAVAILABLE, "too long");
    }
    return objects.containsKey(stored(key));
  }

  private BlobRef stored(BlobKey key, BlobSource source, Bytes bytes, boolean taken) {
    Digest digest = Digest.sha256(bytes.buffer());
    boolean announced = digest.equals(source.digest()) && bytes.length() == source.length();
    if (!announced && !has(StorageFault.BELIEVES_ITS_SOURCES)) {
      throw new HubException(ErrorCode.STORAGE_CORRUPT, "not what was announced");
    }
    boolean overwrites =
        has(StorageFault.OVERWRITES) || (has(StorageFault.CHECKS_THEN_ACTS) && !taken);
    if (fails()) {
      return disturbed(key, new BlobRef(key, digest, bytes.length()), bytes);
    }
    if (overwrites) {
      objects.put(stored(key), bytes);
      return new BlobRef(key, digest, bytes.length());
    }
    Bytes there = objects.putIfAbsent(stored(key), bytes);
    boolean raced = has(StorageFault.LOSES_REPEATS_AT_A_TIME) && there != null && !taken;
    boolean repeated = has(StorageFault.REFUSES_REPEATS) && there != null;
    if (there != null && !there.equals(bytes) || raced || repeated) {
      throw new HubException(ErrorCode.STORAGE_ALREADY_EXISTS, "taken");
    }
    return new BlobRef(key, digest, bytes.length());
  }

  /** Whether this call is one of those that go wrong: every third while there is a disturbance. */
  private boolean fails() {
    return StorageCanariesTest.isDisturbed() && calls.getAndIncrement() % 3 == 0;
  }

  private BlobRef disturbed(BlobKey key, BlobRef ref, Bytes bytes) {
    if (has(StorageFault.CLAIMS_SUCCESS_WHEN_DISTURBED)) {
      return ref;
    }
    if (has(StorageFault.KEEPS_HALF_WHEN_DISTURBED)) {
      objects.putIfAbsent(stored(key), new Bytes(Arrays.copyOf(bytes.array(), bytes.length() / 2)));
    }
    throw new HubException(ErrorCode.STORAGE_UNAVAILABLE, "disturbed");
  }

  private static void append(ByteArrayOutputStream all, ByteBuffer chunk) {
    byte[] bytes = new byte[chunk.remaining()];
    chunk.duplicate().get(bytes);
    all.writeBytes(bytes);
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    Flux<ByteBuffer> chunks = Flux.defer(() -> Flux.fromIterable(chunks(ref, range)));
    return has(StorageFault.IGNORES_DEMAND)
        ? Flux.from(
            subscriber -> {
              subscriber.onSubscribe(Operators.emptySubscription());
              chunks.subscribe(subscriber::onNext, subscriber::onError, subscriber::onComplete);
            })
        : chunks;
  }

  private List<ByteBuffer> chunks(BlobRef ref, ByteRange range) {
    demandOpen();
    if (has(StorageFault.HOLDS_FILES)) {
      hold(context.dataDirectory());
    }
    Bytes found = objects.get(stored(ref.key()));
    if (found == null) {
      if (has(StorageFault.ABSENCE_IS_EMPTY)) {
        return List.of();
      }
      throw has(StorageFault.ERRORS_OF_ITS_OWN)
          ? new IllegalStateException("absent")
          : new HubException(ErrorCode.NOT_FOUND, "absent");
    }
    byte[] bytes = found.array();
    boolean whole = range.equals(ByteRange.whole(ref));
    boolean expected = bytes.length == ref.length() && Digest.sha256(bytes).equals(ref.digest());
    if (whole && !expected && !has(StorageFault.NEVER_VERIFIES)) {
      throw new HubException(ErrorCode.STORAGE_CORRUPT, "not the expected one");
    }
    boolean outside = range.offset() > bytes.length - range.length();
    if (outside && !has(StorageFault.READS_PAST_THE_END)) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "outside");
    }
    int from = (int) Math.min(range.offset(), bytes.length);
    int to = (int) Math.min(bytes.length, from + range.length());
    if (has(StorageFault.RANGE_FROM_THE_NEXT_BYTE) && from > 0 && from < to) {
      from++;
    }
    return cut(bytes, from, to);
  }

  private List<ByteBuffer> cut(byte[] bytes, int from, int to) {
    byte[] shared = new byte[CHUNK];
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int at = from; at < to; at += CHUNK) {
      int length = Math.min(CHUNK, to - at);
      if (has(StorageFault.ONE_BUFFER_FOR_ALL_CHUNKS)) {
        System.arraycopy(bytes, at, shared, 0, length);
        chunks.add(ByteBuffer.wrap(shared, 0, length));
      } else {
        chunks.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, at + length)));
      }
    }
    return chunks;
  }

  private static void hold(Path directory) {
    try {
      Path file = directory.resolve("held");
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      HELD.add(new FileInputStream(file.toFile()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    Supplier<Mono<BlobInfo>> look = () -> Mono.defer(() -> Mono.justOrEmpty(looked(key)));
    if (has(StorageFault.BLOCKS_ITS_CALLER)) {
      return Mono.fromSupplier(() -> look.get().subscribeOn(context.blocking()).block());
    }
    if (has(StorageFault.FAILS_WHEN_SHARED)) {
      return Mono.usingWhen(
          Mono.fromSupplier(inUse::incrementAndGet),
          users ->
              users > 1
                  ? Mono.error(new HubException(ErrorCode.INVARIANT_BROKEN, "in use"))
                  : Mono.delay(A_WHILE, context.timer()).then(look.get()),
          users -> Mono.fromRunnable(inUse::decrementAndGet));
    }
    if (has(StorageFault.BROKEN_BY_CANCELLATION)) {
      return Mono.delay(A_WHILE, context.timer())
          .doOnCancel(() -> broken.set(true))
          .then(look.get());
    }
    return look.get();
  }

  private Optional<BlobInfo> looked(BlobKey key) {
    demandOpen();
    if (fails()) {
      if (has(StorageFault.SAYS_ABSENT_WHEN_DISTURBED)) {
        return Optional.empty();
      }
      throw new HubException(ErrorCode.STORAGE_UNAVAILABLE, "disturbed");
    }
    Bytes found = objects.get(stored(key));
    if (found == null && has(StorageFault.ABSENCE_IS_AN_ERROR)) {
      throw new HubException(ErrorCode.NOT_FOUND, "absent");
    }
    int more = has(StorageFault.WRONG_LENGTH) ? 1 : 0;
    return Optional.ofNullable(found).map(bytes -> new BlobInfo(key, bytes.length() + more));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    if (!traits().contains(StorageTrait.LIST) && !has(StorageFault.LISTS_WITHOUT_A_WORD)) {
      return Flux.error(new HubException(ErrorCode.NOT_SUPPORTED, "cannot list"));
    }
    return Flux.defer(
        () -> {
          demandOpen();
          if (has(StorageFault.LISTS_WITHOUT_A_WORD)) {
            return Flux.empty();
          }
          String start =
              has(StorageFault.LISTS_FOLDERS_ONLY) && !prefix.isEmpty() && !prefix.endsWith("/")
                  ? prefix + "/"
                  : prefix;
          List<BlobInfo> found = new ArrayList<>();
          objects.forEach(
              (key, bytes) -> {
                if (key.name().startsWith(start)) {
                  found.add(new BlobInfo(key, bytes.length()));
                }
              });
          if (has(StorageFault.LISTS_DESCENDING)) {
            Collections.reverse(found);
          }
          return Flux.fromIterable(found);
        });
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    if (!traits().contains(StorageTrait.DELETE) && !has(StorageFault.DELETES_WITHOUT_A_WORD)) {
      return Mono.error(new HubException(ErrorCode.NOT_SUPPORTED, "cannot delete"));
    }
    return Mono.fromRunnable(
        () -> {
          demandOpen();
          Bytes there = objects.remove(stored(key));
          if (there == null && has(StorageFault.ABSENT_CANNOT_BE_DELETED)) {
            throw new HubException(ErrorCode.NOT_FOUND, "absent");
          }
          if (has(StorageFault.DELETES_A_FOLDER)) {
            objects.keySet().removeIf(other -> other.name().startsWith(key.name() + "/"));
          }
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(
        () -> {
          if (closings.getAndIncrement() > 0 && has(StorageFault.CLOSES_ONCE)) {
            throw new HubException(ErrorCode.INVARIANT_BROKEN, "closed before");
          }
        });
  }
}

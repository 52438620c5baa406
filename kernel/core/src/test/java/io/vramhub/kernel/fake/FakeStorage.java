package io.vramhub.kernel.fake;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.BoundedBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Objects in memory, with faults on demand. */
public final class FakeStorage implements StorageBackend {
  private final TreeMap<BlobKey, Bytes> objects = new TreeMap<>();
  private final List<BlobKey> reads = new ArrayList<>();
  private Predicate<BlobKey> unreadable = key -> false;
  private Predicate<BlobKey> stuck = key -> false;
  private boolean contentAddressed;
  private Optional<Credential> shared = Optional.empty();
  private long peerReads;

  /** From now on objects are named by their content, and the key they are put under is lost. */
  public void nameByContent() {
    contentAddressed = true;
  }

  /** From now on peers read with this credential. */
  public void share(Credential credential) {
    shared = Optional.of(credential);
  }

  /** How often a peer's view was opened. */
  public long peerReads() {
    return peerReads;
  }

  @Override
  public Mono<Credential> readCredential() {
    return Mono.fromSupplier(shared::orElseThrow);
  }

  @Override
  public Mono<StorageBackend> peer(Credential credential) {
    return Mono.fromCallable(
        () -> {
          if (!shared.equals(Optional.of(credential))) {
            throw new HubException(ErrorCode.ACCESS_DENIED, "the credential was withdrawn");
          }
          peerReads++;
          return this;
        });
  }

  @Override
  public Set<StorageTrait> traits() {
    if (shared.isPresent()) {
      return Set.of(StorageTrait.PEER);
    }
    return contentAddressed
        ? Set.of(StorageTrait.CONTENT_ADDRESSED)
        : StorageBackend.super.traits();
  }

  private BlobKey name(BlobKey key, BlobSource source) {
    return contentAddressed
        ? new BlobKey(
            "walrus/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(source.digest().array()))
        : key;
  }

  /** Reading such keys fails as if the store were down. */
  public void breakReading(Predicate<BlobKey> keys) {
    unreadable = keys;
  }

  /** Putting such keys never completes. */
  public void hangOnPut(Predicate<BlobKey> keys) {
    stuck = keys;
  }

  /** Changes or adds an object behind everyone's back. */
  public void tamper(BlobKey key, byte[] content) {
    objects.put(key, new Bytes(content));
  }

  /** How often a part of the object was read. */
  public long reads(BlobKey key) {
    return reads.stream().filter(key::equals).count();
  }

  public void forgetReads() {
    reads.clear();
  }

  public void remove(BlobKey key) {
    objects.remove(key);
  }

  public boolean has(BlobKey key) {
    return objects.containsKey(key);
  }

  public Bytes get(BlobKey key) {
    return objects.get(key);
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    if (stuck.test(key)) {
      return Mono.never();
    }
    return BoundedBytes.collect(Flux.defer(source.content()), source.length())
        .map(
            bytes -> {
              BlobKey name = name(key, source);
              Bytes before = objects.putIfAbsent(name, bytes);
              if (before != null && !before.equals(bytes)) {
                throw new HubException(ErrorCode.STORAGE_ALREADY_EXISTS, key + " exists");
              }
              return new BlobRef(name, source.digest(), source.length());
            });
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return Flux.defer(
        () -> {
          reads.add(ref.key());
          if (unreadable.test(ref.key())) {
            return Flux.error(new HubException(ErrorCode.STORAGE_UNAVAILABLE, "down"));
          }
          Bytes found = objects.get(ref.key());
          if (found == null) {
            return Flux.error(new HubException(ErrorCode.NOT_FOUND, ref.key().name()));
          }
          byte[] bytes = found.array();
          boolean whole = range.equals(ByteRange.whole(ref));
          if (whole && !Digest.sha256(bytes).equals(ref.digest())) {
            return Flux.error(new HubException(ErrorCode.STORAGE_CORRUPT, ref.key().name()));
          }
          int from = (int) range.offset();
          int to = (int) Math.min(bytes.length, range.offset() + range.length());
          return Flux.just(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to)));
        });
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return Mono.defer(
        () ->
            unreadable.test(key)
                ? Mono.error(new HubException(ErrorCode.STORAGE_UNAVAILABLE, "down"))
                : Mono.justOrEmpty(objects.get(key)).map(b -> new BlobInfo(key, b.length())));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return Flux.fromIterable(objects.entrySet())
        .filter(entry -> entry.getKey().name().startsWith(prefix))
        .map(entry -> new BlobInfo(entry.getKey(), entry.getValue().length()));
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return Mono.fromRunnable(() -> objects.remove(key));
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}

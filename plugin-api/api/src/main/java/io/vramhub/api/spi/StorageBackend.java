package io.vramhub.api.spi;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.StorageTrait;
import java.nio.ByteBuffer;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where payloads and checkpoints live. Called by every role, several calls at a time, on any
 * thread; all methods are cold and safe to repeat, and cancelling one leaves nothing half-written
 * behind.
 */
public interface StorageBackend extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<StorageBackend> {}

  /** What this backend is like; it lists and deletes unless it overrides this. */
  default Set<StorageTrait> traits() {
    return Set.of(StorageTrait.LIST, StorageTrait.DELETE);
  }

  /**
   * Stores the bytes under the key, durably, before it completes. The same key and digest again is
   * success; the same key with another digest signals {@code STORAGE_ALREADY_EXISTS}.
   *
   * @return what every node reads the object by: under the given key, or under the object's own
   *     name if the storage is {@link StorageTrait#CONTENT_ADDRESSED}
   */
  Mono<BlobRef> put(BlobKey key, BlobSource source);

  /**
   * Reads a range. When the range is the whole object, its length and digest are verified and a
   * difference signals {@code STORAGE_CORRUPT} instead of completing; absence signals {@code
   * NOT_FOUND}, trouble {@code STORAGE_UNAVAILABLE}.
   */
  Flux<ByteBuffer> read(BlobRef ref, ByteRange range);

  /** Empty: absent. An error: cannot know. */
  Mono<BlobInfo> stat(BlobKey key);

  /**
   * Objects whose key starts with the prefix, ascending by key; an empty prefix lists all. Needs
   * {@link StorageTrait#LIST}.
   */
  Flux<BlobInfo> list(String prefix);

  /**
   * What lets peers read this node's storage: read-only, sealed for the network's validators before
   * it leaves the node, opaque to all but this kind of storage. Empty if there is nothing to share.
   * Another credential than before takes its place; the old one works until {@link #close()}. Needs
   * {@link StorageTrait#PEER}.
   */
  default Mono<Credential> readCredential() {
    return Mono.error(withoutPeers());
  }

  /**
   * A read-only view of a peer's storage, which the caller closes; it signals {@code NOT_SUPPORTED}
   * for what writes. The credential is a stranger's word: it must lead nowhere but to storage of
   * the kind and at the provider that the operator of this node has configured. {@code
   * MESSAGE_INVALID}: the credential is none of this kind of storage; that it is refused shows when
   * the view is used, as {@code ACCESS_DENIED}. Needs {@link StorageTrait#PEER}.
   */
  default Mono<StorageBackend> peer(Credential credential) {
    return Mono.error(withoutPeers());
  }

  private static HubException withoutPeers() {
    return new HubException(
        ErrorCode.NOT_SUPPORTED, "this storage is one for all nodes and opens no peer's");
  }

  /** Absent is success. Needs {@link StorageTrait#DELETE}. */
  Mono<Void> delete(BlobKey key);
}

package io.vramhub.kernel.plugin;

import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The storage of a node, whichever plugin provides it at the moment. */
record SlotStorage(HostSlot<StorageBackend> slot) implements StorageBackend {
  @Override
  public Set<StorageTrait> traits() {
    return slot.present().traits();
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    return slot.call("put", storage -> storage.put(key, source));
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return slot.stream("read", storage -> storage.read(ref, range));
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return slot.call("stat", storage -> storage.stat(key));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return slot.stream("list", storage -> storage.list(prefix));
  }

  @Override
  public Mono<Credential> readCredential() {
    return slot.call("readCredential", StorageBackend::readCredential);
  }

  @Override
  public Mono<StorageBackend> peer(Credential credential) {
    return slot.call("peer", storage -> storage.peer(credential));
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return slot.call("delete", storage -> storage.delete(key));
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}

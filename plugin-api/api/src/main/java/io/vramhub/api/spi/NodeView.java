package io.vramhub.api.spi;

import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a node shows its guests: the chain and the storage, to read. It outlives swaps of the
 * plugins behind it. All methods are cold and safe to repeat, from any thread.
 */
public interface NodeView {
  /** As {@link ChainAdapter#head()}. */
  Mono<ChainHead> head();

  /** As {@link ChainAdapter#events(long)}. */
  Flux<ChainRecord> events(long fromSequence);

  /** As {@link StorageBackend#read}. */
  Flux<ByteBuffer> read(BlobRef ref, ByteRange range);

  /** As {@link StorageBackend#stat}. */
  Mono<BlobInfo> stat(BlobKey key);
}

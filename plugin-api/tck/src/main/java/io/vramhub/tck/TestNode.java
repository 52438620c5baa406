package io.vramhub.tck;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.spi.NodeView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What a node service sees of a node, for tests: a chain that grows when a test says so, at one
 * second of chain time per event, and objects a test has put there.
 */
public final class TestNode implements NodeView {
  private static final NetworkId NETWORK = new NetworkId(Digest.sha256(new byte[] {1}));
  private static final long EVENT_MS = 1_000;

  private final List<ChainRecord> records = new ArrayList<>();
  private final Sinks.Many<ChainRecord> followed = Sinks.many().replay().all();
  private final Map<BlobKey, Bytes> objects = new ConcurrentHashMap<>();

  /** Adds an event to the chain; all who follow it hear of it. */
  public synchronized ChainRecord happens(ChainEvent event) {
    long sequence = records.size() + 1L;
    ChainRecord next = new ChainRecord(sequence, sequence * EVENT_MS, event);
    records.add(next);
    followed.emitNext(next, Sinks.EmitFailureHandler.FAIL_FAST);
    return next;
  }

  /** Puts an object into the storage. */
  public BlobRef store(BlobKey key, byte[] bytes) {
    objects.put(key, new Bytes(bytes));
    return new BlobRef(key, Digest.sha256(bytes), bytes.length);
  }

  @Override
  public Mono<ChainHead> head() {
    return Mono.fromSupplier(this::headNow);
  }

  private synchronized ChainHead headNow() {
    return new ChainHead(NETWORK, records.size(), records.size() * EVENT_MS);
  }

  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return followed.asFlux().filter(happened -> happened.sequence() >= fromSequence);
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return Flux.defer(
        () -> {
          Bytes bytes =
              Optional.ofNullable(objects.get(ref.key()))
                  .orElseThrow(
                      () ->
                          new HubException(ErrorCode.NOT_FOUND, "nothing is stored under " + ref));
          return Flux.just(
              bytes
                  .buffer()
                  .slice(Math.toIntExact(range.offset()), Math.toIntExact(range.length())));
        });
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return Mono.fromSupplier(() -> Optional.ofNullable(objects.get(key)))
        .flatMap(Mono::justOrEmpty)
        .map(bytes -> new BlobInfo(key, bytes.length()));
  }
}

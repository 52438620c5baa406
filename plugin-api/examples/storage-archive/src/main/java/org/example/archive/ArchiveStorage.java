package org.example.archive;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.spi.StorageBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@link StorageBackend} over an {@link Archive}; all disk work is on the blocking scheduler. */
final class ArchiveStorage implements StorageBackend {
  /** Chunks taken from a source ahead of the disk. */
  private static final int WRITE_AHEAD = 2;

  private final Archive archive;
  private final Scheduler blocking;
  private final AtomicBoolean closed = new AtomicBoolean();

  ArchiveStorage(Archive archive, Scheduler blocking) {
    this.archive = archive;
    this.blocking = blocking;
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    BlobRef ref = new BlobRef(key, source.digest(), source.length());
    return call(() -> archive.holds(ref))
        .flatMap(held -> held ? Mono.just(ref) : store(ref, source));
  }

  private Mono<BlobRef> store(BlobRef ref, BlobSource source) {
    return Mono.usingWhen(
        call(() -> Spool.create(archive.directory(), ref)),
        spool ->
            Flux.defer(source.content())
                .publishOn(blocking, WRITE_AHEAD)
                .doOnNext(bytes -> run(() -> spool.write(bytes)))
                .then(call(() -> append(ref, spool))),
        spool -> Mono.fromRunnable(() -> run(spool::close)).subscribeOn(blocking));
  }

  private BlobRef append(BlobRef ref, Spool spool) throws IOException {
    spool.verify();
    archive.append(ref, spool);
    return ref;
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return Flux.<ByteBuffer, EntryReader>generate(
            () -> opened(() -> EntryReader.open(archive, ref, range)),
            (reader, sink) -> {
              run(() -> reader.next(sink));
              return reader;
            },
            reader -> run(reader::close))
        .subscribeOn(blocking);
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return call(() -> archive.find(key))
        .flatMap(found -> Mono.justOrEmpty(found.map(entry -> entry.info(key))));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return call(archive::entries)
        .flatMapIterable(entries -> entries.entrySet())
        .filter(entry -> entry.getKey().name().startsWith(prefix))
        .map(entry -> entry.getValue().info(entry.getKey()));
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return call(() -> {
          archive.delete(key);
          return key;
        })
        .then();
  }

  /** No file stays open between calls, so there is nothing to release. */
  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }

  /** Disk work with a result. */
  @FunctionalInterface
  private interface DiskCall<T> {
    T call() throws IOException;
  }

  /** Disk work without one. */
  @FunctionalInterface
  private interface DiskWork {
    void run() throws IOException;
  }

  private <T> Mono<T> call(DiskCall<T> work) {
    return Mono.fromCallable(() -> opened(work)).subscribeOn(blocking);
  }

  private <T> T opened(DiskCall<T> work) {
    if (closed.get()) {
      throw new HubException(
          ErrorCode.STORAGE_UNAVAILABLE, "the archive was closed; open it again.");
    }
    try {
      return work.call();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private void run(DiskWork work) {
    try {
      work.run();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private HubException unavailable(IOException cause) {
    return new HubException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "archive " + archive.file() + ": " + cause + ". Check the disk and that it has room.",
        cause);
  }
}

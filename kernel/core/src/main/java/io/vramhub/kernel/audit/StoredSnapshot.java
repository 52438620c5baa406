package io.vramhub.kernel.audit;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads stored checkpoint files piece by piece and works out the root their bytes have. */
final class StoredSnapshot {
  private static final int PIECE = CheckpointTree.LEAF_BYTES;
  private static final Duration BUDGET = Duration.ofMinutes(2);

  private final StorageBackend storage;
  private final Backoff backoff;
  private final Scheduler blocking;

  StoredSnapshot(StorageBackend storage, Backoff backoff, Scheduler blocking) {
    this.storage = storage;
    this.backoff = backoff;
    this.blocking = blocking;
  }

  /**
   * What is stored.
   *
   * @param root of the bytes; empty if there are more or fewer than the checkpoint has, which are
   *     not worth reading
   */
  record Stored(long length, Optional<Digest> root) {
    boolean is(CheckpointRef checkpoint) {
      return root.isPresent() && root.get().equals(checkpoint.root());
    }

    @Override
    public String toString() {
      return root.map(Digest::toString).orElse("a file of " + length + " bytes");
    }
  }

  /**
   * What is stored under the checkpoint's name; empty if nothing.
   *
   * @param length bytes the checkpoint's file has
   */
  Mono<Stored> look(CheckpointRef checkpoint, long length) {
    return found(checkpoint).flatMap(info -> read(info, length, piece -> {}));
  }

  /** The same, and keeps the bytes in the file. */
  Mono<Stored> download(CheckpointRef checkpoint, long length, Path file) {
    return found(checkpoint)
        .flatMap(
            info ->
                Mono.using(
                    () ->
                        Files.newByteChannel(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE),
                    channel -> read(info, length, piece -> write(channel, piece)),
                    StoredSnapshot::close));
  }

  private Mono<Stored> read(BlobInfo info, long length, Consumer<ByteBuffer> keep) {
    if (info.length() != length) {
      return Mono.just(new Stored(info.length(), Optional.empty()));
    }
    CheckpointTree.Builder tree = new CheckpointTree.Builder();
    return pieces(info)
        .doOnNext(
            piece -> {
              tree.write(piece.duplicate());
              keep.accept(piece);
            })
        .then(Mono.fromCallable(() -> new Stored(length, Optional.of(tree.build().root()))));
  }

  private Mono<BlobInfo> found(CheckpointRef checkpoint) {
    return backoff.retry(storage.stat(CheckpointNames.file(checkpoint.window())), BUDGET);
  }

  /**
   * The bytes in order, each piece handed on a thread that may block. Storage verifies a digest
   * only of whole objects, and this object's digest is not known: its root is. So no piece is the
   * whole.
   */
  private Flux<ByteBuffer> pieces(BlobInfo info) {
    long piece = Math.min(PIECE, info.length() - 1);
    BlobRef reference = new BlobRef(info.key(), Digest.ZERO, info.length());
    int count = Math.toIntExact((info.length() + piece - 1) / piece);
    return Flux.range(0, count)
        .concatMap(
            index -> {
              long offset = index * piece;
              ByteRange range = new ByteRange(offset, Math.min(piece, info.length() - offset));
              return backoff.retry(
                  BoundedBytes.collect(storage.read(reference, range), range.length()), BUDGET);
            },
            1)
        .publishOn(blocking, 1)
        .map(bytes -> ByteBuffer.wrap(bytes.array()));
  }

  private static void write(WritableByteChannel channel, ByteBuffer piece) {
    try {
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "the snapshot cannot be kept for the audit: " + e + ". Free some disk space.",
          e);
    }
  }

  private static void close(WritableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a file that was written cannot be closed", e);
    }
  }
}

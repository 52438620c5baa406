package io.vramhub.storage.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@link StorageBackend} over a {@link BlobDirectory}. All disk work happens on the host's blocking
 * scheduler. An object exists only under its final name, with its bytes and its name forced to
 * disk.
 */
final class LocalStorage implements StorageBackend {
  /** Chunks taken from a source ahead of the disk. */
  private static final int WRITE_AHEAD = 2;

  private static final int HASHED_BYTES = 1 << 16;

  /** How operating systems say that there is no room; Java has no type for it. */
  private static final List<String> FULL = List.of("no space left", "quota exceeded");

  private final BlobDirectory directory;
  private final Scheduler blocking;
  private final PartialBlob.Outputs outputs;
  private final AtomicBoolean closed = new AtomicBoolean();

  LocalStorage(BlobDirectory directory, Scheduler blocking) {
    this(directory, blocking, FileOutput::create);
  }

  LocalStorage(BlobDirectory directory, Scheduler blocking, PartialBlob.Outputs outputs) {
    this.directory = directory;
    this.blocking = blocking;
    this.outputs = outputs;
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    BlobRef ref = new BlobRef(key, source.digest(), source.length());
    return call(key.name(), () -> isStored(ref))
        .flatMap(stored -> stored ? Mono.just(ref) : store(ref, source));
  }

  private Mono<BlobRef> store(BlobRef ref, BlobSource source) {
    String key = ref.key().name();
    return Mono.usingWhen(
        call(
            key,
            () -> {
              directory.demandRoom(ref.key(), ref.length());
              return new PartialBlob(directory, ref.key(), source, outputs);
            }),
        partial ->
            Flux.defer(source.content())
                .publishOn(blocking, WRITE_AHEAD)
                .doOnNext(bytes -> translated(key, () -> partial.write(bytes)))
                .then(call(key, () -> publish(partial, ref))),
        partial ->
            Mono.fromRunnable(() -> translated(key, partial::discard)).subscribeOn(blocking));
  }

  private BlobRef publish(PartialBlob partial, BlobRef ref) throws IOException {
    return switch (partial.publish()) {
      // Whoever discarded it has cancelled, and hears of no result.
      case PUBLISHED, DISCARDED -> ref;
      case TAKEN -> {
        if (!isStored(ref)) {
          throw new HubException(
              ErrorCode.STORAGE_UNAVAILABLE,
              ref.key() + " was deleted by somebody else while it was stored. Store it again.");
        }
        yield ref;
      }
    };
  }

  /** Whether the object is there already; another one under its key is an error. */
  private boolean isStored(BlobRef ref) throws IOException {
    Optional<Long> length = directory.stat(ref.key()).map(BasicFileAttributes::size);
    if (length.isEmpty()) {
      return false;
    }
    if (length.get() != ref.length() || !digest(directory.file(ref.key())).equals(ref.digest())) {
      throw new HubException(
          ErrorCode.STORAGE_ALREADY_EXISTS,
          "another object is stored under "
              + ref.key()
              + " already, of "
              + length.get()
              + " bytes; objects are never replaced. Use another key, or delete it first.");
    }
    directory.force(ref.key());
    return true;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest hash = Digest.newSha256();
    byte[] buffer = new byte[HASHED_BYTES];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    }
    return Digest.of(hash.digest());
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    String key = ref.key().name();
    return Flux.<ByteBuffer, BlobReader>generate(
            () -> opened(key, () -> BlobReader.open(directory, ref, range)),
            (reader, sink) -> {
              translated(key, () -> reader.next(sink));
              return reader;
            },
            reader -> translated(key, reader::close))
        .subscribeOn(blocking);
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return call(key.name(), () -> directory.stat(key))
        .flatMap(Mono::justOrEmpty)
        .map(attributes -> new BlobInfo(key, attributes.size()));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return Flux.<BlobInfo, BlobListing>generate(
            () -> opened(prefix, () -> new BlobListing(directory, prefix)),
            (listing, sink) -> {
              translated(prefix, () -> listing.next(sink));
              return listing;
            })
        .subscribeOn(blocking);
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return Mono.<Void>fromRunnable(
            () -> {
              demandOpen();
              translated(key.name(), () -> directory.delete(key));
            })
        .subscribeOn(blocking);
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }

  private <T> Mono<T> call(String what, Callable<T> work) {
    return Mono.fromCallable(() -> opened(what, work)).subscribeOn(blocking);
  }

  private <T> T opened(String what, Callable<T> work) throws Exception {
    demandOpen();
    try {
      return work.call();
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  private void demandOpen() {
    if (closed.get()) {
      throw new HubException(
          ErrorCode.STORAGE_UNAVAILABLE, "local storage was closed; open it again.");
    }
  }

  /** Disk work of an operation that is under way. */
  @FunctionalInterface
  private interface DiskWork {
    void run() throws IOException;
  }

  private void translated(String what, DiskWork work) {
    try {
      work.run();
    } catch (IOException e) {
      throw failure(what, e);
    }
  }

  private HubException failure(String what, IOException cause) {
    String reason = BlobDirectory.reason(cause);
    String where = "local storage in " + directory.objects() + ", at '" + what + "': " + reason;
    boolean full = FULL.stream().anyMatch(reason.toLowerCase(Locale.ROOT)::contains);
    return full
        ? new HubException(
            ErrorCode.DISK, where + ". Free space on that disk; nothing was stored.", cause)
        : new HubException(
            ErrorCode.STORAGE_UNAVAILABLE,
            where + ". Check that the disk is there and that this node may use it.",
            cause);
  }
}

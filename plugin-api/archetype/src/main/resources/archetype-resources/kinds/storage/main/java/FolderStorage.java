package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Objects as files of one folder, named by their keys with {@code +} for {@code /}. An object gets
 * its name in one step, once its bytes are on the disk. Simple rather than thrifty: a whole object
 * passes through memory.
 */
final class FolderStorage implements StorageBackend {
  /** No key begins with it, so what is being written is nobody's object. */
  private static final String UNFINISHED = ".unfinished-";

  private static final int LONGEST_NAME = 255;

  private final Path folder;
  private final Scheduler blocking;
  private final AtomicBoolean closed = new AtomicBoolean();

  FolderStorage(Path folder, Scheduler blocking) {
    this.folder = folder;
    this.blocking = blocking;
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    BlobRef ref = new BlobRef(key, source.digest(), source.length());
    return call(() -> isStored(ref))
        .flatMap(stored -> stored ? Mono.just(ref) : store(ref, source));
  }

  private Mono<BlobRef> store(BlobRef ref, BlobSource source) {
    return Flux.defer(source.content())
        .reduceWith(
            () -> ByteBuffer.allocate(Math.toIntExact(ref.length())),
            (all, next) -> all.put(fitting(ref, all, next)))
        .flatMap(all -> call(() -> write(ref, all)));
  }

  private static ByteBuffer fitting(BlobRef ref, ByteBuffer all, ByteBuffer next) {
    if (next.remaining() > all.remaining()) {
      throw corrupt(ref, "there are more bytes than announced");
    }
    return next.duplicate();
  }

  private BlobRef write(BlobRef ref, ByteBuffer all) throws IOException {
    if (all.hasRemaining() || !Digest.sha256(all.flip()).equals(ref.digest())) {
      throw corrupt(ref, "the bytes are not the announced ones");
    }
    Path unfinished = Files.createTempFile(folder, UNFINISHED, "");
    try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
      out.write(all.array());
      out.getFD().sync();
      Files.createLink(file(ref.key()), unfinished);
      force(folder);
    } catch (FileAlreadyExistsException e) {
      // Somebody else was faster: with the same object, or this throws.
      isStored(ref);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return ref;
  }

  /** Makes the names in a folder survive a loss of power. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  /** Whether the object is there already; another one under its key is an error. */
  private boolean isStored(BlobRef ref) throws IOException {
    Path file = file(ref.key());
    if (!Files.exists(file)) {
      return false;
    }
    if (!Digest.sha256(Files.readAllBytes(file)).equals(ref.digest())) {
      throw new HubException(
          ErrorCode.STORAGE_ALREADY_EXISTS, "another object is stored under " + ref.key());
    }
    return true;
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return call(() -> readNow(ref, range)).flux();
  }

  private ByteBuffer readNow(BlobRef ref, ByteRange range) throws IOException {
    if (range.length() > ref.length() || range.offset() > ref.length() - range.length()) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, range + " lies outside " + ref);
    }
    Path file = file(ref.key());
    if (!Files.exists(file)) {
      throw new HubException(ErrorCode.NOT_FOUND, "nothing is stored under " + ref.key());
    }
    byte[] bytes = new byte[Math.toIntExact(range.length())];
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "r")) {
      if (raw.length() != ref.length()) {
        throw corrupt(ref, "it has " + raw.length() + " bytes");
      }
      raw.seek(range.offset());
      raw.readFully(bytes);
    }
    if (range.equals(ByteRange.whole(ref)) && !Digest.sha256(bytes).equals(ref.digest())) {
      throw corrupt(ref, "it has another digest");
    }
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return call(() -> Files.exists(file(key)) ? List.of(info(file(key))) : List.<BlobInfo>of())
        .flatMap(found -> Mono.justOrEmpty(found.stream().findFirst()));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return call(() -> listNow(prefix)).flatMapIterable(infos -> infos);
  }

  private List<BlobInfo> listNow(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> named =
          files
              .filter(file -> !name(file).startsWith(".") && key(file).startsWith(prefix))
              .toList();
      List<BlobInfo> infos = new ArrayList<>();
      for (Path file : named) {
        infos.add(info(file));
      }
      return infos.stream().sorted(Comparator.comparing(BlobInfo::key)).toList();
    }
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return call(() -> Files.deleteIfExists(file(key))).then();
  }

  private Path file(BlobKey key) {
    if (key.name().length() > LONGEST_NAME) {
      throw new HubException(
          ErrorCode.NOT_SUPPORTED, "keys have at most " + LONGEST_NAME + " characters: " + key);
    }
    return folder.resolve(key.name().replace('/', '+'));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String key(Path file) {
    return name(file).replace('+', '/');
  }

  private static BlobInfo info(Path file) throws IOException {
    return new BlobInfo(new BlobKey(key(file)), Files.size(file));
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }

  private <T> Mono<T> call(Callable<T> work) {
    return Mono.fromCallable(
            () -> {
              if (closed.get()) {
                throw new HubException(ErrorCode.STORAGE_UNAVAILABLE, "the storage was closed");
              }
              return work.call();
            })
        .onErrorMap(
            IOException.class,
            e -> new HubException(ErrorCode.STORAGE_UNAVAILABLE, folder + ": " + e, e))
        .subscribeOn(blocking);
  }

  private static HubException corrupt(BlobRef ref, String difference) {
    return new HubException(ErrorCode.STORAGE_CORRUPT, ref + ": " + difference);
  }
}

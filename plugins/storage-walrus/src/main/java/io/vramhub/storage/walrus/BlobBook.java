package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * The blobs that this node stored, by the names it stored them under: one small file each, whole
 * and on the disk before it counts. Of several that claim a name one gets it. Thread-safe.
 */
final class BlobBook {
  private static final String SUFFIX = ".blob";
  private static final String UNFINISHED = ".new";

  private final Path folder;
  private final ConcurrentMap<BlobKey, StoredBlob> blobs = new ConcurrentHashMap<>();

  private BlobBook(Path folder) {
    this.folder = folder;
  }

  /** Reads the book in the folder, which is made if it is absent. */
  static BlobBook open(Path folder) {
    BlobBook book = new BlobBook(folder);
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          book.read(file);
        }
      }
    } catch (IOException e) {
      throw disk(folder, e);
    }
    return book;
  }

  private void read(Path file) throws IOException {
    if (file.toString().endsWith(UNFINISHED)) {
      Files.delete(file);
    } else if (file.toString().endsWith(SUFFIX)) {
      StoredBlob blob = StoredBlob.decode(Files.readAllBytes(file), file.toString());
      blobs.put(blob.name(), blob);
    }
  }

  Optional<StoredBlob> find(BlobKey name) {
    return Optional.ofNullable(blobs.get(name));
  }

  List<StoredBlob> all() {
    return List.copyOf(blobs.values());
  }

  /** Gives the blob its name unless that is taken, and answers whose it is. */
  synchronized StoredBlob claim(StoredBlob blob) {
    StoredBlob holder = blobs.get(blob.name());
    if (holder != null) {
      return holder;
    }
    update(blob);
    return blob;
  }

  /** Replaces what is known of a blob. */
  synchronized void update(StoredBlob blob) {
    String name = Digest.sha256(blob.name().name().getBytes(StandardCharsets.US_ASCII)).hex();
    try {
      Path unfinished = folder.resolve(name + UNFINISHED);
      Files.write(
          unfinished,
          blob.encode(),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(unfinished, folder.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw disk(folder, e);
    }
    blobs.put(blob.name(), blob);
  }

  private static HubException disk(Path folder, IOException cause) {
    return new HubException(
        ErrorCode.DISK,
        "the names of this node's blobs on Walrus cannot be kept in "
            + folder
            + ": "
            + cause
            + ". See to that directory and its disk.",
        cause);
  }
}

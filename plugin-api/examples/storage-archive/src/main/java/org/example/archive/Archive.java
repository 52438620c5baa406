package org.example.archive;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file and an index of it in memory. Any number of archives, processes and plugin generations
 * may have the same file open: who appends holds the file's lock, and everyone reads up to the end
 * before it looks a key up. Records never move or change; the room of deleted ones is not used
 * again.
 *
 * <p>All methods block; usable from any thread.
 */
final class Archive {
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOCK_PAUSE = Duration.ofMillis(1);

  /**
   * An object in the file.
   *
   * @param place where its bytes begin
   */
  record Entry(long place, long length, Digest digest) {
    BlobInfo info(BlobKey key) {
      return new BlobInfo(key, length);
    }
  }

  private final Path file;
  private final NavigableMap<BlobKey, Entry> index = new ConcurrentSkipListMap<>();

  /** Guards {@link #end} and the order of changes to the index. */
  private final ReentrantLock reading = new ReentrantLock();

  private final ReentrantLock appending = new ReentrantLock();
  private long end = RecordHeader.MAGIC.length;

  private Archive(Path file) {
    this.file = file;
  }

  /** Opens the file, or makes it if absent, and reads its index. */
  static Archive open(Path file) throws IOException {
    Files.createDirectories(parent(file));
    Archive archive = new Archive(file);
    archive.locked(archive::begin);
    archive.readUpToEnd();
    return archive;
  }

  /** Writes the magic, unless it is there; a crash may have left a part of it. */
  private void begin(RandomAccessFile raw) throws IOException {
    byte[] start = new byte[(int) Math.min(raw.length(), RecordHeader.MAGIC.length)];
    raw.readFully(start);
    if (!Arrays.equals(start, Arrays.copyOf(RecordHeader.MAGIC, start.length))) {
      throw new HubException(
          ErrorCode.STORAGE_CORRUPT, file + " is no archive of this version: name another file.");
    }
    if (start.length < RecordHeader.MAGIC.length) {
      raw.seek(0);
      raw.write(RecordHeader.MAGIC);
      raw.getFD().sync();
      force(directory());
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no absolute path: " + file);
    }
    return parent;
  }

  /** Makes the file's name survive a loss of power. */
  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  Path file() {
    return file;
  }

  /** The directory for files on their way into the archive. */
  Path directory() {
    return parent(file);
  }

  Optional<Entry> find(BlobKey key) throws IOException {
    readUpToEnd();
    return Optional.ofNullable(index.get(key));
  }

  /** The index at this moment and from now on, ascending by key. */
  NavigableMap<BlobKey, Entry> entries() throws IOException {
    readUpToEnd();
    return index;
  }

  /** Whether the object is there already; another one under its key is an error. */
  boolean holds(BlobRef ref) throws IOException {
    Optional<Entry> found = find(ref.key());
    if (found.isPresent() && !found.get().digest().equals(ref.digest())) {
      throw new HubException(
          ErrorCode.STORAGE_ALREADY_EXISTS,
          "another object of "
              + found.get().length()
              + " bytes is stored under "
              + ref.key()
              + " already; objects are never replaced. Use another key, or delete it first.");
    }
    return found.isPresent();
  }

  /** Adds the object unless it is there; returns once it is on the disk. */
  void append(BlobRef ref, Spool bytes) throws IOException {
    locked(
        raw -> {
          if (!holds(ref)) {
            append(
                raw,
                new RecordHeader(RecordHeader.Kind.OBJECT, ref.key(), ref.digest(), ref.length()),
                bytes::copyTo);
          }
        });
  }

  void delete(BlobKey key) throws IOException {
    locked(
        raw -> {
          if (find(key).isPresent()) {
            append(
                raw,
                new RecordHeader(RecordHeader.Kind.DELETION, key, Digest.ZERO, 0),
                target -> {});
          }
        });
  }

  /** Work on the open file. */
  @FunctionalInterface
  private interface FileWork {
    void run(RandomAccessFile raw) throws IOException;
  }

  private void append(RandomAccessFile raw, RecordHeader header, FileWork bytes)
      throws IOException {
    readUpToEnd();
    // Nobody else appends now, so what lies behind the last record is what a crash left.
    raw.setLength(end);
    raw.seek(end);
    raw.write(header.encode(end));
    bytes.run(raw);
    raw.setLength(header.end(end));
    raw.getFD().sync();
    raw.seek(end);
    raw.write(RecordHeader.mark());
    raw.getFD().sync();
    readUpToEnd();
  }

  private void locked(FileWork work) throws IOException {
    appending.lock();
    // An interrupt, as it comes with cancelling, would close the channel under the lock.
    boolean interrupted = Thread.interrupted();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw");
        FileLock _ = lock(raw.getChannel())) {
      work.run(raw);
    } finally {
      appending.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Locks of one JVM exclude each other by an exception, those of others by no answer. */
  private FileLock lock(FileChannel channel) throws IOException {
    long pauses = LOCK_PATIENCE.dividedBy(LOCK_PAUSE);
    for (long i = 0; i < pauses; i++) {
      Optional<FileLock> lock = tryLock(channel);
      if (lock.isPresent()) {
        return lock.get();
      }
      LockSupport.parkNanos(LOCK_PAUSE.toNanos());
    }
    throw new IOException(
        "another process has held the lock for " + LOCK_PATIENCE.toSeconds() + " s");
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /** Takes into the index what was appended since, by whomever. */
  private void readUpToEnd() throws IOException {
    reading.lock();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "r")) {
      for (Optional<RecordHeader> next = RecordHeader.read(raw, end);
          next.isPresent();
          next = RecordHeader.read(raw, end)) {
        take(next.get());
      }
    } finally {
      reading.unlock();
    }
  }

  private void take(RecordHeader header) {
    switch (header.kind()) {
      case OBJECT ->
          index.put(
              header.key(), new Entry(header.bytesFrom(end), header.length(), header.digest()));
      case DELETION -> index.remove(header.key());
    }
    end = header.end(end);
  }
}

package io.vramhub.storage.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The files behind the keys. Objects lie below {@code objects/} under their own names; folders of a
 * key carry a {@code +}, which no key has, so that {@code a} and {@code a/b} can both exist. What
 * is being written lies in {@code partial/} and gets its name in one step, after its bytes are on
 * the disk. Symbolic links below the directory are never followed. All methods block; usable from
 * any thread, and by several processes at once.
 */
final class BlobDirectory {
  static final String FOLDER_MARK = "+";

  /** No put takes as long; older files are what a crash left. */
  private static final Duration ABANDONED = Duration.ofHours(24);

  /** What a put leaves free, so that journals and ledger can still be written. */
  private static final long RESERVE = 64L << 20;

  /** Bytes of a name on the file systems in use. */
  private static final int LONGEST_NAME = 254;

  private final Path objects;
  private final Path partials;
  private final ReentrantLock renaming = new ReentrantLock();

  private BlobDirectory(Path objects, Path partials) {
    this.objects = objects;
    this.partials = partials;
  }

  /** Makes the directory if absent and clears away what crashes left in it. */
  static BlobDirectory open(Path directory, Clock clock) {
    try {
      Files.createDirectories(directory);
      Path root = directory.toRealPath();
      demandClosedToOthers(root);
      BlobDirectory opened = new BlobDirectory(root.resolve("objects"), root.resolve("partial"));
      opened.makeFolder(opened.objects);
      opened.makeFolder(opened.partials);
      opened.removeAbandoned(clock.instant());
      return opened;
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "storage setting 'directory' names "
              + directory
              + ", which cannot be used: "
              + reason(e)
              + ". Name a directory that this node may write to.",
          e);
    }
  }

  /** Whoever may write to it could put a link in the place of a folder. */
  private static void demandClosedToOthers(Path root) throws IOException {
    if (isPosix(root)
        && Files.getPosixFilePermissions(root).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "storage setting 'directory' names "
              + root
              + ", which every user of this machine may write to: chmod o-w it.");
    }
  }

  static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /**
   * Sees to it that there is room before anything is written.
   *
   * @throws HubException {@code DISK} if there is not
   */
  void demandRoom(BlobKey key, long bytes) throws IOException {
    long free = Files.getFileStore(partials).getUsableSpace();
    if (bytes > free - RESERVE) {
      throw new HubException(
          ErrorCode.DISK,
          "local storage in "
              + objects
              + " has no room for the "
              + bytes
              + " bytes of "
              + key
              + ": "
              + free
              + " bytes are free, of which "
              + RESERVE
              + " are left for others. Free space on that disk; nothing was stored.");
    }
  }

  private void removeAbandoned(Instant now) throws IOException {
    try (Stream<Path> files = Files.list(partials)) {
      for (Path file : files.toList()) {
        Optional<BasicFileAttributes> attributes = attributes(file);
        if (attributes.isPresent()
            && attributes.get().lastModifiedTime().toInstant().isBefore(now.minus(ABANDONED))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  Path objects() {
    return objects;
  }

  /** A fresh name for a file to be written; the file is not there yet. */
  Path partial() {
    return partials.resolve(UUID.randomUUID().toString());
  }

  /** Where the object with the key lies, or would lie. */
  Path file(BlobKey key) {
    String[] names = key.name().split("/", -1);
    Path path = objects;
    for (int i = 0; i < names.length; i++) {
      if (names[i].length() > LONGEST_NAME) {
        throw new HubException(
            ErrorCode.NOT_SUPPORTED,
            "local storage has names of at most "
                + LONGEST_NAME
                + " characters between slashes; this key has "
                + names[i].length()
                + ": "
                + key);
      }
      path = path.resolve(i < names.length - 1 ? names[i] + FOLDER_MARK : names[i]);
    }
    return path;
  }

  /**
   * The attributes of the object's file; empty if there is none. What is no regular file, or is
   * reached through a link, is an error: somebody else changed the directory.
   */
  Optional<BasicFileAttributes> stat(BlobKey key) throws IOException {
    Path file = file(key);
    for (Path folder : foldersAbove(file)) {
      Optional<BasicFileAttributes> attributes = attributes(folder);
      if (attributes.isEmpty()) {
        return Optional.empty();
      }
      demand(attributes.get().isDirectory(), folder, "no folder");
    }
    Optional<BasicFileAttributes> attributes = attributes(file);
    if (attributes.isPresent()) {
      demand(attributes.get().isRegularFile(), file, "no regular file");
    }
    return attributes;
  }

  /**
   * Names a written and synced file for good, unless the key is taken.
   *
   * @return whether the name was free; otherwise nothing has changed
   */
  boolean publish(Path partial, BlobKey key) throws IOException {
    Path file = file(key);
    for (Path folder : foldersAbove(file)) {
      makeFolder(folder);
    }
    try {
      boolean published = linkOrMove(partial, file);
      force(parent(file));
      return published;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** A link fails where a file exists, in one step for all processes; a move would replace it. */
  private boolean linkOrMove(Path partial, Path file) throws IOException {
    try {
      Files.createLink(file, partial);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (FileSystemException | UnsupportedOperationException e) {
      return moveUnlessTaken(partial, file);
    }
  }

  /** For file systems that refuse links; safe between the threads of one process. */
  private boolean moveUnlessTaken(Path partial, Path file) throws IOException {
    renaming.lock();
    try {
      if (attributes(file).isPresent()) {
        return false;
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      renaming.unlock();
    }
  }

  void delete(BlobKey key) throws IOException {
    if (stat(key).isPresent()) {
      Path file = file(key);
      Files.deleteIfExists(file);
      force(parent(file));
    }
  }

  /** The folders between {@link #objects()} and the file, the outermost first. */
  private List<Path> foldersAbove(Path file) {
    List<Path> folders = new ArrayList<>();
    for (Path folder = parent(file); !folder.equals(objects); folder = parent(folder)) {
      folders.addFirst(folder);
    }
    return folders;
  }

  private void makeFolder(Path folder) throws IOException {
    if (attributes(folder).isEmpty()) {
      try {
        Files.createDirectory(folder, permissions(folder, "rwxr-x---"));
      } catch (FileAlreadyExistsException e) {
        // Another put made it in the meantime, but may not have forced it to disk yet.
        demand(Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS), folder, "no folder");
      }
      force(parent(folder));
    }
    demand(Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS), folder, "no folder");
  }

  /** What a file is made with: its owner writes, its group reads. */
  static FileAttribute<?>[] permissions(Path file, String permissions) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Makes the names inside a folder survive a loss of power. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no file of this storage: " + path);
    }
    return parent;
  }

  private static void demand(boolean holds, Path path, String otherwise) {
    if (!holds) {
      throw new HubException(
          ErrorCode.STORAGE_CORRUPT,
          "in local storage "
              + path
              + " is "
              + otherwise
              + ": something else than this node changed the directory. Move it away.");
    }
  }

  /** Makes the name of an object survive a loss of power, whoever gave it. */
  void force(BlobKey key) throws IOException {
    force(parent(file(key)));
  }

  static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static String reason(IOException cause) {
    return cause instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : String.valueOf(cause);
  }
}

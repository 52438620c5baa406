package io.vramhub.kernel;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files that appear whole or not at all, and stay. Every method blocks. */
public final class DurableFiles {
  private static final int SLICE = 1 << 26;

  private DurableFiles() {}

  /** Writes a small file durably. */
  public static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path written = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(content));
      channel.force(true);
    }
    publish(written, file);
  }

  /** Copies a plain file durably. A symbolic link is an error. */
  public static void copy(Path source, Path target) throws IOException {
    Path written = target.resolveSibling(target.getFileName() + ".tmp");
    Files.copy(source, written, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel channel =
        FileChannel.open(written, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.force(true);
    }
    publish(written, target);
  }

  /** Gives a written and synced file its name, atomically and durably. */
  public static void publish(Path written, Path file) throws IOException {
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  /** Writes all remaining bytes. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes the whole segment. */
  public static void writeFully(FileChannel channel, MemorySegment segment) throws IOException {
    for (long offset = 0; offset < segment.byteSize(); offset += SLICE) {
      long length = Math.min(SLICE, segment.byteSize() - offset);
      writeFully(channel, segment.asSlice(offset, length).asByteBuffer());
    }
  }

  /** Fills the buffer. */
  public static void readFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the file is too short");
      }
    }
  }

  /** Fills the segment. */
  public static void readFully(FileChannel channel, MemorySegment segment) throws IOException {
    for (long offset = 0; offset < segment.byteSize(); offset += SLICE) {
      long length = Math.min(SLICE, segment.byteSize() - offset);
      readFully(channel, segment.asSlice(offset, length).asByteBuffer());
    }
  }

  /** The files {@code <prefix><number><suffix>} of a directory, by number. */
  public static TreeMap<WindowId, Path> numbered(Path directory, String prefix, String suffix) {
    TreeMap<WindowId, Path> found = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "([0-9]{1,18})" + Pattern.quote(suffix));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher matcher = name.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
          found.put(new WindowId(Long.parseLong(matcher.group(1))), file);
        }
      }
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot list " + directory + ": " + e.getMessage(), e);
    }
    return found;
  }

  /** Deletes the file if it is there. */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot delete " + file + ": " + e.getMessage(), e);
    }
  }
}

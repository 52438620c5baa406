package io.vramhub.kernel.replica;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * A checkpoint file on this node's disk, named {@code checkpoint-<number>-<root>.safetensors} and
 * complete whenever it has that name. Everything here blocks.
 *
 * @param parent root of the checkpoint it was merged from
 * @param digest SHA-256 of the file
 * @param tree its pages' hashes
 */
record StoredCheckpoint(
    CheckpointRef ref, Digest parent, Path file, Digest digest, CheckpointTree tree) {
  private static final int PIECE = 1 << 18;
  private static final Pattern NAME =
      Pattern.compile("checkpoint-([0-9]{1,18})-([0-9a-f]{64})\\.safetensors");

  /** Writes parameters as a checkpoint file, which gets its name once its root is known. */
  static StoredCheckpoint write(
      Path directory, CheckpointMetadata metadata, ModelSpec model, MemorySegment parameters) {
    Path written = directory.resolve("merge-" + metadata.window() + ".tmp");
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
          FileChannel.open(
              written,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        CheckpointFile.write(metadata, model, parameters, channel);
        channel.force(true);
      }
      CheckpointTree tree = tree(written);
      CheckpointRef ref = new CheckpointRef(metadata.window(), tree.root());
      Path file = named(directory, ref);
      DurableFiles.publish(written, file);
      return of(ref, metadata.parent(), file, tree);
    } catch (IOException e) {
      throw disk("write", written, e);
    }
  }

  /** Gives a downloaded file its name if its root is the expected one. */
  static Path claim(Path downloaded, Path directory, CheckpointRef expected) {
    try {
      Digest root = tree(downloaded).root();
      if (!root.equals(expected.root())) {
        throw new HubException(
            ErrorCode.CHECKPOINT_INVALID,
            "the stored snapshot of checkpoint "
                + expected.window()
                + " has root "
                + root
                + ", anchored is "
                + expected.root());
      }
      try (FileChannel channel = FileChannel.open(downloaded, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Path file = named(directory, expected);
      DurableFiles.publish(downloaded, file);
      return file;
    } catch (IOException e) {
      throw disk("read", downloaded, e);
    }
  }

  /** Reads a file into the segment and checks that it is what its name says. */
  static StoredCheckpoint read(Path file, ModelSpec model, MemorySegment target) {
    CheckpointRef ref = named(file);
    try {
      CheckpointTree tree = tree(file);
      CheckpointMetadata metadata = content(file, model, target);
      if (!tree.root().equals(ref.root()) || !metadata.window().equals(ref.window())) {
        throw new HubException(
            ErrorCode.CHECKPOINT_INVALID,
            file + " holds checkpoint " + metadata.window() + " with root " + tree.root());
      }
      return of(ref, metadata.parent(), file, tree);
    } catch (IOException e) {
      throw disk("read", file, e);
    }
  }

  private static CheckpointTree tree(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return CheckpointTree.of(channel);
    }
  }

  private static CheckpointMetadata content(Path file, ModelSpec model, MemorySegment target)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return CheckpointFile.read(channel, model, target);
    }
  }

  private static StoredCheckpoint of(
      CheckpointRef ref, Digest parent, Path file, CheckpointTree tree) throws IOException {
    MessageDigest hash = Digest.newSha256();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer) >= 0) {
        hash.update(buffer.flip());
        buffer.clear();
      }
    }
    return new StoredCheckpoint(ref, parent, file, Digest.of(hash.digest()), tree);
  }

  /** The kept files of a directory, greatest number first. */
  static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> NAME.matcher(String.valueOf(file.getFileName())).matches())
          .sorted(
              Comparator.comparing((Path file) -> named(file).window())
                  .reversed()
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    } catch (IOException e) {
      throw disk("list", directory, e);
    }
  }

  /** The checkpoint a file is named after. */
  static CheckpointRef named(Path file) {
    Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not the name of a checkpoint: " + file);
    }
    return new CheckpointRef(
        new WindowId(Long.parseLong(matcher.group(1))), Digest.ofHex(matcher.group(2)));
  }

  private static Path named(Path directory, CheckpointRef ref) {
    return directory.resolve("checkpoint-" + ref.window() + "-" + ref.root() + ".safetensors");
  }

  /** The file's bytes as often as wanted, read on the given scheduler. */
  BlobSource source(Scheduler blocking) {
    return new BlobSource(tree.length(), digest, () -> read(file).subscribeOn(blocking));
  }

  private static Flux<ByteBuffer> read(Path file) {
    return Flux.generate(
        () -> FileChannel.open(file, StandardOpenOption.READ),
        (channel, sink) -> {
          ByteBuffer piece = ByteBuffer.allocate(PIECE);
          try {
            if (channel.read(piece) < 0) {
              sink.complete();
            } else {
              sink.next(piece.flip());
            }
          } catch (IOException e) {
            sink.error(disk("read", file, e));
          }
          return channel;
        },
        StoredCheckpoint::close);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot close a checkpoint file", e);
    }
  }

  private static HubException disk(String verb, Path file, IOException cause) {
    return new HubException(
        ErrorCode.DISK, "cannot " + verb + " " + file + ": " + cause.getMessage(), cause);
  }
}

package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this node knows of its uploads in parts, a file each, so that one that was cut goes on where
 * it stopped, even in another process. Losing a file, or some of its lines, costs only sending
 * parts again. All methods block.
 *
 * <p>A file holds {@code vramhub-upload 1 <upload> <length> <digest> <bytes of a part> <location>
 * <key>}, then a line {@code <number> <digest> <tag>} for each part that arrived.
 */
final class UploadNotes {
  private static final String MAGIC = "vramhub-upload 1";

  /** No put takes as long; older uploads are what nobody will finish. */
  private static final Duration ABANDONED = Duration.ofHours(24);

  private final Path directory;
  private final Location location;
  private final Clock clock;

  /**
   * An upload that was begun.
   *
   * @param parts those that arrived
   */
  record Note(Path file, BlobKey key, String upload, List<ArrivedPart> parts) {}

  /**
   * @param digest of its bytes
   * @param tag that the bucket gave it
   */
  record ArrivedPart(int number, Digest digest, String tag) {}

  UploadNotes(Path directory, Location location, Clock clock) {
    this.directory = directory;
    this.location = location;
    this.clock = clock;
  }

  /** The upload of this object in parts of this size, if one was begun. */
  Optional<Note> find(BlobRef ref, int partBytes) {
    return read(file(ref))
        .filter(lines -> lines.getFirst().endsWith(origin(ref, partBytes)))
        .map(lines -> note(ref.key(), file(ref), lines));
  }

  /** Remembers an upload that has just begun, in place of an older one. */
  Note begin(BlobRef ref, int partBytes, String upload) {
    Path file = file(ref);
    try {
      Files.createDirectories(directory);
      Files.writeString(file, MAGIC + " " + upload + " " + origin(ref, partBytes) + "\n");
    } catch (IOException e) {
      throw disk(file, e);
    }
    return new Note(file, ref.key(), upload, List.of());
  }

  void arrived(Note note, ArrivedPart part) {
    try {
      Files.writeString(
          note.file(),
          part.number() + " " + part.digest().hex() + " " + part.tag() + "\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw disk(note.file(), e);
    }
  }

  void forget(Note note) {
    try {
      Files.deleteIfExists(note.file());
    } catch (IOException e) {
      throw disk(note.file(), e);
    }
  }

  /** Uploads to this location that nobody went on with for a day. */
  List<Note> abandoned() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    Instant limit = clock.instant().minus(ABANDONED);
    List<Note> abandoned = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
          read(file).flatMap(lines -> own(file, lines)).ifPresent(abandoned::add);
        }
      }
    } catch (IOException e) {
      throw disk(directory, e);
    }
    return abandoned;
  }

  private Optional<Note> own(Path file, List<String> lines) {
    String head = lines.getFirst();
    int key = head.lastIndexOf(' ');
    return head.substring(0, key).endsWith(" " + location)
        ? Optional.of(note(new BlobKey(head.substring(key + 1)), file, lines))
        : Optional.empty();
  }

  private Path file(BlobRef ref) {
    String name = location + ref.key().name();
    return directory.resolve(
        Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex() + ".upload");
  }

  private String origin(BlobRef ref, int partBytes) {
    return ref.length()
        + " "
        + ref.digest().hex()
        + " "
        + partBytes
        + " "
        + location
        + " "
        + ref.key();
  }

  /** The lines of a file; empty if there is none, or it is not one of these. */
  private static Optional<List<String>> read(Path file) {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(file);
      return lines.isEmpty() || !lines.getFirst().startsWith(MAGIC + " ")
          ? Optional.empty()
          : Optional.of(lines);
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  private static Note note(BlobKey key, Path file, List<String> lines) {
    String upload = lines.getFirst().substring(MAGIC.length() + 1).split(" ", 2)[0];
    return new Note(
        file,
        key,
        upload,
        lines.stream().skip(1).map(UploadNotes::part).flatMap(Optional::stream).toList());
  }

  /** Empty for a line that was cut when a process ended. */
  private static Optional<ArrivedPart> part(String line) {
    String[] fields = line.split(" ", 3);
    try {
      return fields.length == 3
          ? Optional.of(
              new ArrivedPart(Integer.parseInt(fields[0]), Digest.ofHex(fields[1]), fields[2]))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static HubException disk(Path file, IOException cause) {
    return new HubException(
        ErrorCode.DISK,
        "R2 storage keeps notes of its uploads in "
            + file
            + ", which failed: "
            + cause
            + ". Check that this node may write there and that there is room.",
        cause);
  }
}

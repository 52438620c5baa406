package io.vramhub.storage.local;

import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.SynchronousSink;

/**
 * One walk over the keys with a prefix, ascending. A folder is read when the walk comes to it, so
 * only one folder of each level is in memory. Files that are no object's are passed over.
 */
final class BlobListing {
  /**
   * @param name the key of an object, or of a folder with its slash; what it is compared by
   */
  private record Entry(String name, Path path, boolean folder) {}

  private final String prefix;
  private final Deque<Iterator<Entry>> folders = new ArrayDeque<>();

  BlobListing(BlobDirectory directory, String prefix) throws IOException {
    this.prefix = prefix;
    folders.push(entries(directory.objects(), ""));
  }

  /** Emits the next object, or completes. */
  void next(SynchronousSink<BlobInfo> sink) throws IOException {
    while (!folders.isEmpty()) {
      if (!folders.element().hasNext()) {
        folders.pop();
        continue;
      }
      Entry entry = folders.element().next();
      if (entry.folder()) {
        folders.push(entries(entry.path(), entry.name()));
        continue;
      }
      // Gone again since the folder was read: then it is not listed.
      Optional<BasicFileAttributes> attributes = BlobDirectory.attributes(entry.path());
      if (attributes.isPresent()) {
        sink.next(new BlobInfo(new BlobKey(entry.name()), attributes.get().size()));
        return;
      }
    }
    sink.complete();
  }

  private Iterator<Entry> entries(Path folder, String parent) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        entry(path, parent).ifPresent(entries::add);
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return Collections.unmodifiableList(entries).iterator();
  }

  private Optional<Entry> entry(Path path, String parent) throws IOException {
    Optional<BasicFileAttributes> attributes = BlobDirectory.attributes(path);
    if (attributes.isEmpty()) {
      return Optional.empty();
    }
    String file = String.valueOf(path.getFileName());
    if (attributes.get().isDirectory() && file.endsWith(BlobDirectory.FOLDER_MARK)) {
      String name = file.substring(0, file.length() - BlobDirectory.FOLDER_MARK.length());
      String key = parent + name + "/";
      return isKey(parent + name) && (key.startsWith(prefix) || prefix.startsWith(key))
          ? Optional.of(new Entry(key, path, true))
          : Optional.empty();
    }
    String key = parent + file;
    return attributes.get().isRegularFile() && isKey(key) && key.startsWith(prefix)
        ? Optional.of(new Entry(key, path, false))
        : Optional.empty();
  }

  private static boolean isKey(String name) {
    try {
      return new BlobKey(name).name().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

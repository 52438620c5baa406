package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jars of one plugins directory, and which of them changed. A file counts as changed only when
 * two looks in a row found it the same, so that one being copied is left alone until it is whole.
 * Used by one thread at a time.
 */
final class PluginFolder {
  private final PluginSource source;
  private final SortedMap<Path, Stamp> known = new TreeMap<>();
  private SortedMap<Path, Stamp> lastLook = new TreeMap<>();

  /** What tells one state of a file from another without reading it. */
  private record Stamp(long size, FileTime modified, @Nullable Object key) {}

  /** What changed since it was told before. */
  record Changes(List<Path> present, List<Path> gone) {}

  PluginFolder(PluginSource source) {
    this.source = source;
  }

  PluginTrust trust() {
    return source.trust();
  }

  /**
   * Looks at the directory; each change is told once.
   *
   * @param patient whether a new or changed file must be found the same twice
   */
  Changes look(boolean patient) {
    SortedMap<Path, Stamp> now = jars();
    List<Path> present = new ArrayList<>();
    now.forEach(
        (file, stamp) -> {
          boolean settled = !patient || stamp.equals(lastLook.get(file));
          if (settled && !stamp.equals(known.put(file, settled ? stamp : known.get(file)))) {
            present.add(file);
          }
        });
    List<Path> gone = known.keySet().stream().filter(file -> !now.containsKey(file)).toList();
    gone.forEach(known::remove);
    lastLook = now;
    return new Changes(present, gone);
  }

  private SortedMap<Path, Stamp> jars() {
    SortedMap<Path, Stamp> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(source.directory())) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        stamp(file).ifPresent(stamp -> found.put(file, stamp));
      }
    } catch (NoSuchFileException e) {
      // A build that starts anew removes its whole directory for a while.
      found.clear();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "cannot read the plugins directory " + source.directory() + ": " + e.getMessage(),
          e);
    }
    return found;
  }

  private static java.util.Optional<Stamp> stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? java.util.Optional.of(
              new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()))
          : java.util.Optional.empty();
    } catch (NoSuchFileException e) {
      // It was removed between the listing and the look.
      return java.util.Optional.empty();
    }
  }
}

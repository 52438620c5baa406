package io.vramhub.kernel.plugin;

import io.vramhub.kernel.DurableFiles;
import io.vramhub.packaging.PluginPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts one jar in the place of another so that a node that looks, or a machine that stops, between
 * any two steps finds either the old plugin or the new one, and lets it in.
 *
 * @param directory of the plugins
 * @param target the name the jar gets
 * @param next the jar to put there, inspected, on the same file system
 * @param current what lies at the target now
 */
record JarReplacement(
    Path directory, Path target, PluginPackage next, Optional<PluginPackage> current) {
  private static final String PREVIOUS = "previous";

  /** One durable change. */
  interface Step {
    void run() throws IOException;
  }

  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.add(this::pinBoth);
    steps.add(this::keepCurrent);
    steps.add(() -> DurableFiles.copy(next.file(), target));
    steps.add(this::moveSignature);
    steps.add(this::forgetOlder);
    return steps;
  }

  private void pinBoth() {
    PluginLock lock = PluginLock.read(directory).with(PluginPin.of(next));
    current.map(PluginPin::of).map(lock::with).orElse(lock).write(directory);
  }

  private void keepCurrent() throws IOException {
    if (current.isPresent()) {
      Path kept = keptAs(directory, current.get());
      Files.createDirectories(kept.getParent());
      DurableFiles.copy(current.get().file(), kept);
    }
  }

  /** A pinned jar needs no signature; it is kept so that people can see who made the jar. */
  private void moveSignature() throws IOException {
    Path signature = SignatureFile.beside(next.file());
    if (Files.exists(signature)) {
      DurableFiles.copy(signature, SignatureFile.beside(target));
    } else {
      Files.deleteIfExists(SignatureFile.beside(target));
    }
  }

  /** Only the jar that was just replaced is kept. */
  private void forgetOlder() throws IOException {
    List<PluginPin> wanted =
        Stream.concat(Stream.of(next), current.stream()).map(PluginPin::of).toList();
    Optional<Path> justKept = current.map(plugin -> keptAs(directory, plugin));
    for (Path file : kept(directory, next.id())) {
      if (!justKept.equals(Optional.of(file))) {
        Files.delete(file);
      }
    }
    PluginLock.read(directory)
        .without(pin -> pin.id().equals(next.id()) && !wanted.contains(pin))
        .write(directory);
  }

  /** Where a jar that is replaced goes, {@code previous/<id>/<version>-<sha8>.jar}. */
  static Path keptAs(Path directory, PluginPackage plugin) {
    return keptDirectory(directory, plugin.id())
        .resolve(plugin.version() + "-" + plugin.digest().brief() + ".jar");
  }

  private static Path keptDirectory(Path directory, String id) {
    return directory.resolve(PREVIOUS).resolve(id);
  }

  /** The replaced jars of a plugin, the one replaced last first. */
  static List<Path> kept(Path directory, String id) throws IOException {
    Path kept = keptDirectory(directory, id);
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    record Kept(FileTime since, Path file) {}
    List<Kept> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        jars.add(new Kept(Files.getLastModifiedTime(file), file));
      }
    }
    return jars.stream()
        .sorted(Comparator.comparing(Kept::since).reversed())
        .map(Kept::file)
        .toList();
  }
}

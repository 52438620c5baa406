package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.NearestName;
import io.vramhub.packaging.PackageLimits;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of plugins as commands change it: {@code <id>.jar}, the {@code plugins.lock}, and the
 * replaced jars under {@code previous/<id>}. A running node notices what changes here.
 *
 * <p>Every method blocks. Changes are durable, happen one at a time even between processes, and
 * leave a directory that a node can be started from wherever they are interrupted.
 */
public final class PluginDirectory {
  private static final String INCOMING = ".incoming-";
  private static final String GUARD = ".changing";

  private final Path directory;

  /**
   * @throws HubException {@code PLUGIN_INVALID} if there is no such directory
   */
  public PluginDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID, "there is no plugins directory " + directory);
    }
    this.directory = directory;
  }

  /**
   * What an installation did.
   *
   * @param plugin as it was found in the file that was given
   * @param signer who signed it, if it is signed
   * @param replaced the jar that lay there before, if another one did
   */
  public record Installed(
      PluginPackage plugin, Optional<TrustedSigner> signer, Optional<PluginPin> replaced) {}

  // ---- looking

  /** Every jar, by file name, and whether a node would load it. */
  public List<PluginFile> list() {
    PluginLock lock = PluginLock.read(directory);
    Map<String, Path> holders = new HashMap<>();
    return jars().stream().map(file -> look(file, lock, holders)).toList();
  }

  /** As a node does it: of two jars of one plugin, the first is taken. */
  private static PluginFile look(Path file, PluginLock lock, Map<String, Path> holders) {
    try {
      PluginPackage content = PluginPackage.inspect(file);
      PluginFile.Trust trust = lock.admit(content);
      Path twin = holders.putIfAbsent(content.id(), file);
      if (twin != null) {
        throw Refusal.DUPLICATE_ID.refuse(
            file.toString(), "it is plugin '" + content.id() + "', and so is " + twin);
      }
      return new PluginFile.Admitted(content, trust);
    } catch (HubException e) {
      return new PluginFile.Refused(
          file, Refusal.of(e).orElseThrow(() -> e), String.valueOf(e.getMessage()));
    }
  }

  private List<Path> jars() {
    return reading(
        () -> {
          try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
          }
        });
  }

  /** The lock file as it is. */
  public PluginLock lock() {
    return PluginLock.read(directory);
  }

  /**
   * The installed plugin of an id.
   *
   * @throws HubException {@code PLUGIN_INVALID} that names the nearest id if there is none
   */
  public PluginPackage find(String id) {
    return holder(id).orElseThrow(() -> unknown(id));
  }

  private Optional<PluginPackage> holder(String id) {
    return sound().filter(plugin -> plugin.id().equals(id)).findFirst();
  }

  /** Every jar that is in order, trusted or not. */
  private Stream<PluginPackage> sound() {
    return jars().stream().flatMap(file -> inspect(file).stream());
  }

  private static Optional<PluginPackage> inspect(Path file) {
    try {
      return Optional.of(PluginPackage.inspect(file));
    } catch (HubException e) {
      if (Refusal.of(e).isEmpty()) {
        throw e;
      }
      // Whoever lists the directory is told why; for finding a plugin it is not there.
      return Optional.empty();
    }
  }

  private HubException unknown(String id) {
    List<String> ids = sound().map(PluginPackage::id).toList();
    return new HubException(
        ErrorCode.PLUGIN_INVALID,
        "no plugin '"
            + id
            + "' is installed in "
            + directory
            + NearestName.of(id, ids)
                .map(nearest -> ". Did you mean '" + nearest + "'?")
                .orElse(ids.isEmpty() ? "" : ". Installed are " + ids));
  }

  // ---- changing

  /**
   * Lets a jar in: checks it, pins it and puts it in its place; the jar it replaces is kept for
   * {@link #rollback}. A signature file beside it must be by a trusted signer; without one, the
   * caller's word is enough.
   *
   * @param expected SHA-256 that the jar must have, if the caller knows it
   * @throws HubException {@code PLUGIN_INVALID} with its {@link Refusal}; nothing has changed then
   */
  public Installed install(Path jar, Optional<Digest> expected) {
    return changing(
        incoming -> {
          PluginPackage plugin = take(jar, incoming);
          if (expected.isPresent() && !expected.get().equals(plugin.digest())) {
            throw Refusal.WRONG_HASH.refuse(
                jar.toString(),
                "its SHA-256 is " + plugin.digest() + ", and " + expected.get() + " is expected");
          }
          PluginLock lock = PluginLock.read(directory);
          if (!lock.pins().contains(PluginPin.of(plugin))) {
            lock.checkAgainstPins(plugin);
          }
          Optional<TrustedSigner> signer = lock.checkSignature(plugin);
          Optional<PluginPackage> current = holder(plugin.id());
          if (current.map(PluginPackage::digest).equals(Optional.of(plugin.digest()))) {
            lock.with(PluginPin.of(plugin)).write(directory);
            return new Installed(plugin, signer, Optional.empty());
          }
          replace(plugin, current);
          return new Installed(plugin, signer, current.map(PluginPin::of));
        });
  }

  /**
   * Puts the kept jar of a plugin back in its place, and keeps the one that leaves it.
   *
   * @throws HubException {@code PLUGIN_INVALID} if the plugin is unknown, nothing was kept, or what
   *     was kept is not what was replaced ({@code WRONG_HASH})
   */
  public Installed rollback(String id) {
    return changing(
        incoming -> {
          PluginPackage current = find(id);
          PluginPackage previous = take(previous(current), incoming);
          if (!PluginLock.read(directory).pins().contains(PluginPin.of(previous))) {
            throw Refusal.WRONG_HASH.refuse(
                previous.id() + " " + previous.version(),
                "the kept jar is not the one that was replaced");
          }
          replace(previous, Optional.of(current));
          return new Installed(previous, Optional.empty(), Optional.of(PluginPin.of(current)));
        });
  }

  private Path previous(PluginPackage current) throws IOException {
    return JarReplacement.kept(directory, current.id()).stream()
        .filter(file -> !file.equals(JarReplacement.keptAs(directory, current)))
        .findFirst()
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.PLUGIN_INVALID,
                    "no earlier jar of plugin "
                        + current.id()
                        + " was kept; it has not been replaced here"));
  }

  /**
   * Removes a plugin with its pins and kept jars.
   *
   * @throws HubException {@code PLUGIN_INVALID} that names the nearest id if there is none
   */
  public PluginPackage remove(String id) {
    return changing(
        incoming -> {
          PluginPackage plugin = find(id);
          Files.delete(plugin.file());
          Files.deleteIfExists(SignatureFile.beside(plugin.file()));
          for (Path kept : JarReplacement.kept(directory, id)) {
            Files.delete(kept);
          }
          PluginLock.read(directory).without(pin -> pin.id().equals(id)).write(directory);
          return plugin;
        });
  }

  /** Lets in what a signer signs from now on. */
  public void trust(TrustedSigner signer) {
    changing(
        incoming -> {
          PluginLock lock = PluginLock.read(directory);
          List<TrustedSigner> signers = new ArrayList<>(lock.signers());
          signers.add(signer);
          return lock.withSigners(signers).write(directory);
        });
  }

  /**
   * Stops trusting a signer. What was installed stays pinned.
   *
   * @throws HubException {@code PLUGIN_INVALID} that names the nearest signer if there is none
   */
  public void distrust(String name) {
    changing(
        incoming -> {
          PluginLock lock = PluginLock.read(directory);
          List<TrustedSigner> others =
              lock.signers().stream().filter(signer -> !signer.name().equals(name)).toList();
          if (others.size() == lock.signers().size()) {
            List<String> names = lock.signers().stream().map(TrustedSigner::name).toList();
            throw new HubException(
                ErrorCode.PLUGIN_INVALID,
                "no signer '"
                    + name
                    + "' is trusted in "
                    + directory
                    + NearestName.of(name, names)
                        .map(nearest -> ". Did you mean '" + nearest + "'?")
                        .orElse(""));
          }
          return lock.withSigners(others).write(directory);
        });
  }

  /**
   * Pins every jar that lies here as it is, and forgets all other pins.
   *
   * @throws HubException {@code PLUGIN_INVALID} with the {@link Refusal} of the first jar that is
   *     not in order; nothing has changed then
   */
  public PluginLock pinAll() {
    return changing(
        incoming -> {
          PluginLock next = PluginLock.read(directory).without(pin -> true);
          for (Path file : jars()) {
            next = next.with(PluginPin.of(PluginPackage.inspect(file)));
          }
          return next.write(directory);
        });
  }

  // ---- how

  /** Copies a jar with its signature to where nobody else writes, and checks the copy. */
  private static PluginPackage take(Path jar, Path incoming) throws IOException {
    PluginPackage.checkFile(jar, jar.toString(), PackageLimits.DEFAULT);
    Path copy = incoming.resolve("plugin.jar");
    Files.copy(jar, copy, LinkOption.NOFOLLOW_LINKS);
    SignatureFile.copy(jar, copy);
    Path libraries = Files.createDirectory(incoming.resolve("lib"));
    return PluginPackage.unpack(copy, jar.toString(), libraries, PackageLimits.DEFAULT);
  }

  private void replace(PluginPackage next, Optional<PluginPackage> current) throws IOException {
    for (JarReplacement.Step step : replacement(next, current).steps()) {
      step.run();
    }
  }

  private JarReplacement replacement(PluginPackage next, Optional<PluginPackage> current) {
    Path target =
        current.map(PluginPackage::file).orElseGet(() -> directory.resolve(next.id() + ".jar"));
    if (current.isEmpty() && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "cannot install plugin "
              + next.id()
              + ": "
              + target
              + " is something else. Move it away");
    }
    return new JarReplacement(directory, target, next, current);
  }

  /** Work that may touch the disk. */
  private interface Reading<T> {
    T run() throws IOException;
  }

  /** Work on a fresh directory of its own. */
  private interface Change<T> {
    T run(Path incoming) throws IOException;
  }

  private <T> T changing(Change<T> change) {
    return reading(
        () -> {
          try (FileChannel guard =
                  FileChannel.open(
                      directory.resolve(GUARD),
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE);
              FileLock held = exclusive(guard)) {
            deleteIncoming();
            Path incoming = Files.createTempDirectory(directory, INCOMING);
            try {
              return change.run(incoming);
            } finally {
              PluginFiles.deleteTree(incoming);
            }
          }
        });
  }

  private FileLock exclusive(FileChannel guard) throws IOException {
    try {
      FileLock lock = guard.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw busy(e);
    }
    throw busy(null);
  }

  private HubException busy(@Nullable Throwable cause) {
    return new HubException(
        ErrorCode.DATA_DIRECTORY_IN_USE,
        "another command is changing " + directory + "; try again when it has ended",
        cause);
  }

  /** What a command that was killed left behind. */
  private void deleteIncoming() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path left :
          files.filter(file -> file.getFileName().toString().startsWith(INCOMING)).toList()) {
        PluginFiles.deleteTree(left);
      }
    }
  }

  private <T> T reading(Reading<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot use " + directory + ": " + e.getMessage(), e);
    }
  }
}

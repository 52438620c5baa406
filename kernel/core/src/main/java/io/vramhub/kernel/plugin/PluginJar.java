package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.packaging.NativeTier;
import io.vramhub.packaging.PackageLimits;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.SwapMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A plugin jar, verified, trusted and copied to a directory of its own.
 *
 * @param content what was found in it
 * @param directory holds {@code plugin.jar} and its libraries under {@code lib}
 */
record PluginJar(PluginPackage content, Path directory) {
  private static final String PLUGIN_FILE = "plugin.jar";
  private static final String LIBRARY_DIRECTORY = "lib";

  String id() {
    return content.id();
  }

  String version() {
    return content.version();
  }

  String description() {
    return content.description();
  }

  String requires() {
    return content.requires();
  }

  Optional<NativeTier> nativeTier() {
    return content.nativeTier();
  }

  SwapMode swapMode() {
    return content.swapMode();
  }

  Digest digest() {
    return content.digest();
  }

  /** The jar inside {@link #directory()} that the loader reads. */
  Path file() {
    return directory.resolve(PLUGIN_FILE);
  }

  /** The unpacked libraries, by name. */
  List<Path> libraries() {
    return content.libraries().stream()
        .map(name -> directory.resolve(LIBRARY_DIRECTORY).resolve(name))
        .toList();
  }

  /**
   * Copies the jar to {@code <generations>/<id>/<version>-<first 12 hex digits of its SHA-256>}, or
   * one with a number appended, and verifies the copy. Nothing is ever loaded from the plugins
   * directory itself, so an operator may overwrite files there while the node runs.
   *
   * @throws HubException {@code PLUGIN_INVALID} with its {@link io.vramhub.packaging.Refusal};
   *     {@code DISK}
   */
  static PluginJar stage(Path source, Path generations, PluginTrust trust) {
    try {
      PluginPackage.checkFile(source, source.toString(), PackageLimits.DEFAULT);
      Files.createDirectories(generations);
      Path staging = Files.createTempDirectory(generations, ".staging-");
      try {
        Path copy = staging.resolve(PLUGIN_FILE);
        Files.copy(source, copy, LinkOption.NOFOLLOW_LINKS);
        SignatureFile.copy(source, copy);
        Path libraries = Files.createDirectory(staging.resolve(LIBRARY_DIRECTORY));
        PluginPackage content =
            PluginPackage.unpack(copy, source.toString(), libraries, PackageLimits.DEFAULT);
        trust.admit(content);
        return new PluginJar(content, staging).publish(generations);
      } finally {
        PluginFiles.deleteTree(staging);
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot stage plugin " + source + " below " + generations + ": " + e.getMessage(),
          e);
    }
  }

  /** Deletes the copy, when nothing is loaded from it any more. */
  void discard() {
    PluginFiles.delete(directory);
  }

  private PluginJar publish(Path generations) throws IOException {
    Path versions = Files.createDirectories(generations.resolve(id()));
    String name = version() + "-" + digest().hex().substring(0, 12);
    Path home = versions.resolve(name);
    // The same jar may still be loaded from an earlier staging; its files must stay as they are.
    for (int copy = 2; Files.exists(home); copy++) {
      home = versions.resolve(name + "-" + copy);
    }
    Files.move(directory, home, StandardCopyOption.ATOMIC_MOVE);
    return new PluginJar(content, home);
  }
}

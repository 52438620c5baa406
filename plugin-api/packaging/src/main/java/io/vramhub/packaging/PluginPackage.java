package io.vramhub.packaging;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A plugin jar that was found to be in order. Nothing of it was run.
 *
 * @param file the jar that was read
 * @param digest SHA-256 of the file
 * @param requires the range of API versions it accepts
 * @param nativeTier what it needs below itself, if it calls native code
 * @param libraries file names of the jars under {@code META-INF/lib}, sorted
 * @param services what it offers, sorted by kind and class
 */
public record PluginPackage(
    Path file,
    Digest digest,
    String id,
    String version,
    String description,
    String requires,
    Optional<NativeTier> nativeTier,
    SwapMode swapMode,
    List<String> libraries,
    List<Service> services) {
  public PluginPackage {
    libraries = List.copyOf(libraries);
    services = List.copyOf(services);
  }

  /**
   * A line of a service file.
   *
   * @param kind simple name of the service, {@code StorageBackend}
   * @param provider binary name of the class that provides it
   */
  public record Service(String kind, String provider) {}

  /**
   * Reads a jar and checks all of it. Blocks; needs as much room in the temporary directory as the
   * libraries unpack to.
   *
   * @throws HubException {@code PLUGIN_INVALID} with its {@link Refusal}; {@code DISK} if the jar
   *     cannot be read or the temporary directory not be written
   */
  public static PluginPackage inspect(Path jar) {
    return inspect(jar, PackageLimits.DEFAULT);
  }

  /** The same within other limits. */
  public static PluginPackage inspect(Path jar, PackageLimits limits) {
    try {
      Path libraries = Files.createTempDirectory("vramhub-inspect");
      try {
        return unpack(jar, jar.toString(), libraries, limits);
      } finally {
        deleteAll(libraries);
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot read plugin " + jar + " or unpack its libraries: " + e.getMessage(),
          e);
    }
  }

  /**
   * Reads and checks a jar that nobody else writes, and leaves its libraries in a directory. What
   * was written before a refusal stays there.
   *
   * @param shownAs what messages call the plugin, since the jar may be a copy
   * @param libraries present and empty
   * @throws HubException {@code PLUGIN_INVALID} with its {@link Refusal}
   * @throws IOException if the jar cannot be read or the libraries not be written
   */
  public static PluginPackage unpack(Path jar, String shownAs, Path libraries, PackageLimits limits)
      throws IOException {
    return new Inspection(shownAs, libraries, limits).inspect(jar);
  }

  /**
   * Refuses what is not worth opening: anything but a plain file of bounded size.
   *
   * @throws IOException if the file system does not tell
   */
  public static void checkFile(Path file, String shownAs, PackageLimits limits) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw Refusal.NOT_A_FILE.refuse(
          shownAs,
          Files.exists(file, LinkOption.NOFOLLOW_LINKS)
              ? "it is a folder, a link or a device, not a file"
              : "there is no such file");
    }
    if (Files.size(file) > limits.fileBytes()) {
      throw Refusal.TOO_LARGE.refuse(shownAs, "it is larger than " + limits.fileBytes() + " bytes");
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

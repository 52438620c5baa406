package io.vramhub.kernel.plugin;

import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.pf4j.DefaultVersionManager;

/**
 * A plugin jar, verified and copied to a directory of its own. What it is refused for is told by
 * {@code PLUGIN_INVALID}: a manifest entry that is missing or malformed, an API range that leaves
 * out the running version, a bundled copy of a shared package, classes for a newer JVM, entries
 * that point outside, or more bytes than the limits allow.
 *
 * @param directory holds {@code plugin.jar} and its libraries under {@code lib}
 * @param nativeTier {@code <name>/<version>} if the plugin needs one
 */
record PluginJar(
    String id,
    String version,
    String description,
    String requires,
    Optional<String> nativeTier,
    SwapMode swapMode,
    Digest digest,
    Path directory) {
  /** Class files for Java 25. */
  static final int NEWEST_CLASS_VERSION = 69;

  static final String LIBRARIES = "META-INF/lib/";
  private static final String PLUGIN_FILE = "plugin.jar";
  private static final String LIBRARY_DIRECTORY = "lib";
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+[A-Za-z0-9.+-]*");
  private static final Pattern LIBRARY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*\\.jar");
  private static final int MOST_ENTRIES = 100_000;
  private static final int MOST_LIBRARIES = 200;
  private static final long LARGEST_UNPACKED = 1L << 30;

  /** The jar inside {@link #directory()} that the loader reads. */
  Path file() {
    return directory.resolve(PLUGIN_FILE);
  }

  /** The unpacked libraries, by name. */
  List<Path> libraries() throws IOException {
    Path libraries = directory.resolve(LIBRARY_DIRECTORY);
    if (!Files.isDirectory(libraries)) {
      return List.of();
    }
    try (var files = Files.list(libraries)) {
      return files.sorted().toList();
    }
  }

  /**
   * Copies the jar to {@code <generations>/<id>/<version>-<first 12 hex digits of its SHA-256>} and
   * verifies the copy. Nothing is ever loaded from the plugins directory itself, so an operator may
   * overwrite files there while the node runs.
   */
  static PluginJar stage(Path source, Path generations) {
    return stage(source, generations, LARGEST_UNPACKED);
  }

  /** The same with another limit on what the libraries unpack to, in bytes. */
  static PluginJar stage(Path source, Path generations, long largestUnpacked) {
    try {
      Files.createDirectories(generations);
      Path staging = Files.createTempDirectory(generations, ".staging-");
      try {
        Path copy = staging.resolve(PLUGIN_FILE);
        Files.copy(source, copy);
        PluginJar staged = verify(source, copy, staging, new Budget(source, largestUnpacked));
        return staged.publish(generations);
      } finally {
        PluginFiles.deleteTree(staging);
      }
    } catch (ZipException e) {
      throw invalid(source, "it is not a readable jar: " + e.getMessage());
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot stage plugin " + source + " below " + generations + ": " + e.getMessage(),
          e);
    }
  }

  private PluginJar publish(Path generations) throws IOException {
    Path home = generations.resolve(id).resolve(version + "-" + digest.hex().substring(0, 12));
    // A directory that a crash left incomplete cannot be here: it appears by one atomic move. One
    // that is here may have been tampered with, so it is replaced rather than trusted.
    PluginFiles.deleteTree(home);
    Files.createDirectories(home.getParent());
    Files.move(directory, home, StandardCopyOption.ATOMIC_MOVE);
    return new PluginJar(id, version, description, requires, nativeTier, swapMode, digest, home);
  }

  private static PluginJar verify(Path source, Path copy, Path directory, Budget budget)
      throws IOException {
    try (ZipFile jar = new ZipFile(copy.toFile())) {
      Manifest manifest = manifest(source, jar);
      Attributes attributes = manifest.getMainAttributes();
      String id = required(source, attributes, "Plugin-Id", ID);
      String version = required(source, attributes, "Plugin-Version", VERSION);
      String requires = required(source, attributes, "Plugin-Requires", Pattern.compile(".+"));
      checkRange(source, requires);
      unpack(source, jar, directory.resolve(LIBRARY_DIRECTORY), budget);
      return new PluginJar(
          id,
          version,
          Optional.ofNullable(attributes.getValue("Plugin-Description")).orElse(""),
          requires,
          Optional.ofNullable(attributes.getValue("Native-Tier")),
          SwapMode.of(Optional.ofNullable(attributes.getValue("Swap-Mode")).orElse("side-by-side"))
              .orElseThrow(),
          PluginFiles.sha256(copy),
          directory);
    }
  }

  private static Manifest manifest(Path source, ZipFile jar) throws IOException {
    ZipEntry entry = jar.getEntry("META-INF/MANIFEST.MF");
    if (entry == null) {
      throw invalid(source, "it has no META-INF/MANIFEST.MF");
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return new Manifest(in);
    }
  }

  private static String required(Path source, Attributes attributes, String name, Pattern allowed) {
    String value = attributes.getValue(name);
    if (value == null || !allowed.matcher(value).matches()) {
      throw invalid(
          source,
          value == null
              ? "its manifest has no " + name
              : "its " + name + " '" + value + "' is not of the form " + allowed);
    }
    return value;
  }

  private static void checkRange(Path source, String requires) {
    boolean admits;
    try {
      admits =
          new DefaultVersionManager()
              .checkVersionConstraint(ApiVersion.CURRENT.toString(), requires);
    } catch (RuntimeException e) {
      throw invalid(source, "its Plugin-Requires '" + requires + "' is not a version range");
    }
    if (!admits) {
      throw invalid(
          source,
          "it was built for plugin API "
              + requires
              + ", and this node offers "
              + ApiVersion.CURRENT
              + ". Install a version of the plugin made for it");
    }
  }

  /**
   * Checks every entry, and writes the libraries to the directory while their bytes are counted.
   */
  private static void unpack(Path source, ZipFile jar, Path libraries, Budget budget)
      throws IOException {
    if (jar.size() > MOST_ENTRIES) {
      throw invalid(source, "it has " + jar.size() + " entries, more than " + MOST_ENTRIES);
    }
    List<String> names = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      checkInside(source, name);
      if (name.startsWith(LIBRARIES) && !entry.isDirectory()) {
        names.add(name.substring(LIBRARIES.length()));
        unpackLibrary(source, jar, entry, libraries, budget);
      } else if (name.endsWith(".class")) {
        try (InputStream in = jar.getInputStream(entry)) {
          checkClass(source, name, in.readNBytes(8), "");
        }
      }
    }
    if (names.size() > MOST_LIBRARIES) {
      throw invalid(source, "it has " + names.size() + " libraries, more than " + MOST_LIBRARIES);
    }
  }

  private static void unpackLibrary(
      Path source, ZipFile jar, ZipEntry entry, Path libraries, Budget budget) throws IOException {
    String library = entry.getName().substring(LIBRARIES.length());
    if (!LIBRARY.matcher(library).matches()) {
      throw invalid(source, "its library entry '" + entry.getName() + "' is not a plain jar name");
    }
    Files.createDirectories(libraries);
    Path target = libraries.resolve(library);
    try (InputStream in = jar.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target)) {
      budget.copy(in, out);
    }
    checkLibrary(source, library, target, budget);
  }

  private static void checkLibrary(Path source, String library, Path file, Budget budget)
      throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        checkInside(source, entry.getName());
        byte[] start = zip.readNBytes(8);
        if (entry.getName().endsWith(".class")) {
          checkClass(source, entry.getName(), start, " in its library " + library);
        }
        budget.spend(start.length);
        budget.copy(zip, OutputStream.nullOutputStream());
      }
    }
  }

  private static void checkInside(Path source, String name) {
    if (name.startsWith("/")
        || name.contains("\\")
        || name.contains(":")
        || List.of(name.split("/", -1)).contains("..")) {
      throw invalid(source, "its entry '" + name + "' points outside the jar");
    }
  }

  private static void checkClass(Path source, String name, byte[] start, String where)
      throws IOException {
    if (SharedPackages.containsEntry(name)) {
      throw invalid(
          source,
          "it bundles "
              + name
              + where
              + ", a package that the node provides. Give that dependency the scope 'provided'");
    }
    // Variants for later JVMs are never loaded by this one.
    if (name.startsWith("META-INF/versions/")) {
      return;
    }
    int version = classVersion(start);
    if (version < 0) {
      throw invalid(source, "its entry '" + name + "'" + where + " is not a class file");
    }
    if (version > NEWEST_CLASS_VERSION) {
      throw invalid(
          source,
          String.format(
              Locale.ROOT,
              "its class %s%s has version %d, and this node runs at most %d. Compile it with"
                  + " --release 25",
              name,
              where,
              version,
              NEWEST_CLASS_VERSION));
    }
  }

  private static int classVersion(byte[] start) throws IOException {
    if (start.length < 8) {
      return -1;
    }
    try (var in = new java.io.DataInputStream(new ByteArrayInputStream(start))) {
      if (in.readInt() != 0xCAFEBABE) {
        return -1;
      }
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }

  private static HubException invalid(Path source, String reason) {
    return new HubException(
        ErrorCode.PLUGIN_INVALID, "plugin " + source + " is refused: " + reason);
  }

  /** Counts unpacked bytes as they appear, whatever the headers claim. */
  private static final class Budget {
    private final Path source;
    private final long limit;
    private long left;

    Budget(Path source, long bytes) {
      this.source = source;
      limit = bytes;
      left = bytes;
    }

    void copy(InputStream in, OutputStream out) throws IOException {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        spend(read);
        out.write(buffer, 0, read);
      }
    }

    void spend(long bytes) {
      left -= bytes;
      if (left < 0) {
        throw invalid(source, "it unpacks to more than " + limit + " bytes");
      }
    }
  }
}

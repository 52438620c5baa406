package io.vramhub.packaging;

import io.vramhub.api.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** One look at one jar: every entry, and every entry of every library, is read once. */
final class Inspection {
  private static final String LIBRARY_PREFIX = "META-INF/lib/";
  private static final Pattern LIBRARY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*\\.jar");
  private static final int LARGEST_TEXT = 1 << 20;

  private final Path libraryDirectory;
  private final PackageLimits limits;
  private final Refuser refuser;
  private final Budget budget;
  private final List<String> libraries = new ArrayList<>();
  private final List<PluginPackage.Service> services = new ArrayList<>();
  private final List<String> unknownServiceFiles = new ArrayList<>();
  private final Map<String, Location> classes = new HashMap<>();

  /** Where a class was found. */
  private record Location(Path archive, ZipEntryHeader entry) {}

  Inspection(String plugin, Path libraryDirectory, PackageLimits limits) {
    this.libraryDirectory = libraryDirectory;
    this.limits = limits;
    refuser = new Refuser(plugin);
    budget = new Budget(refuser, limits);
  }

  PluginPackage inspect(Path jar) throws IOException {
    PluginPackage.checkFile(jar, refuser.plugin(), limits);
    PluginManifest manifest = readPlugin(jar);
    for (String library : libraries) {
      readLibrary(library);
    }
    checkServices();
    return new PluginPackage(
        jar,
        sha256(jar),
        manifest.id(),
        manifest.version(),
        manifest.description(),
        manifest.requires(),
        manifest.nativeTier(),
        manifest.swapMode(),
        libraries,
        services);
  }

  private PluginManifest readPlugin(Path jar) throws IOException {
    try (Archive archive = Archive.open(jar, refuser, limits)) {
      archive.checkCollisions();
      Optional<PluginManifest> manifest = Optional.empty();
      for (ZipEntryHeader entry : archive.files()) {
        if (entry.name().equals(PluginManifest.NAME)) {
          manifest = Optional.of(PluginManifest.parse(text(archive, entry, refuser), refuser));
        } else if (entry.name().startsWith(LIBRARY_PREFIX)) {
          unpackLibrary(archive, entry);
        } else {
          readEntry(jar, archive, entry, refuser);
        }
      }
      libraries.sort(Comparator.naturalOrder());
      return manifest.orElseThrow(
          () -> refuser.refuse(Refusal.MANIFEST_MISSING, "it has no " + PluginManifest.NAME));
    }
  }

  private void unpackLibrary(Archive archive, ZipEntryHeader entry) throws IOException {
    String name = entry.name().substring(LIBRARY_PREFIX.length());
    if (!LIBRARY.matcher(name).matches()) {
      throw refuser.refuse(
          Refusal.LIBRARY_NAME_INVALID,
          "its library entry '" + entry.name() + "' is not a plain jar name");
    }
    libraries.add(name);
    if (libraries.size() > limits.libraries()) {
      throw refuser.refuse(
          Refusal.TOO_MANY_ENTRIES, "it has more than " + limits.libraries() + " libraries");
    }
    try (OutputStream out = Files.newOutputStream(libraryDirectory.resolve(name))) {
      archive.copy(entry, out, 0, budget);
    }
  }

  private void readLibrary(String library) throws IOException {
    Path file = libraryDirectory.resolve(library);
    Refuser inLibrary = refuser.inLibrary(library);
    try (Archive archive = Archive.open(file, inLibrary, limits)) {
      for (ZipEntryHeader entry : archive.files()) {
        if (entry.name().equals(PluginManifest.NAME)) {
          PluginManifest.checkLibrary(text(archive, entry, inLibrary), inLibrary);
        } else {
          readEntry(file, archive, entry, inLibrary);
        }
      }
    }
  }

  private void readEntry(Path file, Archive archive, ZipEntryHeader entry, Refuser where)
      throws IOException {
    String name = entry.name();
    if (name.startsWith(ServiceFile.DIRECTORY)) {
      readService(name, text(archive, entry, where), where);
      return;
    }
    byte[] start = archive.copy(entry, OutputStream.nullOutputStream(), ClassEntry.HEAD, budget);
    if (ClassEntry.is(name)) {
      ClassEntry found = ClassEntry.of(name);
      found.check(name, start, where);
      if (found.release().isEmpty()) {
        classes.putIfAbsent(found.name(), new Location(file, entry));
      }
    } else if (NativeCode.is(name, start)) {
      throw where.refuse(
          Refusal.NATIVE_CODE,
          "its entry '"
              + name
              + "' is native code, which a JVM loads only once. Put it into a native tier and name"
              + " that as Native-Tier");
    }
  }

  private void readService(String name, byte[] content, Refuser where) {
    String kindName = name.substring(ServiceFile.DIRECTORY.length());
    var kind = ServiceKinds.ofServiceFile(kindName);
    if (kind.isPresent()) {
      for (String provider : ServiceFile.parse(name, content, where)) {
        services.add(new PluginPackage.Service(ServiceKinds.nameOf(kind.get()), provider));
      }
    } else if (kindName.startsWith("io.vramhub.")) {
      unknownServiceFiles.add(name);
    }
  }

  private void checkServices() throws IOException {
    if (services.isEmpty()) {
      throw refuser.refuse(
          Refusal.SERVICE_MISSING,
          unknownServiceFiles.isEmpty()
              ? "it offers nothing: it has no service file such as"
                  + " META-INF/services/io.vramhub.api.spi.StorageBackend$Provider"
              : "it offers nothing that this node knows: "
                  + unknownServiceFiles
                  + " names no kind of service");
    }
    services.sort(
        Comparator.comparing(PluginPackage.Service::kind)
            .thenComparing(PluginPackage.Service::provider));
    for (PluginPackage.Service service : services) {
      Location location = classes.get(service.provider());
      if (location == null) {
        throw refuser.refuse(
            Refusal.PROVIDER_MISSING,
            "its service file for "
                + service.kind()
                + " names "
                + service.provider()
                + ", and there is no such class in it");
      }
      ClassEntry.checkProvider(service.provider(), bytes(location), refuser);
    }
  }

  private byte[] bytes(Location location) throws IOException {
    try (Archive archive = Archive.open(location.archive(), refuser, limits)) {
      return text(archive, location.entry(), refuser);
    }
  }

  /** An entry small enough to be held in memory. */
  private byte[] text(Archive archive, ZipEntryHeader entry, Refuser where) throws IOException {
    if (entry.bytes() > LARGEST_TEXT) {
      throw where.refuse(
          Refusal.TOO_LARGE, "its entry '" + entry.name() + "' is larger than a megabyte");
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    archive.copy(entry, content, 0, budget);
    return content.toByteArray();
  }

  private static Digest sha256(Path file) throws IOException {
    MessageDigest hash = Digest.newSha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    }
    return Digest.of(hash.digest());
  }
}

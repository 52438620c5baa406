package io.vramhub.enclave;

import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.attestation.AttestationVerifier;
import io.vramhub.numerics.StrictExp;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The measurement of a software enclave: SHA-384 over the class files that it runs, so that another
 * build has another measurement. Nothing but the honesty of the process stands behind it.
 *
 * <p>PCR1 covers the shared code (API, numerics, protocol), PCR2 the enclave's own (evaluator,
 * attestation), PCR0 both and the name of the evaluator. Files count by name and content, so jars
 * and class folders of one build measure the same; the Java runtime is not covered, because the
 * strict evaluator gives the same numbers on each.
 */
public final class SoftwareMeasurement {
  private static final String OWN_CODE = "io/vramhub/";
  private static final List<Class<?>> PARTS =
      List.of(
          Digest.class,
          StrictExp.class,
          StrictEvaluator.class,
          AttestationVerifier.class,
          EnclaveServer.class);

  private SoftwareMeasurement() {}

  /** Measures the code of the running process; reads its jars, so call it once. */
  public static Measurement current() {
    return of(PARTS.stream().map(SoftwareMeasurement::location).toList());
  }

  /** Measures jars and class folders. */
  static Measurement of(List<Path> locations) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    locations.stream().distinct().forEach(location -> read(location, files));
    Predicate<String> enclave =
        name ->
            name.startsWith("io/vramhub/enclave/") || name.startsWith("io/vramhub/attestation/");
    Bytes pcr1 = hash(files, enclave.negate(), "");
    Bytes pcr2 = hash(files, enclave, "");
    return new Measurement(hash(files, _ -> true, StrictEvaluator.NAME), pcr1, pcr2);
  }

  private static Path location(Class<?> part) {
    CodeSource source = part.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException("the code of " + part + " has no location to measure");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the code of " + part + " has no readable location", e);
    }
  }

  private static void read(Path location, SortedMap<String, byte[]> files) {
    try {
      if (Files.isDirectory(location)) {
        readTree(location, files);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
          readTree(jar.getPath("/"), files);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the enclave cannot measure its code at " + location, e);
    }
  }

  private static void readTree(Path root, SortedMap<String, byte[]> files) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (name.startsWith(OWN_CODE)) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    }
  }

  private static Bytes hash(
      SortedMap<String, byte[]> files, Predicate<String> measured, String label) {
    MessageDigest hash = sha384();
    update(hash, label.getBytes(StandardCharsets.UTF_8));
    files.forEach(
        (name, content) -> {
          if (measured.test(name)) {
            update(hash, name.getBytes(StandardCharsets.UTF_8));
            update(hash, content);
          }
        });
    return new Bytes(hash.digest());
  }

  /** Adds the length first, so that no two lists of parts hash alike. */
  private static void update(MessageDigest hash, byte[] part) {
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    hash.update(part);
  }

  private static MessageDigest sha384() {
    try {
      return MessageDigest.getInstance("SHA-384");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-384", e);
    }
  }
}

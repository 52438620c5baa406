package io.vramhub.node.repository;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.packaging.PackageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A Maven repository behind HTTP. Every jar is checked against the strongest checksum it has. */
final class RemoteRepository {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);
  private static final int LARGEST_SIDE_FILE = 4_096;
  private static final int FOUND = 200;
  private static final List<Checksum> CHECKSUMS =
      List.of(
          new Checksum(".sha512", "SHA-512"),
          new Checksum(".sha256", "SHA-256"),
          new Checksum(".sha1", "SHA-1"));

  private final URI root;

  private record Checksum(String suffix, String algorithm) {}

  /**
   * @throws HubException {@code USAGE} if the address is neither {@code https} nor on this machine
   */
  RemoteRepository(URI root) {
    String scheme = String.valueOf(root.getScheme());
    if (!scheme.equals("https") && !(scheme.equals("http") && isThisMachine(root))) {
      throw new HubException(
          ErrorCode.USAGE, "the repository " + root + " must be an https address");
    }
    this.root = URI.create(root.toString().endsWith("/") ? root.toString() : root + "/");
  }

  private static boolean isThisMachine(URI root) {
    return root.getHost() != null
        && (root.getHost().equals("localhost")
            || root.getHost().equals(InetAddress.getLoopbackAddress().getHostAddress()));
  }

  /** Fetches the jar and, if there is one, its signature. */
  Path download(MavenCoordinates coordinates, Path directory) throws IOException {
    URI address = root.resolve(coordinates.path());
    Path jar = directory.resolve(coordinates.artifact() + "-" + coordinates.version() + ".jar");
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      if (!fetch(client, address, jar, PackageLimits.DEFAULT.fileBytes())) {
        throw MavenRepositories.missing(coordinates, root + " has no such jar");
      }
      check(client, coordinates, address, jar);
      fetch(client, with(address, ".sig"), jar.resolveSibling(jar.getFileName() + ".sig"));
      return jar;
    }
  }

  private void check(HttpClient client, MavenCoordinates coordinates, URI address, Path jar)
      throws IOException {
    for (Checksum checksum : CHECKSUMS) {
      Path file = jar.resolveSibling(jar.getFileName() + checksum.suffix());
      if (fetch(client, with(address, checksum.suffix()), file)) {
        // Some tools append the file's name.
        String expected =
            Files.readString(file, StandardCharsets.UTF_8)
                .strip()
                .split("\\s", 2)[0]
                .toLowerCase(Locale.ROOT);
        if (!expected.equals(hash(jar, checksum.algorithm()))) {
          throw MavenRepositories.missing(
              coordinates, "what came differs from its " + checksum.algorithm() + " in " + root);
        }
        return;
      }
    }
    throw MavenRepositories.missing(coordinates, root + " has no checksum for it");
  }

  private static boolean fetch(HttpClient client, URI address, Path file) throws IOException {
    return fetch(client, address, file, LARGEST_SIDE_FILE);
  }

  /** Whether the file was there. */
  private static boolean fetch(HttpClient client, URI address, Path file, long mostBytes)
      throws IOException {
    HttpResponse<InputStream> response = send(client, address);
    try (InputStream in = response.body()) {
      if (response.statusCode() != FOUND) {
        return notFound(address, response.statusCode());
      }
      try (OutputStream out = Files.newOutputStream(file)) {
        byte[] buffer = new byte[1 << 16];
        long left = mostBytes;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          left -= read;
          if (left < 0) {
            throw new IOException(address + " is larger than " + mostBytes + " bytes");
          }
          out.write(buffer, 0, read);
        }
      }
      return true;
    }
  }

  /** False for what is plainly absent; everything else is trouble. */
  private static boolean notFound(URI address, int status) throws IOException {
    if (status == 404 || status == 410) {
      return false;
    }
    throw new IOException(address + " answers with status " + status);
  }

  private static HttpResponse<InputStream> send(HttpClient client, URI address) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(address).timeout(ANSWER_LIMIT).build(),
          HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped =
          new InterruptedIOException("stopped while reading " + address);
      stopped.initCause(e);
      throw stopped;
    }
  }

  private static URI with(URI address, String suffix) {
    return URI.create(address + suffix);
  }

  private static String hash(Path file, String algorithm) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest hash = MessageDigest.getInstance(algorithm);
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }
}

package io.vramhub.node.http;

import io.vramhub.kernel.DurableFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/**
 * The operator's door, open on loopback for whoever can read the file that holds its address and
 * token. See {@link AdminEndpoints} for what it answers.
 */
public final class AdminServer implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;

  /** Orders are few and small, but opening a plugin may take a minute. */
  private static final HttpLimits LIMITS =
      new HttpLimits(
          1 << 16, 16, 32, Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofMinutes(1));

  private final HttpFront front;
  private final Path file;

  private AdminServer(HttpFront front, Path file) {
    this.front = front;
    this.file = file;
  }

  /**
   * Opens the door at a free port.
   *
   * @param file is written with mode 0600 and removed when the door is closed
   */
  public static AdminServer start(
      Path file, PluginAdmin plugins, ConfigReload configuration, SecureRandom random) {
    byte[] secret = new byte[TOKEN_BYTES];
    random.nextBytes(secret);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    HttpFront front =
        HttpFront.bind(
            "admin",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LIMITS,
            new AdminEndpoints(token, plugins, configuration)::answer);
    try {
      AdminFile.of(URI.create("http://" + HttpFront.text(front.address())), token).write(file);
      return new AdminServer(front, file);
    } catch (RuntimeException e) {
      front.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      DurableFiles.delete(file);
    } finally {
      front.close();
    }
  }
}

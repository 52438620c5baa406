package io.vramhub.storage.r2;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * S3Proxy, which keeps objects in its memory and checks signatures, as a process of its own. Its
 * jars are those that the module {@code s3proxy} collected.
 */
final class S3ProxyServer implements AutoCloseable {
  static final String BUCKET = "vramhub-test";
  static final AccessKey KEY = new AccessKey("test-key", "test-secret");

  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final Process process;
  private final InetSocketAddress address;

  private S3ProxyServer(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a server with an empty bucket.
   *
   * @param home for its configuration, and the file with the access key
   */
  static S3ProxyServer start(Path home) throws IOException {
    InetSocketAddress address = freeAddress();
    Path configuration =
        Files.write(
            home.resolve("s3proxy.conf"),
            List.of(
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.endpoint=" + uri(address),
                "s3proxy.identity=" + KEY.id(),
                "s3proxy.credential=" + KEY.secret(),
                "jclouds.provider=transient",
                "jclouds.identity=any",
                "jclouds.credential=any"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dlogback.configurationFile=" + Path.of("src/test/resources/s3proxy-logback.xml"),
                "-cp",
                Path.of("s3proxy/target/server").toAbsolutePath() + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                configuration.toString())
            .inheritIO()
            .start();
    S3ProxyServer server = new S3ProxyServer(process, address);
    server.createBucket();
    return server;
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
  }

  /** Asks until it is there to answer. */
  private void createBucket() {
    try (JdkTransport transport = new JdkTransport();
        S3AsyncClient client =
            S3AsyncClient.builder()
                .endpointOverride(uri(address))
                .region(Region.of("auto"))
                .forcePathStyle(true)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(KEY.id(), KEY.secret())))
                .httpClient(transport)
                .build()) {
      Mono.fromFuture(() -> client.createBucket(create -> create.bucket(BUCKET)))
          .retryWhen(
              Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(100))
                  .filter(failure -> process.isAlive()))
          .block(START_LIMIT);
    }
  }

  private static URI uri(InetSocketAddress address) {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  InetSocketAddress address() {
    return address;
  }

  URI endpoint() {
    return uri(address);
  }

  /** Settings of a storage with a prefix of its own in the bucket. */
  static Config settings(URI endpoint, Path home, String prefix) {
    return ConfigFactory.parseMap(
        Map.of(
            "endpoint",
            endpoint.toString(),
            "bucket",
            BUCKET,
            "prefix",
            prefix,
            "credentials-file",
            keyFile(home, KEY).toString(),
            "part-size",
            "5MiB"));
  }

  /** A file with the key that only its owner may read. */
  static Path keyFile(Path home, AccessKey key) {
    try {
      Path file = home.resolve("key-" + key.hashCode());
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      return Files.writeString(
          file, "access-key-id = " + key.id() + "\nsecret-access-key = " + key.secret() + "\n");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }
}

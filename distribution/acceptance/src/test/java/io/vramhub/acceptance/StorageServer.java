package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A storage service that a story's network stores on, as a process of its own.
 *
 * @param configuration the settings of a devnet that uses it
 */
record StorageServer(Process process, String configuration) implements AutoCloseable {
  private static final int SHARDS = 100;
  private static final String BUCKET = "payloads";

  /** The fake publisher and aggregator of the Walrus plugin's tests. */
  static StorageServer walrus() throws IOException {
    Path plugin = Path.of(System.getProperty("vramhub.walrus"));
    Process process =
        java(
                "-cp",
                plugin.resolve("classes") + ":" + plugin.resolve("test-classes"),
                "io.vramhub.storage.walrus.FakeWalrus",
                Integer.toString(SHARDS),
                "0")
            .start();
    String address = announced(process, "Walrus at ");
    return new StorageServer(
        process,
        "storage.walrus { aggregators = [\"%1$s\"], publisher = \"%1$s\", shards = %2$d }\n"
            .formatted(address, SHARDS));
  }

  /** S3Proxy over a directory, which checks every signature. */
  static StorageServer r2(Path home) throws IOException {
    Files.createDirectories(home.resolve("buckets").resolve(BUCKET));
    int port = freePort();
    String address = "http://127.0.0.1:" + port;
    Path settings =
        Files.write(
            home.resolve("s3proxy.conf"),
            List.of(
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.endpoint=" + address,
                "s3proxy.identity=story",
                "s3proxy.credential=secret-of-the-story",
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + home.resolve("buckets"),
                "jclouds.identity=any",
                "jclouds.credential=any"));
    Path key =
        Files.createFile(
            home.resolve("r2.key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, "access-key-id = story\nsecret-access-key = secret-of-the-story\n");
    Process process =
        java(
                "-Xmx512m",
                "-cp",
                Path.of(System.getProperty("vramhub.s3proxy")) + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            // It logs more than a pipe holds that nobody reads.
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitListening(process, port);
    return new StorageServer(
        process,
        "storage.r2 { endpoint = \"%s\", bucket = %s, credentials-file = \"%s\" }\n"
            .formatted(address, BUCKET, key));
  }

  private static ProcessBuilder java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static String announced(Process process, String words) throws IOException {
    BufferedReader lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
    String line = lines.readLine();
    assertThat(line).startsWith(words);
    return line.substring(words.length());
  }

  /** Until somebody accepts connections there. */
  private static void awaitListening(Process process, int port) {
    while (true) {
      assertThat(process.isAlive()).as("%s runs", process.info()).isTrue();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        // Not yet; the process is alive.
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

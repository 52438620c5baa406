package io.vramhub.node.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MavenRepositoriesTest {
  private static final MavenCoordinates STORE =
      MavenCoordinates.of("com.acme:acme-store:1.2.3").orElseThrow();
  private static final String PATH = "/maven/com/acme/acme-store/1.2.3/acme-store-1.2.3.jar";
  private static final byte[] JAR = "a jar".getBytes(UTF_8);

  @TempDir private Path home;
  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] content = served.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(
              content == null ? 404 : 200, content == null ? -1 : content.length);
          if (content != null) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private MavenRepositories local() {
    return new MavenRepositories(home.resolve("local"), Optional.empty());
  }

  private MavenRepositories remote() {
    return new MavenRepositories(
        home.resolve("local"),
        Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/maven")));
  }

  private Path find(MavenRepositories repositories) {
    return repositories.find(STORE, home.resolve("downloads"));
  }

  @Test
  void readsCoordinates() {
    assertThat(STORE).isEqualTo(new MavenCoordinates("com.acme", "acme-store", "1.2.3"));
    assertThat(STORE).hasToString("com.acme:acme-store:1.2.3");
    assertThat(MavenCoordinates.of("store.jar")).isEmpty();
    assertThat(MavenCoordinates.of("com.acme:acme-store")).isEmpty();
    assertThat(MavenCoordinates.of("com.acme:..:1")).isEmpty();
    assertThat(MavenCoordinates.of("com..acme:store:1")).isEmpty();
    assertThat(MavenCoordinates.of("a:b/c:1")).isEmpty();
  }

  @Test
  void prefersTheLocalRepository() throws IOException {
    Path jar = home.resolve("local/com/acme/acme-store/1.2.3/acme-store-1.2.3.jar");
    Files.createDirectories(jar.getParent());
    Files.write(jar, JAR);
    served.put(PATH, "another".getBytes(UTF_8));
    assertThat(find(remote())).isEqualTo(jar);
  }

  @Test
  void asksForARemoteRepositoryIfTheLocalOneHasNothing() {
    assertThatThrownBy(() -> find(local()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_INVALID))
        .hasMessageContaining("cannot get com.acme:acme-store:1.2.3")
        .hasMessageContaining("--repository URL");
  }

  @Test
  void downloadsWhatMatchesItsChecksumWithItsSignature() throws IOException {
    served.put(PATH, JAR);
    served.put(PATH + ".sha256", (Digest.sha256(JAR) + "  acme-store-1.2.3.jar\n").getBytes(UTF_8));
    served.put(PATH + ".sha1", "never read, because a stronger one is there".getBytes(UTF_8));
    served.put(PATH + ".sig", "signed".getBytes(UTF_8));
    Path jar = find(remote());
    assertThat(jar).hasBinaryContent(JAR);
    assertThat(jar.resolveSibling("acme-store-1.2.3.jar.sig")).hasContent("signed");
  }

  @Test
  void refusesWhatDiffersFromItsChecksumOrHasNone() {
    served.put(PATH, JAR);
    assertThatThrownBy(() -> find(remote())).hasMessageContaining("has no checksum for it");
    served.put(PATH + ".sha1", "00".repeat(20).getBytes(UTF_8));
    assertThatThrownBy(() -> find(remote())).hasMessageContaining("differs from its SHA-1");
  }

  @Test
  void saysWhatARemoteRepositoryLacks() {
    assertThatThrownBy(() -> find(remote())).hasMessageContaining("has no such jar");
    MavenCoordinates snapshot = new MavenCoordinates("com.acme", "acme-store", "1-SNAPSHOT");
    assertThatThrownBy(() -> remote().find(snapshot, home)).hasMessageContaining("mvn install");
  }

  @Test
  void speaksPlainHttpWithThisMachineOnly() {
    MavenRepositories far =
        new MavenRepositories(home, Optional.of(URI.create("http://repository.example/maven")));
    assertThatThrownBy(() -> find(far)).hasMessageContaining("must be an https address");
  }
}

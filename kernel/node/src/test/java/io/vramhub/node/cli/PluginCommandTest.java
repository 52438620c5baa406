package io.vramhub.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.node.fixture.FixturePlugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plugins as an operator and an author handle them, on the command line. */
final class PluginCommandTest {
  @TempDir private Path home;
  private Path guest;
  private String out = "";
  private String err = "";

  @BeforeEach
  void product() throws IOException {
    Files.createDirectories(home.resolve("plugins"));
    System.setProperty("vramhub.home", home.toString());
    guest = home.resolve("guest.jar");
    FixturePlugin.writeGuest(guest, "1.0.0");
  }

  @AfterEach
  void forget() {
    System.clearProperty("vramhub.home");
  }

  private int run(String... arguments) {
    List<String> line = new ArrayList<>(List.of("plugin"));
    line.addAll(List.of(arguments));
    return execute(line.toArray(String[]::new));
  }

  private int execute(String... line) {
    StringWriter standardOut = new StringWriter();
    StringWriter standardError = new StringWriter();
    int exitCode =
        VramHubCommand.execute(new PrintWriter(standardOut), new PrintWriter(standardError), line);
    out = standardOut.toString();
    err = standardError.toString();
    return exitCode;
  }

  private JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }

  private Path writeGuest(String version) throws IOException {
    Path jar = home.resolve("guest-" + version + ".jar");
    FixturePlugin.writeGuest(jar, version);
    return jar;
  }

  @Test
  void installsAndListsAndGoesBackAndRemoves() throws IOException {
    assertThat(run("install", guest.toString())).as(err).isZero();
    assertThat(out).startsWith("fixture-guest 1.0.0 is in place, pinned as ");
    assertThat(run("install", writeGuest("1.1.0").toString())).isZero();
    assertThat(out).startsWith("fixture-guest 1.1.0 is in place of 1.0.0, pinned as ");

    assertThat(run("list")).isZero();
    assertThat(out)
        .isEqualTo(
            """
            plugin         version  trust   native tier  swaps         provides
            fixture-guest    1.1.0  pinned            -  side-by-side  NodeService fixture
            """);

    assertThat(run("rollback", "fixture-guest")).isZero();
    assertThat(out).startsWith("fixture-guest 1.0.0 is in place of 1.1.0");
    assertThat(run("remove", "fixture-guest")).isZero();
    assertThat(run("list")).isZero();
    assertThat(out).startsWith("no plugins in ");
  }

  @Test
  void listsWhatIsLeftOutAndWhyInBothForms() throws IOException {
    Files.copy(guest, home.resolve("plugins/dropped.jar"));
    run("install", writeGuest("1.1.0").toString());
    Files.writeString(home.resolve("plugins/text.jar"), "no zip");

    assertThat(run("list")).isZero();
    assertThat(out)
        .contains("text.jar", "refused UNREADABLE")
        .contains("plugin " + home.resolve("plugins/text.jar") + " is refused [UNREADABLE]: ");
    assertThat(run("list", "--output", "json")).isZero();
    assertThat(json().path("version").asInt()).isEqualTo(1);
    JsonNode admitted = json().path("installed").path(0);
    assertThat(admitted.path("id").asString()).isEqualTo("fixture-guest");
    assertThat(admitted.path("pluginVersion").asString()).isEqualTo("1.1.0");
    assertThat(admitted.path("trust").asString()).isEqualTo("pinned");
    assertThat(admitted.path("provides").path(0).path("name").asString()).isEqualTo("fixture");
    JsonNode refused = json().path("installed").path(1);
    assertThat(refused.path("admitted").asBoolean()).isFalse();
    assertThat(refused.path("refusal").asString()).isEqualTo("UNREADABLE");
  }

  @Test
  void verifiesAJarWithoutRunningIt() throws IOException {
    assertThat(run("verify", guest.toString())).isZero();
    assertThat(out).startsWith("plugin ").contains("fixture-guest 1.0.0").contains("not signed");

    Path text = Files.writeString(home.resolve("text.jar"), "no zip");
    assertThat(run("verify", text.toString(), "--output", "json")).isEqualTo(8);
    assertThat(json().path("refusal").asString()).isEqualTo("UNREADABLE");
    assertThat(err).contains("is refused [UNREADABLE]");
  }

  @Test
  void tellsOfAnInstalledPluginOrOfAnyJar() {
    assertThat(run("info", guest.toString(), "--output", "json")).isZero();
    assertThat(json().path("services").path(0).path("kind").asString()).isEqualTo("NodeService");
    run("install", guest.toString());
    assertThat(run("info", "fixture-guets")).isEqualTo(8);
    assertThat(err).contains("Did you mean 'fixture-guest'?");
    assertThat(run("info", "fixture-guest")).isZero();
  }

  @Test
  void installsOnlyTheExpectedHash() {
    assertThat(run("install", guest.toString(), "--sha256", "00".repeat(32), "--output", "json"))
        .isEqualTo(8);
    assertThat(json().path("refusal").asString()).isEqualTo("WRONG_HASH");
    assertThat(run("install", guest.toString(), "--sha256", "zero")).isEqualTo(1);
  }

  @Test
  void installsByMavenCoordinates() throws IOException {
    Path repository = home.resolve("repository");
    Path directory = Files.createDirectories(repository.resolve("com/acme/acme-guest/1.0.0"));
    Files.copy(guest, directory.resolve("acme-guest-1.0.0.jar"));
    String[] local = {"--local-repository", repository.toString()};
    assertThat(run("install", "com.acme:acme-guest:1.0.0", local[0], local[1])).as(err).isZero();
    assertThat(run("install", "com.acme:acme-guest:2.0.0", local[0], local[1])).isEqualTo(8);
    assertThat(err).contains("cannot get com.acme:acme-guest:2.0.0");
  }

  @Test
  void signsForThoseWhoTrustTheKey() throws IOException {
    Path password = Files.writeString(home.resolve("password"), "long enough\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    String key = home.resolve("author.key").toString();
    assertThat(execute("key", "create", key, "--password-file", password.toString())).isZero();
    assertThat(
            run(
                "sign",
                guest.toString(),
                "--key",
                key,
                "--password-file",
                password.toString(),
                "--output",
                "json"))
        .as(err)
        .isZero();
    String signer = json().path("signer").asString();
    assertThat(run("verify", guest.toString())).isZero();
    assertThat(out).contains("in order, signed by ed25519:" + signer);

    assertThat(run("install", guest.toString())).isEqualTo(8);
    assertThat(err).contains("[SIGNER_UNTRUSTED]");
    assertThat(run("trust", signer, "--name", "acme", "--for", "fixture-*")).isZero();
    assertThat(out).isEqualTo("plugins fixture-* signed by acme are let in\n");
    assertThat(run("install", guest.toString())).isZero();
    assertThat(out).contains("signed by acme");
    assertThat(run("distrust", "acmee")).isEqualTo(8);
    assertThat(err).contains("Did you mean 'acme'?");
    assertThat(run("distrust", "acme")).isZero();
    assertThat(run("trust", "00", "--name", "acme", "--for", "*")).isEqualTo(1);
  }

  @Test
  void pinsWhatLiesThere() throws IOException {
    Files.copy(guest, home.resolve("plugins/fixture-guest.jar"));
    assertThat(run("pin")).isZero();
    assertThat(out).startsWith("vramhub-plugins-lock 1\nplugin fixture-guest 1.0.0 sha256:");
    assertThat(home.resolve("plugins/plugins.lock")).hasContent(out);
  }

  @Test
  void aMisspelledCommandIsAUsageErrorWithASuggestion() {
    assertThat(run("instal", "x.jar")).isEqualTo(1);
    assertThat(err).contains("install");
  }
}

package io.vramhub.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsReader;
import io.vramhub.node.settings.SettingsSnapshot;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminServerTest {
  private final FakePluginAdmin plugins = new FakePluginAdmin();
  private final List<AdminNote> notes = new ArrayList<>();
  private String configuration = "";
  private Path file;
  private AdminServer server;
  private AdminClient client;

  @BeforeEach
  void start(@TempDir Path directory) {
    file = directory.resolve("admin.json");
    server =
        AdminServer.start(
            file, plugins, new ConfigReload(reading(), this::reading), new SecureRandom());
    client = AdminClient.require(file);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private SettingsSnapshot reading() {
    SettingsReader reader =
        new SettingsReader(ConfigFactory.parseString(configuration), "node.conf");
    NodeSettings.read(reader);
    reader.finish();
    return reader.snapshot();
  }

  @Test
  void theReportOfACommandIsTheNodesOwn() {
    assertThat(client.plugins()).isEqualTo(plugins.report());
  }

  @Test
  void aSwapIsToldWhenItWaitsAndWhenItHappened() {
    configuration = "storage { use = local, mine.color = red }";

    client.swap(
        new SwapOrder("storage", "mine", Optional.of(12L)),
        true,
        note -> {
          notes.add(note);
          if (note instanceof AdminNote.Staged) {
            assertThat(client.plugins().slots().getLast().waiting()).contains("mine 2.0");
            plugins.open("storage", 12);
          }
        });

    assertThat(notes)
        .containsExactly(
            new AdminNote.Staged(List.of("storage"), "mine 2.0"),
            new AdminNote.Swapped(
                List.of("storage"), "old 1.0", "mine 2.0", Optional.of(12L), 120));
    assertThat(plugins.asked).containsExactly(Optional.of(new WindowId(12)));
    assertThat(plugins.filled.get("storage").settings().getString("color")).isEqualTo("red");
  }

  @Test
  void whoDoesNotWaitIsToldThatItIsOnItsWay() {
    client.swap(new SwapOrder("storage", "mine", Optional.empty()), false, notes::add);

    assertThat(notes).containsExactly(new AdminNote.Staged(List.of("storage"), "mine 2.0"));
  }

  @Test
  void aSwapThatIsGivenUpLaterIsTold() {
    client.swap(
        new SwapOrder("storage", "mine", Optional.empty()),
        true,
        note -> {
          notes.add(note);
          if (note instanceof AdminNote.Staged) {
            plugins.giveUp("storage");
          }
        });

    assertThat(notes)
        .last()
        .isEqualTo(new AdminNote.Failed(ErrorCode.PLUGIN_FAILED, "it was overtaken"));
  }

  @Test
  void aSwapThatCannotBeComesBackAsTheErrorItIs() {
    assertThatThrownBy(
            () ->
                client.swap(new SwapOrder("storage", "broken", Optional.empty()), true, note -> {}))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_INVALID))
        .hasMessage("no plugin provides 'broken'");
  }

  @Test
  void aScanTellsEachChange() {
    client.scan(true, notes::add);

    assertThat(notes)
        .containsExactly(
            new AdminNote.Loaded("plugins/a.jar", "a 1.0"),
            new AdminNote.Refused("plugins/b.jar", "[UNSIGNED] b is not trusted"));
  }

  @Test
  void aReloadRefillsWhatChangedAndNamesWhatItCannotTakeOver() {
    configuration =
        """
        storage { use = mine, mine.color = red }
        framework.use = other
        node.label = new
        """;

    client.reload(false, notes::add);

    assertThat(notes)
        .containsExactly(
            new AdminNote.NeedsRestart(List.of("node.label")),
            new AdminNote.NoSuchSlot("framework"),
            new AdminNote.Staged(List.of("storage"), "mine 2.0"));
    assertThat(plugins.filled.keySet()).containsExactly("storage");
    notes.clear();
    client.reload(false, notes::add);
    assertThat(notes).containsExactly(new AdminNote.NeedsRestart(List.of("node.label")));
  }

  @Test
  void aSlotThatCannotBeRefilledKeepsThePluginAndIsTriedAgain() {
    configuration = "storage.use = broken\nrating.use = mine";

    client.reload(false, notes::add);
    client.reload(false, notes::add);

    assertThat(notes)
        .containsExactly(
            new AdminNote.Staged(List.of("rating"), "mine 2.0"),
            new AdminNote.Failed(ErrorCode.PLUGIN_INVALID, "no plugin provides 'broken'"),
            new AdminNote.Failed(ErrorCode.PLUGIN_INVALID, "no plugin provides 'broken'"));
    assertThat(plugins.filled.keySet()).containsExactly("rating");
  }

  @Test
  void anInvalidFileChangesNothing() {
    configuration = "storage.use = mine\nnode.labl = x";

    assertThatThrownBy(() -> client.reload(true, notes::add))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageContaining("unknown key 'node.labl' - did you mean 'node.label'?");
    assertThat(plugins.filled).isEmpty();
  }

  @Test
  void withoutTheTokenTheDoorSaysOnlyThatTheNodeRuns() throws Exception {
    AdminFile node = AdminFile.read(file).orElseThrow();

    assertThat(status(node, "GET", "/healthz", "")).isEqualTo(200);
    assertThat(status(node, "GET", "/plugins", "")).isEqualTo(401);
    assertThat(status(node, "GET", "/plugins", "Bearer " + node.token() + "x")).isEqualTo(401);
    assertThat(status(node, "POST", "/config/reload", "Bearer")).isEqualTo(401);
    assertThat(status(node, "GET", "/plugins/swap", "Bearer " + node.token())).isEqualTo(405);
    assertThat(status(node, "GET", "/elsewhere", "Bearer " + node.token())).isEqualTo(404);
    assertThat(status(node, "POST", "/plugins/swap", "Bearer " + node.token())).isEqualTo(400);
  }

  private static int status(AdminFile node, String method, String path, String authorization)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.address().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString("{\"slot\": 7}"));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void onlyTheOwnerCanReadTheTokenAndItGoesWithTheNode() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> AdminClient.find(file)).hasMessageContaining("can be read by others");

    server.close();

    assertThat(file).doesNotExist();
    assertThat(AdminClient.find(file)).isEmpty();
    assertThatThrownBy(() -> AdminClient.require(file))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PREFLIGHT_FAILED))
        .hasMessageContaining("no node runs on " + file.getParent());
  }

  @Test
  void aFileLeftByAKilledNodeIsNoNode() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    AdminFile node = AdminFile.read(file).orElseThrow();
    new AdminFile(1, node.address(), node.token(), ended.pid()).write(file);

    assertThat(AdminClient.find(file)).isEmpty();
  }
}

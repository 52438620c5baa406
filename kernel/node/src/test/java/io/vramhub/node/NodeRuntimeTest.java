package io.vramhub.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.dataset.DatasetProgress;
import io.vramhub.kernel.dataset.DatasetWriter;
import io.vramhub.node.fixture.FixturePlugin;
import io.vramhub.node.http.AdminClient;
import io.vramhub.node.http.AdminNote;
import io.vramhub.node.http.ConfigReload;
import io.vramhub.node.http.PluginsReport;
import io.vramhub.node.http.SwapOrder;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with plugins from jars, a guest that answers HTTP, and an operator's command. */
class NodeRuntimeTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir private Path home;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<AdminNote> notes = new ArrayList<>();
  private Path guestJar;
  private Path file;
  private NodeRuntime node;
  private URI guest;
  private AdminClient operator;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(home.resolve("plugins"));
    Path built = Files.createDirectories(home.resolve("target"));
    guestJar = built.resolve("guest.jar");
    FixturePlugin.writeNetwork(built.resolve("network.jar"));
    FixturePlugin.writeGuest(guestJar, "1.0.0");
    Path text = Files.createDirectories(home.resolve("text"));
    Files.writeString(text.resolve("a.txt"), "abcdefghijklmnopqrstuvwxyz".repeat(10));
    new DatasetWriter("letters", "CC0-1.0", 16)
        .write(text, home.resolve("dataset"), DatasetProgress.NONE);
    file = home.resolve("node.conf");
    configure("hello");
    Configuration<NodeSettings> configuration =
        new Configuration<>(() -> SettingsFile.parse(file), file.toString(), NodeSettings::read);
    Configuration.Reading<NodeSettings> reading = configuration.read();
    NodeSettings settings = reading.settings();
    DataDirectory data = new DataDirectory(home.resolve("data"));
    node =
        NodeRuntime.open(
            Plugins.load(new Home(home), List.of(built), data.run(), CLOCK, NodeEvents.none()),
            data,
            home.resolve("dataset"),
            new NodeRuntime.Slots(
                settings.chain(), settings.storage(), settings.sealer(), List.of()),
            CLOCK,
            NodeEvents.none(),
            new SecureRandom());
    guest = node.serve(settings.services().getFirst());
    node.openDoor(new ConfigReload(reading.snapshot(), () -> configuration.read().snapshot()));
    operator = AdminClient.require(data.admin());
  }

  @AfterEach
  void close() {
    http.close();
    operator.close();
    node.close();
    assertThat(home.resolve("data/admin.json")).doesNotExist();
  }

  private void configure(String greeting) throws IOException {
    Files.writeString(
        file,
        """
        chain.use = fixture
        storage.use = fixture
        sealer.use = fixture
        services.explorer { use = fixture, listen = "127.0.0.1:0", fixture.greeting = %s }
        """
            .formatted(greeting));
  }

  @Test
  void aGuestAnswersWithWhatItSeesOfTheNode() throws Exception {
    assertThat(get("/").body()).isEqualTo("hello from 1.0.0, 3 events");
    assertThat(operator.plugins().slots())
        .extracting(PluginsReport.Slot::name)
        .containsExactly("chain", "sealer", "service-explorer", "storage");
  }

  @Test
  void aGuestThatIsBrokenDoesNoHarm() throws Exception {
    assertThat(get("/missing-class").statusCode()).isEqualTo(500);
    assertThat(get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void aNewBuildTakesOverAndStreamsOfTheOldOneEnd() throws Exception {
    try (InputStream events = stream("/events")) {
      assertThat(new String(events.readNBytes(27), StandardCharsets.UTF_8))
          .isEqualTo("data: 1\n\ndata: 2\n\ndata: 3\n\n");
      FixturePlugin.writeGuest(guestJar, "1.1.0");

      operator.scan(true, notes::add);

      assertThat(events.read()).isEqualTo(-1);
    }
    assertThat(notes.getFirst())
        .isEqualTo(new AdminNote.Staged(List.of("service-explorer"), "fixture-guest 1.1.0"));
    assertThat(notes.getLast())
        .isInstanceOfSatisfying(
            AdminNote.Swapped.class,
            swapped -> {
              assertThat(swapped.from()).isEqualTo("fixture-guest 1.0.0");
              assertThat(swapped.to()).isEqualTo("fixture-guest 1.1.0");
            });
    assertThat(get("/").body()).isEqualTo("hello from 1.1.0, 3 events");
  }

  @Test
  void aReloadGivesTheGuestItsNewSettings() throws Exception {
    configure("good-day");

    operator.reload(true, notes::add);

    assertThat(notes).hasSize(2).last().isInstanceOf(AdminNote.Swapped.class);
    assertThat(get("/").body()).isEqualTo("good-day from 1.0.0, 3 events");
  }

  @Test
  void aSwapUsesTheSettingsThatTheFileHoldsNow() throws Exception {
    configure("servus");

    operator.swap(new SwapOrder("service-explorer", "fixture", Optional.empty()), true, notes::add);

    assertThat(notes).hasSize(2).last().isInstanceOf(AdminNote.Swapped.class);
    assertThat(get("/").body()).startsWith("servus");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(guest.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private InputStream stream(String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(guest.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofInputStream())
        .body();
  }
}

package io.vramhub.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir private Path directory;

  @Test
  void emptyFileGivesTheDevnetOfTheManual() {
    DevnetSettings settings = DevnetSettings.read(ConfigFactory.empty(), "none");

    assertThat(settings.network().window()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.network().model().topk()).isEqualTo(32);
    assertThat(settings.network().model().spec().parameters()).isBetween(800_000L, 1_200_000L);
    assertThat(settings.miner().optimizer().learningRate()).isEqualTo(0.003f);
  }

  @Test
  void namesEveryProblemInOneRunSortedByLine() {
    Path file = write("network {\n  topk = lots\n  windw = 10s\n  inner-steps = 0\n}\n");

    assertThatThrownBy(() -> DevnetSettings.read(SettingsFile.parse(file), file.toString()))
        .isInstanceOf(SettingsException.class)
        .extracting(failure -> ((SettingsException) failure).problems())
        .satisfies(
            problems -> {
              assertThat(problems).extracting(SettingsProblem::line).containsExactly(2, 3, 4);
              assertThat(problems.get(1).sentence())
                  .isEqualTo("unknown key 'network.windw' - did you mean 'network.window'?");
              assertThat(problems.get(2).sentence())
                  .contains("must be between 1 and 100000, got 0");
            });
  }

  @Test
  void aMirrorHasASlotForEachCopyInTheOrderOfTheirNames() {
    NodeSettings settings =
        NodeSettings.read(
            ConfigFactory.parseString(
                """
                storage {
                  use = mirror
                  mirror {
                    copies {
                      home { use = local, local { directory = "/srv/objects" } }
                      cloud { use = r2, r2 { bucket = vram } }
                    }
                    least = 2
                  }
                }
                """),
            "none");

    assertThat(settings.storage())
        .isInstanceOfSatisfying(
            StorageSettings.Mirror.class,
            mirror -> {
              assertThat(mirror.copies())
                  .extracting(StorageSettings.CopySettings::slotName)
                  .containsExactly("storage-cloud", "storage-home");
              assertThat(mirror.copies().getFirst().slot().settings().getString("bucket"))
                  .isEqualTo("vram");
              assertThat(mirror.least()).isEqualTo(2);
              assertThat(mirror.patience()).isEqualTo(Duration.ofSeconds(30));
            });
  }

  @Test
  void aMirrorOfOneCopyIsNone() {
    assertThatThrownBy(
            () ->
                NodeSettings.read(
                    ConfigFactory.parseString(
                        "storage { use = mirror, mirror.copies.home.use = local }"),
                    "none"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("storage.mirror.copies must hold two sections or more");
  }

  @Test
  void refusesIncludes() {
    Path file = write("include \"/etc/passwd\"\n");

    assertThatThrownBy(() -> SettingsFile.parse(file))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("include of '/etc/passwd' is refused");
  }

  @Test
  void refusesDeepNestingAndDoublingBeforeTheLibrarySeesThem() {
    Path deep = write("a ".repeat(1) + "{ a ".repeat(5_000) + "}".repeat(5_000));
    StringBuilder doubling = new StringBuilder("a0 = x\n");
    for (int i = 1; i < 26; i++) {
      doubling
          .append("a")
          .append(i)
          .append(" = ${a")
          .append(i - 1)
          .append("}${a")
          .append(i - 1)
          .append("}\n");
    }

    assertThatThrownBy(() -> SettingsFile.parse(deep)).hasMessageContaining("nests deeper than 32");
    assertThatThrownBy(() -> SettingsFile.parse(write(doubling.toString())))
        .hasMessageContaining("more than 20 ${...} substitutions");
  }

  @Test
  void syntaxErrorNamesFileAndLine() {
    Path file = write("network {\n  topk = 3\n");

    assertThatThrownBy(() -> SettingsFile.parse(file)).hasMessageContaining(file + ":3: error:");
  }

  @Test
  void everyShippedConfigurationLoads() throws IOException {
    Path shipped = Path.of("../../config");
    try (var files = Files.list(shipped)) {
      assertThat(files.filter(file -> file.toString().endsWith(".conf")))
          .hasSize(6)
          .allSatisfy(
              file -> {
                if (file.endsWith("devnet.conf")) {
                  DevnetSettings.read(SettingsFile.parse(file), file.toString());
                } else {
                  NodeSettings.read(SettingsFile.parse(file), file.toString());
                }
              });
    }
  }

  @Test
  void showsWhereEachValueCameFrom() {
    Path file = write("network {\n  topk = 64\n}\n");
    SettingsReader reader = new SettingsReader(SettingsFile.parse(file), file.toString());
    DevnetSettings.read(reader);

    assertThat(reader.keys())
        .anySatisfy(
            key -> {
              assertThat(key.path()).isEqualTo("network.topk");
              assertThat(key.value()).isEqualTo("64");
              assertThat(key.origin()).isEqualTo(file + ": 2");
            })
        .allSatisfy(key -> assertThat(key.documentation()).isNotBlank());
  }

  @Test
  void aServiceIsItsNamesakePluginAtTheExplorersPortUnlessItSaysOtherwise() {
    NodeSettings settings =
        node(
            """
            services {
              vramscan {}
              second { use = "other", listen = "[::1]:80", other { color = "red" } }
            }
            """);

    assertThat(settings.services())
        .extracting(ServiceSettings::slotName)
        .containsExactly("service-second", "service-vramscan");
    assertThat(settings.services().getFirst())
        .satisfies(
            second -> {
              assertThat(second.slot().use()).isEqualTo("other");
              assertThat(second.slot().settings().getString("color")).isEqualTo("red");
              assertThat(second.listen().getAddress().getHostAddress())
                  .isEqualTo("0:0:0:0:0:0:0:1");
              assertThat(second.listen().getPort()).isEqualTo(80);
            });
    assertThat(settings.services().getLast())
        .satisfies(
            explorer -> {
              assertThat(explorer.slot().use()).isEqualTo("vramscan");
              assertThat(explorer.listen()).hasToString("/127.0.0.1:4322");
            });
  }

  @Test
  void whatIsWrongWithAServiceIsSaidWithItsKey() {
    assertThatThrownBy(
            () ->
                node(
                    """
                    services {
                      a { listen = "example.org:80" }
                      b { listen = "127.0.0.1:65536", colour = red }
                      c { listen = "localhost:99" }
                      d { listen = "127.0.0.1:99" }
                      E {}
                      f = 3
                    }
                    """))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("services.a.listen: 'example.org:80' is not an address")
        .hasMessageContaining("services.b.listen: '127.0.0.1:65536' is not an address")
        .hasMessageContaining("unknown key 'services.b.colour'")
        .hasMessageContaining("services.d.listen is the address of services.c too")
        .hasMessageContaining("services: 'E' is not a named section")
        .hasMessageContaining("services: 'f' is not a named section");
  }

  @Test
  void tellsWhatARunningNodeCanTakeOverFromWhatItCannot() {
    SettingsSnapshot before =
        snapshot("storage { use = local, local.directory = a }\nservices.x.listen = \"[::1]:1\"\n");
    SettingsSnapshot after =
        snapshot(
            """
            storage { use = local, local.directory = b }
            rating.use = mine
            node.label = "new"
            services { x { use = y, listen = "[::1]:2" }, z {} }
            """);

    SettingsSnapshot.Change change = before.to(after);

    assertThat(change.refilled().keySet()).containsExactly("rating", "service-x", "storage");
    assertThat(change.refilled().get("storage").settings().getString("directory")).isEqualTo("b");
    assertThat(change.fixed())
        .containsExactly(
            "node.label", "services.x.listen", "services.z.clients", "services.z.listen");
    assertThat(after.to(after).refilled()).isEmpty();
    assertThat(after.to(after).fixed()).isEmpty();
  }

  private NodeSettings node(String text) {
    Path file = write(text);
    return NodeSettings.read(SettingsFile.parse(file), file.toString());
  }

  private SettingsSnapshot snapshot(String text) {
    Path file = write(text);
    SettingsReader reader = new SettingsReader(SettingsFile.parse(file), file.toString());
    NodeSettings.read(reader);
    reader.finish();
    return reader.snapshot();
  }

  private Path write(String text) {
    try {
      return Files.writeString(Files.createTempFile(directory, "settings", ".conf"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

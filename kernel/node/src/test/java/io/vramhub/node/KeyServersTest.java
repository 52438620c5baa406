package io.vramhub.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.settings.SettingsFile;
import io.vramhub.node.settings.SlotSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sealer learns of the key servers of its own node, and where a devnet's answer. */
class KeyServersTest {
  private static final SlotSettings SEAL = new SlotSettings("seal", ConfigFactory.empty());
  private static final SlotSettings OTHER = new SlotSettings("keyring", ConfigFactory.empty());

  @TempDir private Path directory;

  private static List<KeyServers.Known> three() {
    return List.of(known(1), known(2), known(3));
  }

  private static KeyServers.Known known(int number) {
    return new KeyServers.Known(
        "0x0" + number, "a" + number, URI.create("http://127.0.0.1:" + (7_000 + number) + "/"));
  }

  private static List<String> listening(Config services) {
    return List.of(1, 2, 3).stream()
        .map(number -> services.getString("services.key-server-" + number + ".listen"))
        .toList();
  }

  @Test
  void moreThanHalfOfTheNodesOwnKeyServersOpen() {
    SlotSettings completed = KeyServers.complete(SEAL, three());
    assertThat(completed.settings().getInt("threshold")).isEqualTo(2);
    assertThat(completed.settings().getConfigList("servers"))
        .extracting(server -> server.getString("id"))
        .containsExactly("0x01", "0x02", "0x03");
  }

  @Test
  void whatTheOperatorSaysOfTheCommitteeStays() {
    Config said = ConfigFactory.parseString("threshold = 3");
    assertThat(
            KeyServers.complete(new SlotSettings("seal", said), three())
                .settings()
                .getInt("threshold"))
        .isEqualTo(3);
    assertThat(KeyServers.complete(OTHER, three())).isEqualTo(OTHER);
    assertThat(KeyServers.complete(SEAL, List.of())).isEqualTo(SEAL);
  }

  @Test
  void aDevnetsKeyServersAnswerWhereTheyDidAtTheLastStart() {
    DataDirectory data = new DataDirectory(directory);
    assertThat(listening(KeyServers.ofDevnet(SEAL, data))).containsOnly("127.0.0.1:0");

    KeyServers.tell(KeyServers.complete(SEAL, three()), data);
    assertThat(listening(KeyServers.ofDevnet(SEAL, data)))
        .containsExactly("127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003");
  }

  @Test
  void aSealerThatKnowsItsKeyServersGetsNone() {
    DataDirectory data = new DataDirectory(directory);
    Config servers = ConfigFactory.parseString("servers = [{ id = \"0x01\" }]");
    assertThat(KeyServers.ofDevnet(new SlotSettings("seal", servers), data).isEmpty()).isTrue();
    assertThat(KeyServers.ofDevnet(OTHER, data).isEmpty()).isTrue();
  }

  @Test
  void nodesBesideItReadTheSectionOfTheSealer() {
    DataDirectory data = new DataDirectory(directory);
    SlotSettings completed = KeyServers.complete(SEAL, three());
    KeyServers.tell(completed, data);
    Config section = SettingsFile.parse(data.sealer()).getConfig("sealer");
    assertThat(section.getString("use")).isEqualTo("seal");
    assertThat(section.getConfig("seal")).isEqualTo(completed.settings());
  }

  @Test
  void aDirectoryOpensWithAllItsMasterKeysAndNamesTheFirstThatIsMissing() throws Exception {
    DataDirectory data = new DataDirectory(directory);
    for (int number = 1; number <= 3; number++) {
      Path service = Files.createDirectories(data.plugin("service-key-server-" + number));
      Path key = service.resolve("master.key");
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> KeyServers.requireIn(data))
          .matches(failure -> failure.code() == ErrorCode.KEY_INVALID)
          .withMessageContaining(key + " is missing");
      Files.writeString(key, "a key");
    }
    KeyServers.requireIn(data);
    assertThat(KeyServers.ofStopped(data, directory))
        .extracting(service -> service.slot().settings().getString("master-key-file"))
        .allMatch(file -> Files.exists(Path.of(file)));
  }
}

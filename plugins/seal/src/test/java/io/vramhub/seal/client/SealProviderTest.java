package io.vramhub.seal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.wire.PolicyObjects;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SealProviderTest {
  private static final String KEY =
      MasterKey.random(new SecureRandom()).publicKey().point().compressed().hex();
  private static final String ONE = server(1, "http://one:2024");
  private static final String TWO = server(2, "https://two/seal/");
  private static final Digest PACKAGE = Digest.sha256(new byte[1]);

  @Test
  void readsACommittee() {
    SealSettings settings = of("threshold = 2, servers = [" + ONE + "," + TWO + "]");
    assertThat(settings.threshold()).isEqualTo(2);
    assertThat(settings.servers()).hasSize(2);
    assertThat(settings.servers().get(0).url()).hasToString("http://one:2024/");
    assertThat(settings.servers().get(1).url()).hasToString("https://two/seal/");
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aLocalNetworksObjectsFollowFromItsId() {
    NetworkId network = new NetworkId(PACKAGE);
    PolicyObjects expected = PolicyObjects.ofLocalNetwork(network);
    assertThat(of("threshold = 1, servers = [" + ONE + "]").objects(network)).isEqualTo(expected);
    assertThat(
            of("threshold = 1, package = \"0x" + PACKAGE + "\", servers = [" + ONE + "]")
                .objects(new NetworkId(Digest.ZERO)))
        .isEqualTo(expected);
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    refuses("servers = [" + ONE + "]", "'threshold'");
    refuses("threshold = 0, servers = [" + ONE + "]", "'threshold' is from 1 to");
    refuses("threshold = 2, servers = [" + ONE + "]", "'threshold' is from 1 to");
    refuses("threshold = 1", "'servers' lists the key servers");
    refuses("threshold = 1, servers = []", "'servers' lists 1 to");
    refuses("threshold = 1, servers = [" + ONE + "," + ONE + "]", "twice");
    refuses("threshold = 1, servers = [" + ONE + "], servres = 1", "'servres' is unknown");
    refuses("threshold = 1, servers = [{ name = a }]", "'servers.name' is unknown");
    refuses("threshold = 1, servers = [" + server(1, "ftp://x") + "]", "'servers.url'");
    refuses("threshold = 1, servers = [" + ONE.replace(KEY, "c0") + "]", "'servers.public-key'");
    refuses("threshold = 1, rounds = \"0x0\", servers = [" + ONE + "]", "'rounds' has no meaning");
    refuses("threshold = 1, package = abc, servers = [" + ONE + "]", "'package' is not");
    refuses(
        "threshold = 1, package = \"0x"
            + PACKAGE
            + "\", rounds = \"0x"
            + PACKAGE
            + "\", servers = ["
            + ONE
            + "]",
        "'registry' is not");
    refuses("threshold = 1, timeout = 0s, servers = [" + ONE + "]", "'timeout' is not positive");
  }

  private static String server(int id, String url) {
    return "{ id = \"0x%s\", url = \"%s\", public-key = \"%s\" }"
        .formatted(Digest.sha256(new byte[id]), url, KEY);
  }

  private static SealSettings of(String hocon) {
    return SealSettings.of(ConfigFactory.parseString(hocon));
  }

  private static void refuses(String hocon, String reason) {
    assertThatThrownBy(() -> of(hocon))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageContaining(reason);
  }
}

package io.vramhub.seal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.seal.wire.PolicyObjects;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class KeyServerSettingsTest {
  private static final Path DATA = Path.of("/srv/key-server");
  private static final String ID = "\"0x" + "ab".repeat(32) + "\"";

  private static KeyServerSettings read(String hocon) {
    return KeyServerSettings.of(ConfigFactory.parseString(hocon), DATA);
  }

  private static void refuses(String hocon, String... words) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> read(hocon))
        .matches(failure -> failure.code() == ErrorCode.CONFIG_INVALID)
        .withMessageContainingAll(words);
  }

  @Test
  void everythingHasADefault() {
    KeyServerSettings settings = read("");
    assertThat(settings.id()).isEmpty();
    assertThat(settings.objects()).isEmpty();
    assertThat(settings.masterKeyFile()).isEqualTo(DATA.resolve("master.key"));
    assertThat(settings.auditLogFile()).isEqualTo(DATA.resolve("audit.log"));
    assertThat(settings.longestSessionMinutes()).isEqualTo(30);
  }

  @Test
  void anOperatorMaySayOtherwise() {
    KeyServerSettings settings =
        read(
            """
            id = %1$s, package = %1$s, rounds = %1$s, registry = %1$s, hparams = %1$s
            master-key-file = /etc/keys/one, audit-log-file = /var/log/one
            longest-session-minutes = 5
            """
                .formatted(ID));
    assertThat(settings.id()).hasValueSatisfying(id -> assertThat(id.hex()).startsWith("abab"));
    assertThat(settings.objects()).map(PolicyObjects::rounds).isEqualTo(settings.id());
    assertThat(settings.masterKeyFile()).isEqualTo(Path.of("/etc/keys/one"));
    assertThat(settings.auditLogFile()).isEqualTo(Path.of("/var/log/one"));
    assertThat(settings.longestSessionMinutes()).isEqualTo(5);
  }

  @Test
  void whatIsWrongIsNamed() {
    refuses("master-key = x", "'master-key' is unknown", "master-key-file");
    refuses("id = \"0x1\"", "'id'", "64 lower-case hexadecimal digits");
    refuses("package = " + ID, "'rounds' is missing");
    refuses("rounds = " + ID, "'rounds' has no meaning without 'package'");
    refuses("audit-log-file = \"\"", "'audit-log-file' is empty");
    refuses("longest-session-minutes = 31", "from 1 to 30");
    refuses("longest-session-minutes = soon", "'longest-session-minutes'");
  }
}

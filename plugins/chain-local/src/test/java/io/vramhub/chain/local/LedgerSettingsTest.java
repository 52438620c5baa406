package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LedgerSettingsTest {
  private static LedgerSettings of(String text) {
    return LedgerSettings.of(ConfigFactory.parseString(text));
  }

  @Test
  void aDirectoryAloneKeepsTheLedgerHereOnAFreePort() throws UnknownHostException {
    assertThat(of("directory = /data/ledger"))
        .isEqualTo(
            new LedgerSettings.Embedded(
                Path.of("/data/ledger"),
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                Optional.empty(),
                OptionalLong.empty()));
  }

  @Test
  void everythingCanBeSaid() throws UnknownHostException {
    assertThat(
            of(
                "directory=/data/x/../ledger, listen=\"[::1]:4000\", genesis=/g, seed=-5,"
                    + " read-only=false"))
        .isEqualTo(
            new LedgerSettings.Embedded(
                Path.of("/data/ledger"),
                new InetSocketAddress(InetAddress.getByName("::1"), 4_000),
                Optional.of(Path.of("/g")),
                OptionalLong.of(-5)));
    assertThat(of("directory = /data/ledger, read-only = true"))
        .isEqualTo(new LedgerSettings.ReadOnly(Path.of("/data/ledger"), true));
    assertThat(of("directory = /data/ledger, read-only = true, unchecked = true"))
        .isEqualTo(new LedgerSettings.ReadOnly(Path.of("/data/ledger"), false));
    assertThat(of("endpoint = \"http://127.0.0.1:4000\""))
        .isEqualTo(new LedgerSettings.Remote(URI.create("http://127.0.0.1:4000")));
  }

  @Test
  void whatIsUnclearNamesItsKey() {
    for (List<String> bad :
        List.of(
            List.of("", "directory"),
            List.of("endpoint = \"http://127.0.0.1:1\", directory = /data", "directory"),
            List.of("directory = /data, listne = \"127.0.0.1:0\"", "listne"),
            List.of("directory = /data, listen = \"0.0.0.0:4000\"", "listen"),
            List.of("directory = /data, listen = \"localhost:4000\"", "listen"),
            List.of("directory = /data, listen = \"127.0.0.1:70000\"", "listen"),
            List.of("directory = \"/data;ACCESS_MODE_DATA=r\"", "directory"),
            List.of("directory = /data, unchecked = true", "unchecked"),
            List.of("directory = /data, seed = soon", "seed"),
            List.of("directory = /data, read-only = perhaps", "read-only"),
            List.of("endpoint = \"127.0.0.1:4000\"", "endpoint"),
            List.of("endpoint = \"ftp://127.0.0.1\"", "endpoint"),
            List.of("endpoint = \"http:// a\"", "endpoint"))) {
      assertThatExceptionOfType(HubException.class)
          .as(bad.getFirst())
          .isThrownBy(() -> of(bad.getFirst()))
          .matches(failure -> failure.code() == ErrorCode.CONFIG_INVALID)
          .withMessageContaining(bad.getLast());
    }
  }
}

package io.vramhub.storage.walrus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class WalrusSettingsTest {
  private static final String LEAST = "aggregators = [\"https://aggregator.example\"]";

  private static WalrusSettings read(String hocon) {
    return WalrusSettings.from(ConfigFactory.parseString(hocon));
  }

  @Test
  void anAggregatorIsEnoughToRead() {
    WalrusSettings settings = read(LEAST);
    assertThat(settings.aggregators()).containsExactly(URI.create("https://aggregator.example/"));
    assertThat(settings.publisher()).isEmpty();
    assertThat(settings.shards()).isEqualTo(1_000);
    assertThat(settings.epochs()).isEqualTo(5);
    assertThat(settings.epochLength()).isEqualTo(Duration.ofDays(14));
    assertThat(settings.deletable()).isFalse();
    assertThat(settings.largestBlob()).isEqualTo(64 << 20);
  }

  @Test
  void everySettingIsRead() {
    assertThat(
            read(
                """
                aggregators = ["http://127.0.0.1:1/a", "http://127.0.0.1:2"]
                publisher = "http://127.0.0.1:3"
                shards = 100, epochs = 3, epoch-length = 1d, renew-before = 12h, keep = 30d
                deletable = true, token-file = /t, send-object-to = "0x%064x"
                largest-blob = 1MiB, timeout = 5s, hedge-after = 100ms
                """
                    .formatted(10)))
        .isEqualTo(
            new WalrusSettings(
                List.of(URI.create("http://127.0.0.1:1/a/"), URI.create("http://127.0.0.1:2/")),
                java.util.Optional.of(URI.create("http://127.0.0.1:3/")),
                100,
                3,
                Duration.ofDays(1),
                Duration.ofHours(12),
                Duration.ofDays(30),
                true,
                java.util.Optional.of(Path.of("/t")),
                java.util.Optional.empty(),
                java.util.Optional.of("0x" + "0".repeat(63) + "a"),
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofMillis(100)));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("", "'aggregators' is missing: name at least one aggregator to read from"),
        arguments("aggregators = []", "'aggregators' is empty"),
        arguments("aggregators = [\"ftp://x\"]", "'aggregators' is not of the form https://HOST"),
        arguments(
            "aggregators = [\"http://u:p@x\"]", "'aggregators' is not of the form https://HOST"),
        arguments("publisher = \"not a url\"", "'publisher' is no URL"),
        arguments("shards = 3", "'shards' is not within 4 to 1000: 3"),
        arguments("shards = many", "'shards' is wrong"),
        arguments("epochs = 1", "'epochs' is not within 2 to 53: 1"),
        arguments(
            "epochs = 2, epoch-length = 1d, renew-before = 1d", "'renew-before' is not shorter"),
        arguments("keep = 0s", "'keep' is not positive"),
        arguments(
            "token-file = a, signing-key-file = b",
            "'signing-key-file' stands beside 'token-file'"),
        arguments("send-object-to = \"0x1\"", "'send-object-to' is no Sui address"),
        arguments(
            "shards = 4, largest-blob = 1MiB", "'largest-blob' is not within 1 to 393204 bytes"),
        arguments("color = blue", "'color' is unknown"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsNamed(String hocon, String sentence) {
    String whole = hocon.contains("aggregators") || hocon.isEmpty() ? hocon : LEAST + "," + hocon;
    assertThatThrownBy(() -> read(whole))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageContaining("storage setting " + sentence);
  }
}

package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.LossEvaluator;
import java.net.URI;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnclaveClientSettingsTest {
  @Test
  void readsEndpointAndTimeout() {
    assertThat(settings("endpoint = \"http://127.0.0.1:3000\", timeout = 5s"))
        .isEqualTo(
            new EnclaveClientSettings(URI.create("http://127.0.0.1:3000/"), Duration.ofSeconds(5)));
    assertThat(settings("endpoint = \"https://enclave.example/\"").timeout())
        .isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout = 5s | endpoint",
        "endpoint = \"ftp://a\" | http://HOST:PORT",
        "endpoint = \"http:///path\" | http://HOST:PORT",
        "endpoint = \"http://a/path\" | http://HOST:PORT",
        "endpoint = \"http://a?b\" | http://HOST:PORT",
        "endpoint = \"http://user:secret@a\" | http://HOST:PORT",
        "endpoint = \"a b\" | not a URL",
        "endpoint = \"http://a\", timeout = 0s | timeout is not positive",
        "endpoint = \"http://a\", timeout = soon | timeout",
        "endpoint = \"http://a\", time-out = 5s | time-out",
      })
  void refusesOtherSettingsByName(String text, String reason) {
    assertThatThrownBy(() -> settings(text))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageContaining(reason);
  }

  @Test
  void isFoundByTheHost() {
    assertThat(ServiceLoader.load(LossEvaluator.Provider.class))
        .singleElement()
        .isInstanceOf(EnclaveEvaluatorProvider.class)
        .satisfies(provider -> assertThat(provider.name()).isEqualTo("enclave"));
  }

  private static EnclaveClientSettings settings(String text) {
    return EnclaveClientSettings.from(ConfigFactory.parseString(text));
  }
}

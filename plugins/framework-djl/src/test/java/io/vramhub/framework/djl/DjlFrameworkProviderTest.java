package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DjlFrameworkProviderTest {
  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(TrainingFramework.Provider.class))
        .singleElement()
        .satisfies(provider -> assertThat(provider.name()).isEqualTo("djl"));
  }

  @Test
  void refusesUnknownSettingsByName() {
    refused("{ cashe = /tmp }", "framework.djl.cashe");
    refused("{ cache = [1] }", "framework.djl.cache");
  }

  @Test
  void saysWhichCacheCannotBeUsed(@TempDir Path directory) throws IOException {
    Path occupied = Files.writeString(directory.resolve("file"), "");
    var settings = ConfigFactory.parseString("cache = \"" + occupied.resolve("below") + "\"");
    assertThatThrownBy(
            () ->
                new DjlFrameworkProvider()
                    .open(TestPluginContext.in(directory).withSettings(settings))
                    .block())
        .isInstanceOfSatisfying(
            HubException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.DISK))
        .hasMessageContaining(occupied.toString());
  }

  private static void refused(String settings, String part) {
    assertThatThrownBy(
            () ->
                new DjlFrameworkProvider()
                    .open(TestPluginContext.in(Path.of("target")).withSettings(settings))
                    .block())
        .isInstanceOfSatisfying(
            HubException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageContaining(part);
  }
}

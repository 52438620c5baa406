package io.vramhub.node.devnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotGuessTest {
  private static final PluginInfo.Provider STORAGE = new PluginInfo.Provider("StorageBackend", "s");
  private static final PluginInfo.Provider RATING = new PluginInfo.Provider("RatingAlgorithm", "r");
  private static final PluginInfo.Provider GUEST = new PluginInfo.Provider("NodeService", "g");

  @Test
  void theOnlyPluginOfAKindFillsItsSlot() {
    SlotGuess guess = SlotGuess.of(plugins(STORAGE, RATING), configuration(""));

    DevnetSettings settings = configuration("").withDefaults(guess.defaults()).read().settings();
    assertThat(settings.storage().use()).isEqualTo("s");
    assertThat(settings.rating().use()).isEqualTo("r");
    assertThat(settings.framework().use()).isEqualTo("djl");
    assertThat(guess.sentences())
        .containsExactly(
            "rating: filled by 'r', which is being developed",
            "storage: filled by 's', which is being developed");
  }

  @Test
  void whatTheConfigurationSaysIsNotGuessed() {
    SlotGuess guess = SlotGuess.of(plugins(STORAGE), configuration("storage.use = local"));

    assertThat(guess.defaults().isEmpty()).isTrue();
    assertThat(guess.sentences())
        .containsExactly("storage: as the configuration says, not guessed from [s]");
  }

  @Test
  void amongSeveralTheAuthorChooses() {
    SlotGuess guess =
        SlotGuess.of(
            plugins(STORAGE, new PluginInfo.Provider("StorageBackend", "t")), configuration(""));

    assertThat(guess.defaults().isEmpty()).isTrue();
    assertThat(guess.sentences())
        .containsExactly("storage: [s, t] are all there; choose with --slot storage=NAME");
  }

  @Test
  void aGuestGetsAnAddress() {
    SlotGuess guess = SlotGuess.of(plugins(GUEST), configuration(""));

    assertThat(configuration("").withDefaults(guess.defaults()).read().settings().services())
        .singleElement()
        .satisfies(
            service -> {
              assertThat(service.slotName()).isEqualTo("service-g");
              assertThat(service.slot().use()).isEqualTo("g");
              assertThat(service.listen().getPort()).isEqualTo(4322);
            });
  }

  private static List<PluginInfo> plugins(PluginInfo.Provider... providers) {
    return Arrays.stream(providers)
        .map(
            provider ->
                new PluginInfo(
                    "plugin-" + provider.name(),
                    "1.0.0",
                    "",
                    Digest.ZERO,
                    "",
                    Optional.empty(),
                    List.of(provider)))
        .toList();
  }

  private static Configuration<DevnetSettings> configuration(String text) {
    return new Configuration<>(
        () -> ConfigFactory.parseString(text), "devnet.conf", DevnetSettings::read);
  }
}

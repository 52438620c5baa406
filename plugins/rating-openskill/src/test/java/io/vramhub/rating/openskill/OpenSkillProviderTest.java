package io.vramhub.rating.openskill;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

final class OpenSkillProviderTest {
  @TempDir private Path directory;

  private PluginContext context(String settings) {
    Config config = ConfigFactory.parseString(settings);
    return new PluginContext() {
      @Override
      public String pluginId() {
        return "vramhub-rating-openskill";
      }

      @Override
      public ApiVersion apiVersion() {
        return new ApiVersion(1, 0, 0);
      }

      @Override
      public Config settings() {
        return config;
      }

      @Override
      public Path dataDirectory() {
        return directory;
      }

      @Override
      public Scheduler blocking() {
        return Schedulers.immediate();
      }

      @Override
      public Scheduler timer() {
        return Schedulers.immediate();
      }

      @Override
      public Clock clock() {
        return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
      }
    };
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(RatingAlgorithm.Provider.class))
        .singleElement()
        .isInstanceOf(OpenSkillProvider.class)
        .extracting(RatingAlgorithm.Provider::name)
        .isEqualTo("openskill");
  }

  @Test
  void ratesAndWeighsAsTheProtocolDoes() {
    RatingRound round =
        new RatingRound(
            List.of(
                new Entrant(new MinerUid(1), Rating.INITIAL, 2),
                new Entrant(new MinerUid(2), Rating.INITIAL, 1)));
    List<Standing> standings =
        PlackettLuce.update(round).ratings().entrySet().stream()
            .map(entry -> new Standing(entry.getKey(), entry.getValue(), true))
            .toList();
    StepVerifier.create(new OpenSkillProvider().open(context("")))
        .assertNext(
            rating -> {
              assertThat(rating.update(round)).isEqualTo(PlackettLuce.update(round));
              assertThat(rating.shares(standings)).isEqualTo(Weights.shares(standings));
              assertThat(rating.shares(standings).nanos()).containsOnlyKeys(new MinerUid(2));
            })
        .verifyComplete();
  }

  @Test
  void refusesSettingsItDoesNotKnow() {
    StepVerifier.create(new OpenSkillProvider().open(context("tau = 3")))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        HubException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                    .hasMessageContaining("tau"))
        .verify();
  }

  @Test
  void closesTwice() {
    OpenSkillRating rating = new OpenSkillRating();
    StepVerifier.create(rating.close().then(rating.close())).verifyComplete();
  }
}

package io.vramhub.rating.openskill;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import io.vramhub.tck.TestPluginContext;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

final class OpenSkillProviderTest {
  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(RatingAlgorithm.Provider.class))
        .singleElement()
        .isInstanceOf(OpenSkillProvider.class)
        .extracting(RatingAlgorithm.Provider::name)
        .isEqualTo("openskill");
  }

  @Test
  void ratesAndWeighsAsTheProtocolDoes(@TempDir Path directory) {
    TestPluginContext host = TestPluginContext.in(directory);
    RatingRound round =
        new RatingRound(
            List.of(
                new Entrant(new MinerUid(1), Rating.INITIAL, 2),
                new Entrant(new MinerUid(2), Rating.INITIAL, 1)));
    List<Standing> standings =
        PlackettLuce.update(round).ratings().entrySet().stream()
            .map(entry -> new Standing(entry.getKey(), entry.getValue(), true))
            .toList();
    StepVerifier.create(new OpenSkillProvider().open(host))
        .assertNext(
            rating -> {
              assertThat(rating.update(round)).isEqualTo(PlackettLuce.update(round));
              assertThat(rating.shares(standings)).isEqualTo(Weights.shares(standings));
              assertThat(rating.shares(standings).nanos()).containsOnlyKeys(new MinerUid(2));
            })
        .verifyComplete();
    host.close();
  }
}

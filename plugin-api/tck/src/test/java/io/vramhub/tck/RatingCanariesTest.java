package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Digest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a rating does wrong, the contract finds it. */
final class RatingCanariesTest {
  private static RatingFault fault = RatingFault.NONE;

  static RatingFault fault() {
    return fault;
  }

  /** Has a name that no test run picks up by itself. */
  static final class OfTheProtocol implements RatingAlgorithmContract {
    @Override
    public FaultyRatingProvider provider() {
      return new FaultyRatingProvider();
    }

    @Override
    public Optional<Digest> pinnedHistory() {
      return Optional.of(
          Digest.ofHex("b2f4d8ff7b64283077bda326998dcd5a0dfc2d28cf2dfe8fba11a61f0fe1ab5a"));
    }
  }

  @Test
  void theProtocolsRatingPasses() {
    fault = RatingFault.NONE;
    Canaries.passes(OfTheProtocol.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(RatingFault planted) {
    fault = planted;
    Canaries.fails(OfTheProtocol.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(RatingFault.values())
                .map(RatingFault::foundBy)
                .collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(RatingAlgorithmContract.class));
  }
}

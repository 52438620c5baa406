package io.vramhub.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PageAssignmentTest {
  private static final NetworkId NETWORK = new NetworkId(digest("network"));
  private static final Digest ASSIGNMENT = digest("assignment");
  private static final Digest EVALUATION = digest("evaluation");
  private static final NetworkParameters PARAMETERS = parameters(900, 8, 5);

  /** Computed by an independent Python program. */
  @Test
  void pagesAreFrozen() {
    assertThat(assigned(PARAMETERS, 2)).hasSize(160).startsWith(664, 697, 866, 430);
    assertThat(PageAssignment.heldoutEvaluation(NETWORK, PARAMETERS, EVALUATION))
        .containsExactly(952, 931, 959, 949, 953, 907);
    assertThat(PageAssignment.assignedEvaluation(NETWORK, PARAMETERS, ASSIGNMENT, EVALUATION, 2))
        .containsExactly(569, 538, 192, 859, 866);
    assertThat(PageAssignment.digest(new long[] {1, 2, 300}).hex())
        .isEqualTo("a347af4e82b68fc4f6b964fc93871d3bb510dc6fe74666866bbc542089c6f5e2");
  }

  @Test
  void slotsShareNoPageWhileThereAreEnough() {
    long[] pages =
        IntStream.range(0, 5)
            .mapToObj(slot -> assigned(PARAMETERS, slot))
            .flatMapToLong(LongStream::of)
            .toArray();
    assertThat(pages).hasSize(800).doesNotHaveDuplicates();
    assertThat(LongStream.of(pages).allMatch(page -> page >= 0 && page < 900)).isTrue();
  }

  @Test
  void slotsBeyondTheDataStartOver() {
    assertThat(assigned(PARAMETERS, 5)[99]).isEqualTo(645);
    assertThat(assigned(PARAMETERS, 5)[100]).isEqualTo(assigned(PARAMETERS, 0)[0]);
    assertThat(assigned(PARAMETERS, Integer.MAX_VALUE)).hasSize(160);
  }

  @Test
  void scoringPagesAreAmongTheMinersOwn() {
    for (int slot = 0; slot < 5; slot++) {
      long[] drawn =
          PageAssignment.assignedEvaluation(NETWORK, PARAMETERS, ASSIGNMENT, EVALUATION, slot);
      assertThat(drawn).hasSize(5).doesNotHaveDuplicates();
      assertThat(assigned(PARAMETERS, slot)).contains(drawn);
    }
  }

  @Test
  void scoresOnAllPagesWhereTheMinerHasFewer() {
    NetworkParameters few = parameters(900, 1, 40);
    assertThat(PageAssignment.assignedEvaluation(NETWORK, few, ASSIGNMENT, EVALUATION, 1))
        .containsExactlyInAnyOrder(assigned(few, 1));
  }

  @Test
  void dependOnNetworkAndSeed() {
    assertThat(PageAssignment.assigned(NETWORK, PARAMETERS, EVALUATION, 0))
        .isNotEqualTo(assigned(PARAMETERS, 0));
    assertThat(PageAssignment.assigned(new NetworkId(ASSIGNMENT), PARAMETERS, ASSIGNMENT, 0))
        .isNotEqualTo(assigned(PARAMETERS, 0));
  }

  @Test
  void refusesANegativeSlot() {
    assertThatIllegalArgumentException().isThrownBy(() -> assigned(PARAMETERS, -1));
  }

  private static long[] assigned(NetworkParameters parameters, int slot) {
    return PageAssignment.assigned(NETWORK, parameters, ASSIGNMENT, slot);
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private static NetworkParameters parameters(
      long trainPages, int batchPages, int assignedEvaluationPages) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(0, 15_000, 10_500, 3_000),
        new NetworkParameters.Model(
            new ModelSpec(256, 1, 16, 2, 2, 16, 128, 10_000, 10_000, true),
            "topk-q2/1",
            32,
            20,
            batchPages,
            950_000_000,
            100_000_000,
            1_000_000_000,
            15,
            250_000_000,
            4),
        new NetworkParameters.Data(
            digest("dataset"),
            2,
            128,
            new PageRange(0, trainPages),
            new PageRange(trainPages, 60),
            6,
            assignedEvaluationPages),
        new NetworkParameters.Scoring("strict-f32/1", 3, 2, 3, 900_000_000, 0, NanoNats.ZERO, 3),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 60_000),
        new NetworkParameters.Reward(4_000, 4_000, 2_000, new Address(digest("treasury"))));
  }
}

package io.vramhub.kernel.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.fake.TestNetwork;
import io.vramhub.kernel.fake.TestNetwork.Node;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowOutcome;
import io.vramhub.protocol.chain.WindowRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills each role at the points of a window where something is durable or under way. */
final class RestartTest {
  private static final WindowOutcome COMPLETED = new WindowOutcome.Completed();
  private static final WindowId ONE = new WindowId(1);
  private static final WindowId TWO = new WindowId(2);

  @TempDir Path home;
  @TempDir Path reference;
  private TestNetwork network;

  @AfterEach
  void close() {
    network.close();
  }

  private void begin() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(2);
    network.startValidator(1, 2);
  }

  private WindowRecord window(WindowId number) {
    return network.chain().state().window(number).orElseThrow();
  }

  /** What is left of the miner's residual after window 2 of a run nobody disturbed. */
  private byte[] undisturbedResidual() throws IOException {
    try (TestNetwork calm = new TestNetwork(reference, 1, 1)) {
      calm.startAll(2);
      calm.until(4, 0);
    }
    return Files.readAllBytes(reference.resolve("miner-1/state/residual-2.bin"));
  }

  private void assertNothingHappenedTwice(Node miner) throws IOException {
    network.until(4, 0);
    assertThat(miner.journal().outcomes())
        .containsExactly(Map.entry(ONE, COMPLETED), Map.entry(TWO, COMPLETED));
    assertThat(window(ONE).commits()).hasSize(1);
    assertThat(window(TWO).commits()).hasSize(1);
    assertThat(window(ONE).result().orElseThrow().topG()).hasSize(1);
    assertThat(Files.readAllBytes(home.resolve("miner-1/state/residual-2.bin")))
        .isEqualTo(undisturbedResidual());
    assertThat(home.resolve("miner-1/state/residual-1.bin")).doesNotExist();
    assertThat(home.resolve("miner-1/state/payload-2.bin")).doesNotExist();
  }

  @Test
  void minerKilledBeforeTheWindowOpens() throws IOException {
    begin();
    Node miner = network.startMiner(1, 2);
    network.pass(Duration.ofSeconds(1));
    miner.kill();
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void minerKilledWhileTraining() throws IOException {
    begin();
    Node miner = network.startMiner(1, 2);
    network.until(1, 1_200);
    miner.kill();
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void minerKilledBeforeTheUpload() throws IOException {
    begin();
    network.storage().hangOnPut(key -> key.name().startsWith("gradient-1-"));
    Node miner = network.startMiner(1, 2);
    network.until(1, 5_000);
    assertThat(miner.journal().unfinished()).containsExactly(ONE);
    miner.kill();
    network.storage().hangOnPut(key -> false);
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void minerKilledBeforeTheCommit() throws IOException {
    begin();
    network.chain().hangOn(call -> call instanceof ChainCall.CommitGradient);
    Node miner = network.startMiner(1, 2);
    network.until(1, 5_000);
    miner.kill();
    network.chain().hangOn(call -> false);
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void minerKilledBeforeItHearsOfItsCommit() throws IOException {
    begin();
    network.chain().loseReply(call -> call instanceof ChainCall.CommitGradient);
    Node miner = network.startMiner(1, 2);
    network.until(1, 5_000);
    assertThat(window(ONE).commits()).hasSize(1);
    miner.kill();
    network.chain().loseReply(call -> false);
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void minerThatComesBackAfterTheWindowCountsItsCommit() throws IOException {
    begin();
    network.chain().loseReply(call -> call instanceof ChainCall.CommitGradient);
    Node miner = network.startMiner(1, 2);
    network.until(1, 5_000);
    miner.kill();
    network.chain().loseReply(call -> false);
    network.until(2, 1_000);
    assertNothingHappenedTwice(network.startMiner(1, 2));
  }

  @Test
  void gradientThatWasNeverCommittedLeavesTheResidualAlone() throws IOException {
    begin();
    network.chain().hangOn(call -> call instanceof ChainCall.CommitGradient);
    Node miner = network.startMiner(1, 2);
    network.until(1, 11_000);
    network.chain().hangOn(call -> false);
    network.until(4, 0);
    assertThat(miner.journal().outcome(ONE)).contains(new WindowOutcome.Skipped(SkipReason.LATE));
    assertThat(miner.journal().outcome(TWO)).contains(COMPLETED);
    // Window 2 began with an empty residual on the first checkpoint: as if it were the first.
    assertThat(home.resolve("miner-1/state/residual-1.bin")).doesNotExist();
    assertThat(home.resolve("miner-1/state/residual-2.bin")).exists();
  }

  @Test
  void windowsMissedWhileDownHaveRows() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(5);
    network.startValidator(1, 5);
    Node miner = network.startMiner(1, 5);
    network.until(1, 12_000);
    miner.kill();
    network.until(4, 500);
    Node again = network.startMiner(1, 5);
    network.until(7, 0);
    WindowOutcome down = new WindowOutcome.Skipped(SkipReason.NODE_DOWN);
    assertThat(again.journal().outcomes().values())
        .containsExactly(COMPLETED, down, down, COMPLETED, COMPLETED);
    assertThat(network.events(NodeEvent.WindowsMissed.class))
        .singleElement()
        .satisfies(event -> assertThat(event.windows()).isEqualTo(2));
  }

  @Test
  void validatorKilledWithTheReportInHandSubmitsTheSame() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(2);
    network.startMiner(1, 2);
    network.chain().hangOn(call -> call instanceof ChainCall.SubmitScores);
    Node validator = network.startValidator(1, 2);
    network.until(1, 11_000);
    assertThat(network.enclave(1).requests()).hasSize(1);
    validator.kill();
    network.chain().hangOn(call -> false);
    Node again = network.startValidator(1, 2);
    network.until(4, 0);
    assertThat(network.enclave(1).requests()).hasSize(2);
    assertThat(again.journal().outcomes())
        .containsExactly(Map.entry(ONE, COMPLETED), Map.entry(TWO, COMPLETED));
    assertThat(window(ONE).scores()).hasSize(1);
  }

  @Test
  void validatorKilledBeforeTheVoteStillVotes() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(2);
    network.startMiner(1, 2);
    network.chain().hangOn(call -> call instanceof ChainCall.AnchorCheckpoint);
    Node validator = network.startValidator(1, 2);
    network.until(2, 500);
    validator.kill();
    network.chain().hangOn(call -> false);
    Node again = network.startValidator(1, 2);
    network.until(4, 0);
    assertThat(window(TWO).opened().base().window()).isEqualTo(TWO);
    assertThat(again.journal().outcome(TWO)).contains(COMPLETED);
  }

  @Test
  void everyRoleKilledEverySecondStillMakesProgress() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(4);
    Node miner = network.startMiner(1, 4);
    Node validator = network.startValidator(1, 4);
    for (int kill = 0; kill < 40; kill++) {
      network.pass(Duration.ofMillis(1_700));
      if (kill % 2 == 0) {
        validator.kill();
        validator = network.startValidator(1, 4);
      } else if (kill % 4 == 1) {
        miner.kill();
        miner = network.startMiner(1, 4);
      }
    }
    network.until(6, 0);
    assertThat(miner.journal().outcomes().keySet())
        .containsExactly(ONE, TWO, new WindowId(3), new WindowId(4));
    assertThat(network.chain().state().windows()).hasSize(4);
    assertThat(network.events(NodeEvent.WindowFailed.class)).isEmpty();
    assertThat(network.events(NodeEvent.RootDiffers.class)).isEmpty();
    assertThat(network.chain().state().checkpoint(new WindowId(5))).isPresent();
  }
}

package io.vramhub.kernel.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.fake.FakeRating;
import io.vramhub.kernel.fake.TestNetwork;
import io.vramhub.kernel.fake.TestNetwork.Node;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowOutcome;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PipelineTest {
  private static final WindowOutcome COMPLETED = new WindowOutcome.Completed();

  @TempDir Path home;
  private TestNetwork network;

  @AfterEach
  void close() {
    network.close();
  }

  private ChainState state() {
    return network.chain().state();
  }

  private WindowRecord window(long number) {
    return state().window(new WindowId(number)).orElseThrow();
  }

  private static WindowOutcome skipped(SkipReason reason) {
    return new WindowOutcome.Skipped(reason);
  }

  private Map<MinerUid, Verdict> verdicts(long number) {
    return window(number).scores().values().iterator().next().report().entries().stream()
        .collect(
            java.util.stream.Collectors.toMap(entry -> entry.miner(), entry -> entry.verdict()));
  }

  @Test
  void trainsScoresMergesAndAnchorsThreeWindows() {
    network = new TestNetwork(home, 3, 1);
    Node crank = network.startCrank(3);
    Node validator = network.startValidator(1, 3);
    List<Node> miners =
        List.of(network.startMiner(1, 3), network.startMiner(2, 3), network.startMiner(3, 3));
    Node aggregator = network.startAggregator(1, 3);

    network.until(5, 0);

    for (long number = 1; number <= 3; number++) {
      WindowId id = new WindowId(number);
      assertThat(window(number).commits()).hasSize(3);
      assertThat(window(number).result().orElseThrow().topG()).hasSize(3);
      assertThat(window(number).opened().base().window()).isEqualTo(id);
      assertThat(state().checkpoint(id.next())).isPresent();
      assertThat(validator.journal().outcome(id)).contains(COMPLETED);
      assertThat(aggregator.journal().outcome(id)).contains(COMPLETED);
      miners.forEach(miner -> assertThat(miner.journal().outcome(id)).contains(COMPLETED));
    }
    assertThat(crank.completed()).isTrue();
    assertThat(validator.completed()).isTrue();
    assertThat(aggregator.completed()).isTrue();
    assertThat(miners).allMatch(Node::completed);
    assertThat(network.framework().sessions()).isZero();
    assertThat(network.storage().has(new BlobKey("checkpoint-2.safetensors"))).isTrue();
    assertThat(network.storage().has(new BlobKey("checkpoint-3.safetensors"))).isFalse();
    assertThat(network.events(NodeEvent.RatingDiffers.class)).isEmpty();
    assertThat(network.events(NodeEvent.RootDiffers.class)).isEmpty();
    assertThat(network.events(NodeEvent.WindowFailed.class)).isEmpty();
    assertThat(network.events(NodeEvent.RewardClaimed.class)).isNotEmpty();
  }

  @Test
  void commitsToTheNameThatContentAddressedStorageGives() {
    network = new TestNetwork(home, 3, 1);
    network.storage().nameByContent();
    network.startAll(2);
    network.until(4, 0);
    for (long number = 1; number <= 2; number++) {
      assertThat(window(number).commits().values())
          .hasSize(3)
          .allSatisfy(
              commit ->
                  assertThat(commit.gradient().storageReference())
                      .isEqualTo("walrus:" + base64(commit.gradient().contentHash())));
      assertThat(window(number).result().orElseThrow().topG()).hasSize(3);
    }
    assertThat(network.events(NodeEvent.WindowFailed.class)).isEmpty();
  }

  private static Credential credential(String text) {
    return new Credential(new Bytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  private SealPolicy credentials(long keyEpoch) {
    return new SealPolicy.Credentials(state().network(), new MinerUid(1), keyEpoch);
  }

  @Test
  void scorersReadAMinersStorageThroughTheCredentialsItPublished() {
    network = new TestNetwork(home, 2, 1);
    network.storage().share(credential("the first"));
    network.startAll(3);
    network.until(2, 14_500);
    assertThat(verdicts(2)).hasSize(2).containsEntry(new MinerUid(1), Verdict.ACCEPTED);
    assertThat(network.storage().peerReads()).isEqualTo(4);
    assertThat(network.sealer().openings(credentials(1))).as("windows share what is open").isOne();

    network.storage().share(credential("another"));
    network.until(5, 0);
    assertThat(state().miner(new MinerUid(1)).orElseThrow().credentials())
        .hasValueSatisfying(published -> assertThat(published.keyEpoch()).isEqualTo(2));
    assertThat(verdicts(3)).hasSize(2);
    assertThat(network.sealer().openings(credentials(2))).isOne();
    assertThat(network.events(NodeEvent.CandidateLeftOut.class)).isEmpty();
  }

  @Test
  void aMinerWhoseCredentialsDoNotOpenIsLeftOutAndNotRejected() {
    network = new TestNetwork(home, 2, 1);
    network.storage().share(credential("the first"));
    network.startAll(1);
    network.until(1, 7_000);
    network
        .chain()
        .emit(
            new ChainEvent.CredentialsPublished(
                new MinerUid(1), 9, new Bytes(new byte[] {1, 2, 3})));
    network.until(3, 0);
    assertThat(verdicts(1)).containsOnlyKeys(new MinerUid(2));
    assertThat(network.events(NodeEvent.CandidateLeftOut.class))
        .singleElement()
        .satisfies(event -> assertThat(event.miner()).isEqualTo(new MinerUid(1)));
  }

  private static String base64(Digest digest) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.array());
  }

  @Test
  void threeValidatorsAgreeAndAnchor() {
    network = new TestNetwork(home, 2, 3);
    network.startAll(2);
    network.until(4, 0);
    assertThat(window(2).scores()).hasSize(3);
    assertThat(window(2).votes()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(window(2).votes().values())
        .hasSameElementsAs(
            List.of(state().checkpoint(new WindowId(3)).orElseThrow().checkpoint().root()));
    assertThat(window(2).deviations()).isEmpty();
  }

  @Test
  void repeatsToTheLastRecord(@TempDir Path other) {
    network = new TestNetwork(home, 2, 1);
    network.startAll(2);
    network.until(4, 0);
    List<Class<?>> first = kinds();
    network.close();
    network = new TestNetwork(other, 2, 1);
    network.startAll(2);
    network.until(4, 0);
    assertThat(kinds()).isEqualTo(first);
  }

  private List<Class<?>> kinds() {
    return network.chain().records().stream()
        .<Class<?>>map(record -> record.event().getClass())
        .toList();
  }

  @Test
  void stopsTrainingInTimeToCommit() {
    network = new TestNetwork(home, 1, 1);
    network.framework().setStep(Duration.ofMillis(4_000));
    network.startAll(1);
    network.until(3, 0);
    assertThat(window(1).commits()).hasSize(1);
    assertThat(network.events(NodeEvent.GradientCommitted.class))
        .singleElement()
        .satisfies(event -> assertThat(event.steps()).isEqualTo(2));
  }

  @Test
  void skipsWindowThatLeavesNoTimeForAStep() {
    network = new TestNetwork(home, 1, 1);
    network.framework().setStep(Duration.ofMinutes(1));
    network.startCrank(3);
    network.startValidator(1, 3);
    Node miner = network.startMiner(1, 3);
    network.until(1, 14_000);
    network.framework().setStep(Duration.ofMillis(100));
    network.until(5, 0);
    assertThat(miner.journal().outcome(new WindowId(1))).contains(skipped(SkipReason.LATE));
    assertThat(miner.journal().outcome(new WindowId(2))).contains(COMPLETED);
    assertThat(miner.journal().outcome(new WindowId(3))).contains(COMPLETED);
  }

  @Test
  void isolatesFailureOfOneWindow() {
    network = new TestNetwork(home, 1, 1);
    network.framework().failNext(1);
    network.startCrank(2);
    network.startValidator(1, 2);
    Node miner = network.startMiner(1, 2);
    network.until(4, 0);
    assertThat(miner.journal().outcome(new WindowId(1)))
        .containsInstanceOf(WindowOutcome.Failed.class);
    assertThat(miner.journal().outcome(new WindowId(2))).contains(COMPLETED);
    assertThat(network.framework().sessions()).isZero();
  }

  @Test
  void skipsWindowsNobodyOpens() {
    network = new TestNetwork(home, 1, 1);
    Node miner = network.startMiner(1, 2);
    network.until(4, 0);
    assertThat(miner.journal().outcomes())
        .containsExactly(
            Map.entry(new WindowId(1), skipped(SkipReason.NOT_OPENED)),
            Map.entry(new WindowId(2), skipped(SkipReason.NOT_OPENED)));
    assertThat(miner.completed()).isTrue();
  }

  @Test
  void saysMissingOnlyOfWhatIsSurelyAbsent() {
    network = new TestNetwork(home, 3, 1);
    network.startAll(1);
    network.until(1, 9_000);
    network.storage().remove(new BlobKey("gradient-1-1-v1.pt"));
    network.storage().breakReading(key -> key.name().equals("gradient-1-2-v1.pt"));
    network.until(3, 0);
    assertThat(verdicts(1))
        .containsEntry(new MinerUid(1), Verdict.MISSING)
        .containsEntry(new MinerUid(3), Verdict.ACCEPTED)
        .doesNotContainKey(new MinerUid(2));
    assertThat(network.events(NodeEvent.CandidateLeftOut.class))
        .singleElement()
        .satisfies(event -> assertThat(event.miner()).isEqualTo(new MinerUid(2)));
  }

  @Test
  void handsOverBytesThatAreNotTheCommittedOnes() {
    network = new TestNetwork(home, 3, 1);
    network.startAll(1);
    network.until(1, 9_000);
    network.storage().tamper(new BlobKey("gradient-1-1-v1.pt"), new byte[] {1, 2, 3});
    network.storage().tamper(new BlobKey("gradient-1-2-v1.pt"), new byte[0]);
    network.storage().tamper(new BlobKey("gradient-1-3-v1.pt"), new byte[1 << 20]);
    network.until(3, 0);
    assertThat(verdicts(1))
        .containsOnly(
            Map.entry(new MinerUid(1), Verdict.HASH_MISMATCH),
            Map.entry(new MinerUid(2), Verdict.HASH_MISMATCH),
            Map.entry(new MinerUid(3), Verdict.HASH_MISMATCH));
  }

  @Test
  void survivesUnreachableChainWithinTheWindow() {
    network = new TestNetwork(home, 1, 1);
    network.startAll(1);
    network.until(1, 1_000);
    network.chain().breakCalls(call -> true);
    network.chain().disconnect();
    network.until(1, 8_000);
    network.chain().breakCalls(call -> false);
    network.until(3, 0);
    assertThat(window(1).commits()).hasSize(1);
    assertThat(window(1).result().orElseThrow().topG()).hasSize(1);
    assertThat(network.events(NodeEvent.ChainLost.class)).isNotEmpty();
  }

  @Test
  void registersRestartedEnclaveAgain() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(2);
    Node validator = network.startValidator(1, 2);
    network.startMiner(1, 2);
    network.until(1, 9_000);
    network.enclave(1).restart();
    network.until(4, 0);
    assertThat(network.events(NodeEvent.EnclaveRegistered.class)).hasSize(2);
    assertThat(validator.journal().outcome(new WindowId(1))).contains(COMPLETED);
    assertThat(window(1).scores().values().iterator().next().report().enclaveEpoch()).isEqualTo(2);
  }

  @Test
  void votesForAWindowItCouldNotScore() {
    network = new TestNetwork(home, 2, 3);
    network.startCrank(2);
    Node validator = network.startValidator(1, 2);
    network.startValidator(2, 2);
    network.startValidator(3, 2);
    network.startMiner(1, 2);
    network.startMiner(2, 2);
    network.until(1, 1);
    network.enclave(1).setDown(true);
    network.until(2, 1_000);
    network.enclave(1).setDown(false);
    network.until(4, 0);
    assertThat(window(1).scores()).hasSize(2);
    assertThat(window(1).votes()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(validator.journal().outcome(new WindowId(1)))
        .contains(skipped(SkipReason.UNAVAILABLE));
    assertThat(validator.journal().outcome(new WindowId(2))).contains(COMPLETED);
  }

  @Test
  void raisesTheAlarmOverAWrongRating() {
    network = new TestNetwork(home, 2, 1);
    network.startCrank(1);
    network.startValidator(1, 1, new FakeRating(true));
    network.startMiner(1, 1);
    network.startMiner(2, 1);
    network.until(3, 0);
    assertThat(network.events(NodeEvent.RatingDiffers.class)).hasSize(2);
  }

  @Test
  void refusesToSignASecondCommit() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(1);
    network.startValidator(1, 1);
    Node miner = network.startMiner(1, 1);
    var duty =
        new io.vramhub.kernel.journal.SigningGuard.Duty(
            io.vramhub.api.model.Role.MINER, 1, new WindowId(1), "commit-gradient");
    assertThat(miner.services().guard().admits(duty, io.vramhub.api.model.Digest.ZERO)).isTrue();
    network.until(3, 0);
    assertThat(window(1).commits()).isEmpty();
    assertThat(miner.journal().outcome(new WindowId(1)))
        .contains(skipped(SkipReason.SIGNED_BEFORE));
    assertThat(network.events(NodeEvent.SigningRefused.class)).hasSize(1);
  }

  @Test
  void windowWithoutGradientsAnchorsNothing() {
    network = new TestNetwork(home, 1, 1);
    network.startCrank(2);
    Node validator = network.startValidator(1, 2);
    network.until(4, 0);
    assertThat(window(1).result().orElseThrow().empty()).isTrue();
    assertThat(window(2).opened().base().window()).isEqualTo(new WindowId(1));
    assertThat(validator.journal().outcome(new WindowId(1)))
        .contains(skipped(SkipReason.NOTHING_TO_DO));
    assertThat(network.chain().records())
        .noneMatch(record -> record.event() instanceof ChainEvent.CheckpointVoted);
  }
}

package io.vramhub.kernel.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.fake.TestNetwork;
import io.vramhub.kernel.pipeline.adversary.Adversary;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdversaryTest {
  private static final MinerUid EVIL = new MinerUid(2);
  @TempDir Path home;
  private TestNetwork network;

  @AfterEach
  void close() {
    network.close();
  }

  private ScoreEntry line(Adversary kind, long number) {
    if (network == null) {
      network = new TestNetwork(home, 2, 1);
      network.startCrank(2);
      network.startValidator(1, 2);
      network.startMiner(1, 2);
      network.startMiner(2, 2, kind.strategy(5));
      network.until(4, 0);
    }
    return network
        .chain()
        .state()
        .window(new WindowId(number))
        .orElseThrow()
        .scores()
        .values()
        .iterator()
        .next()
        .report()
        .entries()
        .stream()
        .filter(entry -> entry.miner().equals(EVIL))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void copycatCommitsTheSameBytesAndIsTheDuplicate() {
    ScoreEntry copy = line(Adversary.COPYCAT, 1);
    assertThat(copy.verdict()).isEqualTo(Verdict.DUPLICATE);
    var commits = network.chain().state().window(new WindowId(1)).orElseThrow().commits();
    assertThat(copy.contentHash()).isEqualTo(commits.get(new MinerUid(1)).gradient().contentHash());
    assertThat(commits.get(EVIL).order()).isEqualTo(1);
  }

  @Test
  void noiseIsAValidPayload() {
    assertThat(line(Adversary.NOISE, 1).verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(line(Adversary.NOISE, 1).heldoutGain().value()).isGreaterThan(1_000_001);
  }

  @Test
  void zeroIsAValidPayloadOfNothing() {
    ScoreEntry zero = line(Adversary.ZERO, 1);
    assertThat(zero.verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(zero.heldoutGain().value()).isEqualTo(1_000_000);
  }

  @Test
  void signFlipIsAValidPayload() {
    assertThat(line(Adversary.SIGNFLIP, 1).verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(line(Adversary.SIGNFLIP, 2).verdict()).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void staleSendsTheSameGradientInEveryWindow() {
    ScoreEntry first = line(Adversary.STALE, 1);
    ScoreEntry second = line(Adversary.STALE, 2);
    assertThat(second.verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(second.heldoutGain()).isEqualTo(first.heldoutGain());
    assertThat(second.contentHash()).isNotEqualTo(first.contentHash());
  }

  @Test
  void freeriderSendsNextToNothing() {
    assertThat(line(Adversary.FREERIDER, 1).verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(line(Adversary.FREERIDER, 1).heldoutGain().value()).isLessThan(1_000_010);
  }

  @Test
  void wordsNameTheKinds() {
    network = new TestNetwork(home, 1, 1);
    assertThat(Adversary.words())
        .isEqualTo(List.of("copycat", "noise", "zero", "signflip", "stale", "freerider"));
    assertThat(Adversary.of("noise")).contains(Adversary.NOISE);
    assertThat(Adversary.of("NOISE")).isEmpty();
  }
}

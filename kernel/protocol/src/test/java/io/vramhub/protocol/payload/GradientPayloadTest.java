package io.vramhub.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GradientPayloadTest {
  private static final NetworkParameters.Model MODEL = SampleGradients.model(32);
  private static final byte[] PAYLOAD = SampleGradients.payload(MODEL, 42);

  @Test
  void readsBackWhatWasWritten() throws PayloadException {
    GradientPayload read = GradientPayload.read(PAYLOAD, MODEL);
    SparseGradient direct = GradientCodec.of(MODEL).decode(SampleGradients.encoded(MODEL, 42));
    assertThat(read.header()).isEqualTo(SampleGradients.header(MODEL));
    assertThat(read.gradient().count()).isEqualTo(direct.count()).isPositive();
    assertThat(read.gradient().squaredNorm()).isEqualTo(direct.squaredNorm());
  }

  @Test
  void givesTheGoldenBytes() {
    assertThat(Digest.sha256(PAYLOAD).hex())
        .isEqualTo("e0abc07c36ee0cd93544df6f068c05456fd4075ad1ab0d8a085c373f4c76912c");
  }

  @Test
  void readsTheSamePayloadSavedByPyTorch() throws PayloadException, IOException {
    byte[] saved;
    try (InputStream in = GradientPayloadTest.class.getResourceAsStream("saved-by-torch.pt")) {
      saved = in.readAllBytes();
    }
    GradientPayload ours = GradientPayload.read(PAYLOAD, MODEL);
    GradientPayload theirs = GradientPayload.read(saved, MODEL);
    assertThat(saved).isNotEqualTo(PAYLOAD);
    assertThat(theirs.header()).isEqualTo(ours.header());
    assertThat(theirs.contentDigest()).isEqualTo(ours.contentDigest());
  }

  @Test
  void givesACopyUnderAnotherNameTheSameContentDigest() throws PayloadException {
    PayloadHeader header = SampleGradients.header(MODEL);
    PayloadHeader copier = owned(header.network(), new MinerUid(4));
    byte[] copy = GradientPayload.write(copier, SampleGradients.encoded(MODEL, 42));
    byte[] other = GradientPayload.write(copier, SampleGradients.encoded(MODEL, 43));
    Digest original = GradientPayload.read(PAYLOAD, MODEL).contentDigest();
    assertThat(GradientPayload.read(copy, MODEL).contentDigest()).isEqualTo(original);
    assertThat(GradientPayload.read(other, MODEL).contentDigest()).isNotEqualTo(original);
  }

  @Test
  void tellsForeignFromStalePayloads() throws PayloadException {
    GradientPayload payload = GradientPayload.read(PAYLOAD, MODEL);
    PayloadHeader own = payload.header();
    assertThat(payload.verify(own)).isEmpty();
    assertThat(payload.verify(owned(own.network(), new MinerUid(4)))).contains(Verdict.WRONG_OWNER);
    assertThat(payload.verify(owned(new NetworkId(SampleGradients.digest("other")), own.miner())))
        .contains(Verdict.WRONG_OWNER);
    assertThat(payload.verify(trained(8, own.baseRoot(), own.schema(), own.assignmentDigest())))
        .contains(Verdict.WRONG_BASE);
    Digest other = SampleGradients.digest("other");
    assertThat(payload.verify(trained(7, other, own.schema(), own.assignmentDigest())))
        .contains(Verdict.WRONG_BASE);
    assertThat(payload.verify(trained(7, own.baseRoot(), other, own.assignmentDigest())))
        .contains(Verdict.WRONG_BASE);
    assertThat(payload.verify(trained(7, own.baseRoot(), own.schema(), other)))
        .contains(Verdict.WRONG_BASE);
  }

  @Test
  void refusesAPayloadOfAnotherCodecSetting() {
    assertThatThrownBy(() -> GradientPayload.read(PAYLOAD, SampleGradients.model(64)))
        .isInstanceOfSatisfying(
            PayloadException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.WRONG_BASE));
  }

  @Test
  void refusesWhatIsLongerThanAnyPayloadBeforeLookingAtIt() {
    byte[] bomb = Arrays.copyOf(PAYLOAD, (int) GradientPayload.maximumBytes(MODEL) + 1);
    assertMalformed(bomb, "more than");
  }

  @Test
  void refusesEveryTruncation() {
    for (int length = 0; length < PAYLOAD.length; length += length < 300 ? 1 : 17) {
      assertMalformed(Arrays.copyOf(PAYLOAD, length), "");
    }
  }

  @Test
  void anyChangedByteGivesTheSamePayloadOrAPayloadException() {
    qt().withFixedSeed(1)
        .withExamples(4000)
        .forAll(integers().between(0, PAYLOAD.length - 1), integers().between(1, 255))
        .check(
            (at, mask) -> {
              byte[] mutant = PAYLOAD.clone();
              mutant[at] ^= (byte) mask.intValue();
              return outcomeIsExpected(mutant);
            });
  }

  @Test
  void anySplicedOrShuffledBytesGiveTheSamePayloadOrAPayloadException() {
    qt().withFixedSeed(2)
        .withExamples(2000)
        .forAll(integers().all())
        .check(
            seed -> {
              Random random = new Random(seed);
              byte[] mutant = PAYLOAD.clone();
              for (int edit = random.nextInt(4); edit >= 0; edit--) {
                int from = random.nextInt(mutant.length);
                int to = random.nextInt(mutant.length);
                int length = random.nextInt(Math.min(64, mutant.length - Math.max(from, to)) + 1);
                System.arraycopy(mutant, from, mutant, to, length);
              }
              return outcomeIsExpected(mutant);
            });
  }

  @Test
  void randomBytesAreMalformed() {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      assertMalformed(bytes, "");
    }
  }

  @Test
  void takesAtMostElevenPointFourBitsPerValueFromTenMillionParametersOn() {
    ModelSpec spec = new ModelSpec(4096, 6, 384, 6, 2, 1024, 256, 10_000, 10_000, true);
    NetworkParameters.Model model = SampleGradients.model(spec, 32);
    byte[] payload = SampleGradients.payload(model, 1);
    double bits = 8.0 * payload.length / ChunkLayout.of(model).kept();
    assertThat(spec.parameters()).isEqualTo(11_015_040);
    assertThat(bits).isLessThan(11.4);
    assertThat((long) payload.length).isLessThan(GradientPayload.maximumBytes(model));
  }

  private static boolean outcomeIsExpected(byte[] mutant) {
    try {
      GradientPayload read = GradientPayload.read(mutant, MODEL);
      // Container padding and meaningless zip fields may change; a read value is always sound.
      return Double.isFinite(read.gradient().squaredNorm());
    } catch (PayloadException e) {
      return e.verdict() != Verdict.ACCEPTED && !e.reason().isBlank();
    }
  }

  private static void assertMalformed(byte[] file, String reason) {
    assertThatThrownBy(() -> GradientPayload.read(file, MODEL))
        .isInstanceOfSatisfying(
            PayloadException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.MALFORMED))
        .hasMessageContaining(reason);
  }

  private static PayloadHeader owned(NetworkId network, MinerUid miner) {
    PayloadHeader header = SampleGradients.header(MODEL);
    return new PayloadHeader(
        network,
        header.window(),
        miner,
        header.baseRoot(),
        header.schema(),
        header.codec(),
        header.topk(),
        header.assignmentDigest());
  }

  private static PayloadHeader trained(
      long window, Digest baseRoot, Digest schema, Digest assignment) {
    PayloadHeader header = SampleGradients.header(MODEL);
    return new PayloadHeader(
        header.network(),
        new WindowId(window),
        header.miner(),
        baseRoot,
        schema,
        header.codec(),
        header.topk(),
        assignment);
  }
}

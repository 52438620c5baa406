package io.vramhub.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Verdict;
import io.vramhub.numerics.sparse.TopKDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCodecTest {
  private static final NetworkParameters.Model MODEL = SampleGradients.model(32);

  @ParameterizedTest
  @ValueSource(ints = {1, 32, 256, 4096})
  void decodedPlusResidualIsWhatCameIn(int topk) throws PayloadException {
    NetworkParameters.Model model = SampleGradients.model(topk);
    float[] before = SampleGradients.residual(model.spec(), topk);
    float[] after = before.clone();
    GradientCodec codec = GradientCodec.of(model);
    float[] decoded =
        dense(codec.decode(codec.encode(MemorySegment.ofArray(after))), before.length);
    for (int i = 0; i < before.length; i++) {
      if (decoded[i] == 0) {
        assertThat(after[i]).isEqualTo(before[i]);
      } else if (Math.abs(before[i]) <= 2 * Math.abs(decoded[i])
          && Math.abs(decoded[i]) <= 2 * Math.abs(before[i])) {
        assertThat((double) after[i] + decoded[i]).isEqualTo(before[i]);
      } else {
        assertThat(after[i]).isEqualTo(before[i] - decoded[i]);
      }
    }
  }

  @Test
  void sendsTheLargestMagnitudesOfEveryChunkAndMostOfTheirEnergy() throws PayloadException {
    float[] residual = SampleGradients.residual(MODEL.spec(), 1);
    MemorySegment before = MemorySegment.ofArray(residual.clone());
    GradientCodec codec = GradientCodec.of(MODEL);
    SparseGradient gradient = codec.decode(codec.encode(MemorySegment.ofArray(residual)));
    ChunkLayout layout = gradient.layout();
    SparseGradient.Cursor cursor = gradient.cursor();
    double selected = 0;
    double left = 0;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      int kept = cursor.read(chunk);
      int[] defined =
          TopKDefinition.select(
              before, layout.first(chunk), layout.length(chunk), layout.kept(chunk));
      assertThat(Arrays.copyOf(cursor.positions(), kept)).isEqualTo(defined);
      for (int position : defined) {
        int index = (int) layout.first(chunk) + position;
        selected += Math.pow(before.getAtIndex(ValueLayout.JAVA_FLOAT, index), 2);
        left += Math.pow(residual[index], 2);
      }
    }
    assertThat(left / selected).isLessThan(0.03);
  }

  @Test
  void readsTheSameGradientInAnyOrderAndByConsumer() throws PayloadException {
    SparseGradient gradient = gradient(MODEL, 2);
    float[] dense = dense(gradient, (int) MODEL.spec().parameters());
    SparseGradient.Cursor cursor = gradient.cursor();
    long count = 0;
    double squares = 0;
    for (int chunk = gradient.layout().chunks() - 1; chunk >= 0; chunk--) {
      int read = cursor.read(chunk);
      count += read;
      for (int i = 0; i < read; i++) {
        float value = cursor.values()[i];
        assertThat(value)
            .isEqualTo(dense[(int) gradient.layout().first(chunk) + cursor.positions()[i]]);
        squares += (double) value * value;
      }
    }
    assertThat(count).isEqualTo(gradient.count());
    assertThat(squares).isCloseTo(gradient.squaredNorm(), within(1e-12 * squares));
  }

  @Test
  void encodesANativeSegmentLikeAnArray() {
    float[] residual = SampleGradients.residual(MODEL.spec(), 3);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, residual);
      assertThat(GradientCodec.of(MODEL).encode(segment))
          .isEqualTo(GradientCodec.of(MODEL).encode(MemorySegment.ofArray(residual)));
      assertThat(segment.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(residual);
    }
  }

  @Test
  void encodesNothingButZerosAsNothing() throws PayloadException {
    float[] zeros = new float[(int) MODEL.spec().parameters()];
    GradientCodec codec = GradientCodec.of(MODEL);
    EncodedGradient encoded = codec.encode(MemorySegment.ofArray(zeros));
    SparseGradient gradient = codec.decode(encoded);
    assertThat(gradient.count()).isZero();
    assertThat(gradient.squaredNorm()).isZero();
    gradient.forEach((index, value) -> assertThat(value).as("no value is sent").isNaN());
  }

  @Test
  void keepsWhatIsTooSmallOrTooLargeForItsScaleInTheResidual() throws PayloadException {
    float[] residual = new float[(int) MODEL.spec().parameters()];
    residual[0] = 1e30f;
    residual[4000] = 1e-30f;
    residual[(int) MODEL.spec().parameters() - 1] = 1e-45f;
    float[] after = residual.clone();
    GradientCodec codec = GradientCodec.of(MODEL);
    SparseGradient gradient = codec.decode(codec.encode(MemorySegment.ofArray(after)));
    float[] decoded = dense(gradient, after.length);
    assertThat(decoded[0]).isEqualTo(1.25f * GradientCodec.MAXIMUM_SCALE);
    assertThat(after[4000]).isEqualTo(residual[4000] - decoded[4000]);
    assertThat(after[after.length - 1] + decoded[after.length - 1]).isEqualTo(1e-45f);
  }

  @Test
  void refusesADivergedResidualAndLeavesItAlone() {
    float[] residual = SampleGradients.residual(MODEL.spec(), 4);
    residual[residual.length - 1] = Float.NaN;
    float[] before = residual.clone();
    assertThatThrownBy(() -> GradientCodec.of(MODEL).encode(MemorySegment.ofArray(residual)))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE))
        .hasMessageContaining("not finite");
    assertThat(residual).isEqualTo(before);
  }

  @Test
  void refusesAnUnknownCodecAndAResidualOfAnotherModel() {
    NetworkParameters.Model other =
        new NetworkParameters.Model(MODEL.spec(), "dct-topk-q2/1", 32, 1, 1, 0, 0, 0, 1, 0, 1);
    assertThatThrownBy(() -> GradientCodec.of(other))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    assertThatThrownBy(() -> GradientCodec.of(MODEL).encode(MemorySegment.ofArray(new float[5])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesTheGoldenBytes() {
    EncodedGradient encoded = SampleGradients.encoded(MODEL, 42);
    assertThat(Digest.sha256(encoded.indices().array()).brief()).isEqualTo("30323be6");
    assertThat(Digest.sha256(encoded.codes().array()).brief()).isEqualTo("7acbd41c");
    assertThat(encoded.chunkScales().hex())
        .isEqualTo("001335000000000000002c000100260000000000000021003d001200");
    assertThat(Digest.sha256(encoded.tensorScales().array()).brief()).isEqualTo("0b4ab00f");
  }

  @Test
  void refusesWhatIsNotInTheOneForm() {
    EncodedGradient good = SampleGradients.encoded(MODEL, 5);
    assertVerdict(
        Verdict.MALFORMED,
        new Bytes(new byte[good.indices().length()]),
        good.codes(),
        good.chunkScales(),
        good.tensorScales());
    assertVerdict(
        Verdict.MALFORMED,
        longer(good.indices()),
        good.codes(),
        good.chunkScales(),
        good.tensorScales());
    assertVerdict(
        Verdict.MALFORMED,
        good.indices(),
        longer(good.codes()),
        good.chunkScales(),
        good.tensorScales());
    assertVerdict(
        Verdict.MALFORMED,
        good.indices(),
        good.codes(),
        longer(good.chunkScales()),
        good.tensorScales());
    assertVerdict(
        Verdict.MALFORMED,
        good.indices(),
        good.codes(),
        good.chunkScales(),
        longer(good.tensorScales()));
    // The last tensor is one chunk: its code must be 0, since it attains the tensor's scale.
    int last = good.chunkScales().length() - 1;
    assertVerdict(
        Verdict.MALFORMED,
        good.indices(),
        good.codes(),
        with(good.chunkScales(), last, 16),
        good.tensorScales());
    assertVerdict(
        Verdict.MALFORMED,
        good.indices(),
        good.codes(),
        with(good.chunkScales(), last, 255),
        good.tensorScales());
    for (float scale : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1, -0f, 1025}) {
      int bits = Float.floatToRawIntBits(scale);
      Bytes scales = good.tensorScales();
      for (int i = 0; i < 4; i++) {
        scales = with(scales, i, bits >>> (8 * i));
      }
      assertVerdict(
          Verdict.OUT_OF_BOUNDS, good.indices(), good.codes(), good.chunkScales(), scales);
    }
  }

  private static void assertVerdict(
      Verdict verdict, Bytes indices, Bytes codes, Bytes chunkScales, Bytes tensorScales) {
    assertThatThrownBy(
            () ->
                GradientCodec.of(MODEL)
                    .decode(new EncodedGradient(indices, codes, chunkScales, tensorScales)))
        .isInstanceOfSatisfying(
            PayloadException.class, e -> assertThat(e.verdict()).isEqualTo(verdict));
  }

  private static Bytes with(Bytes bytes, int at, int value) {
    byte[] changed = bytes.array();
    changed[at] = (byte) value;
    return new Bytes(changed);
  }

  private static Bytes longer(Bytes bytes) {
    return new Bytes(Arrays.copyOf(bytes.array(), bytes.length() + 4));
  }

  private static SparseGradient gradient(NetworkParameters.Model model, long seed)
      throws PayloadException {
    return GradientCodec.of(model).decode(SampleGradients.encoded(model, seed));
  }

  private static float[] dense(SparseGradient gradient, int parameters) {
    float[] dense = new float[parameters];
    long[] previous = {-1};
    gradient.forEach(
        (index, value) -> {
          assertThat(index).isGreaterThan(previous[0]);
          assertThat(value).isNotZero();
          previous[0] = index;
          dense[(int) index] = value;
        });
    return dense;
  }
}

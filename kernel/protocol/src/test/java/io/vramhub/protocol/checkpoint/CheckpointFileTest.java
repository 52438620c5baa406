package io.vramhub.protocol.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.SampleGradients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CheckpointFileTest {
  private static final ModelSpec SPEC = SampleGradients.SPEC;
  private static final CheckpointMetadata METADATA =
      new CheckpointMetadata(
          new WindowId(7),
          SampleGradients.digest("parent"),
          ModelSchema.hash(SPEC),
          new NetworkId(SampleGradients.digest("network")));
  private static final MemorySegment PARAMETERS = drawn(SPEC);
  private static final MemorySegment SCRATCH = Arena.ofAuto().allocate(PARAMETERS.byteSize());
  private static final byte[] FILE = CheckpointFile.toBytes(METADATA, SPEC, PARAMETERS);

  @Test
  void readsBackWhatWasWritten() throws IOException {
    MemorySegment read = Arena.ofAuto().allocate(PARAMETERS.byteSize());
    assertThat(read(FILE, read)).isEqualTo(METADATA);
    assertThat(read.mismatch(PARAMETERS)).isEqualTo(-1);
    assertThat((long) FILE.length).isEqualTo(CheckpointFile.length(METADATA, SPEC));
  }

  @Test
  void isSafetensorsWithTheNamesOfALlama() {
    int header = (int) ByteBuffer.wrap(FILE).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String json = new String(FILE, 8, header, StandardCharsets.US_ASCII);
    assertThat((8 + header) % 64).isZero();
    assertThat(json)
        .startsWith("{\"__metadata__\":{\"format\":\"pt\",\"parent\":\"")
        .contains(
            "\"window\":\"7\"},\"model.embed_tokens.weight\":"
                + "{\"dtype\":\"F32\",\"shape\":[300,32],\"data_offsets\":[0,38400]},"
                + "\"model.layers.0.input_layernorm.weight\":"
                + "{\"dtype\":\"F32\",\"shape\":[32],\"data_offsets\":[38400,38528]}")
        .contains("\"data_offsets\":[186368,186496]}}")
        .doesNotContain("lm_head");
    assertThat(FILE.length).isEqualTo(8 + header + 186_496);
  }

  @Test
  void givesTheGoldenBytes() {
    assertThat(Digest.sha256(FILE).hex())
        .isEqualTo("a53616210e6a2c21160308a8cba68f38ccf09c118d2a52e72c9885b87f5cd255");
    assertThat(CheckpointTree.root(METADATA, SPEC, PARAMETERS).hex())
        .isEqualTo("e6729ed30f82f40106a53f3114b88166eac32938d3026164f1fcffea36c67b93");
  }

  @Test
  void refusesEveryChangedByteOfTheHeader() {
    int data = FILE.length - (int) PARAMETERS.byteSize();
    qt().withFixedSeed(1)
        .withExamples(800)
        .forAll(integers().between(0, data - 1), integers().between(1, 255))
        .check(
            (at, mask) -> {
              byte[] mutant = FILE.clone();
              mutant[at] ^= (byte) mask.intValue();
              return isRefusedOrOtherMetadata(mutant);
            });
  }

  @Test
  void refusesTruncationsAndTrailingBytes() {
    for (int length : new int[] {0, 7, 8, 100, FILE.length / 2, FILE.length - 1}) {
      assertRefused(Arrays.copyOf(FILE, length), "ends early");
    }
    assertRefused(Arrays.copyOf(FILE, FILE.length + 1), "bytes follow");
  }

  @Test
  void refusesAHeaderLengthThatWouldExhaustMemory() {
    for (long length : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 100_000}) {
      byte[] mutant = FILE.clone();
      ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      assertRefused(mutant, "a header of");
    }
  }

  @Test
  void refusesParametersThatAreNotFinite() {
    byte[] mutant = FILE.clone();
    ByteBuffer.wrap(mutant)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(mutant.length - 8, Float.NEGATIVE_INFINITY);
    assertRefused(mutant, "parameter 46622 is not finite");
  }

  @Test
  void refusesTheFileOfAnotherModelOrSchema() {
    ModelSpec other = new ModelSpec(300, 2, 32, 2, 1, 160, 32, 10_000, 10_000, true);
    CheckpointMetadata lying =
        new CheckpointMetadata(
            METADATA.window(), METADATA.parent(), ModelSchema.hash(other), METADATA.run());
    assertRefused(CheckpointFile.toBytes(lying, SPEC, PARAMETERS), "another schema");
    ModelSpec wider = new ModelSpec(301, 2, 32, 4, 2, 160, 32, 10_000, 10_000, true);
    assertRefused(
        CheckpointFile.toBytes(METADATA, wider, drawn(wider)), "does not describe the tensors");
  }

  @Test
  void drawsTheGoldenFirstParameters() {
    float[] values = PARAMETERS.toArray(ValueLayout.JAVA_FLOAT);
    assertThat(Arrays.copyOf(values, 4))
        .containsExactly(-0.013412191f, -0.0122061735f, 0.0014351617f, 0.013550518f);
  }

  @Test
  void drawsNormalWeightsAndNormsOfOne() {
    float[] values = PARAMETERS.toArray(ValueLayout.JAVA_FLOAT);
    assertThat(Arrays.copyOfRange(values, 9600, 9632)).containsOnly(1f);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (int i = 0; i < 9600; i++) {
      double value = values[i] / 0.02;
      sum += value;
      squares += value * value;
      fourths += value * value * value * value;
    }
    assertThat(sum / 9600).isBetween(-0.04, 0.04);
    assertThat(squares / 9600).isBetween(0.94, 1.06);
    assertThat(fourths / 9600).isBetween(2.7, 3.3);
  }

  @Test
  void drawsOtherWeightsFromAnotherSeedAndTheSameInEveryModelOfEqualShape() {
    MemorySegment other = Arena.ofAuto().allocate(PARAMETERS.byteSize());
    InitialParameters.draw(SPEC, SampleGradients.digest("other"), other);
    assertThat(other.mismatch(PARAMETERS)).isZero();
    InitialParameters.draw(SPEC, SampleGradients.digest("seed"), other);
    assertThat(other.mismatch(PARAMETERS)).isEqualTo(-1);
  }

  @Test
  void describesTheModelToTransformers() {
    assertThat(CheckpointExport.config(SPEC))
        .contains("\"rms_norm_eps\": 0.000010000,")
        .contains("\"rope_theta\": 10000.0,")
        .contains("\"num_key_value_heads\": 2,")
        .contains("\"tie_word_embeddings\": true,");
  }

  private static boolean isRefusedOrOtherMetadata(byte[] mutant) {
    try {
      // A changed digit of window, parent or run is other metadata, in the form it demands.
      CheckpointMetadata read = read(mutant, SCRATCH);
      return !read.equals(METADATA) && read.schema().equals(METADATA.schema());
    } catch (HubException e) {
      return e.code() == ErrorCode.CHECKPOINT_INVALID;
    } catch (IOException e) {
      return false;
    }
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> read(file, SCRATCH))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContaining(reason);
  }

  private static CheckpointMetadata read(byte[] file, MemorySegment target) throws IOException {
    return CheckpointFile.read(Channels.newChannel(new ByteArrayInputStream(file)), SPEC, target);
  }

  private static MemorySegment drawn(ModelSpec spec) {
    MemorySegment parameters = Arena.ofAuto().allocate(spec.parameters() * Float.BYTES);
    InitialParameters.draw(spec, SampleGradients.digest("seed"), parameters);
    return parameters;
  }
}

package io.vramhub.protocol.evaluation;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.numerics.PackedMatrix;
import io.vramhub.numerics.StrictExp;
import io.vramhub.numerics.StrictProduct;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Fixed models whose numbers are checked in. As a program it prints them, so that a test can
 * compare JVMs with other vector widths: {@code java -XX:UseAVX=1 ... GoldenLoss}.
 */
final class GoldenLoss {
  /** What every JVM on every CPU computes. */
  static final String EXPECTED =
      """
      loss of tied heads 5865709032
      loss of grouped heads 7031264885
      loss of many rows 4936882839
      exp b4235e8211d0bf740386e989fea60512ad4dead9e7c73155482f9d9b488b2caf
      product aa3b38e09c2ec1fb764993dc81fdde1adf3b4e37b2c8a4421ca19bc80e2e7a3a
      """;

  /** One of the two evaluators. */
  @FunctionalInterface
  interface Loss {
    long of(ModelSpec spec, MemorySegment parameters, TokenBatch batch);
  }

  private GoldenLoss() {}

  public static void main(String[] arguments) {
    System.out.println("lanes " + PackedMatrix.PANEL / 2);
    try {
      System.out.print(measure(GoldenLoss::strictLoss));
    } catch (HubException e) {
      System.out.println(e.code() + " " + e.getMessage());
    }
  }

  static String measure(Loss loss) {
    return "loss of tied heads "
        + measure(loss, new ModelSpec(67, 2, 40, 4, 4, 72, 33, 10_000, 10_000, true), 3, 33, 1)
        + "\nloss of grouped heads "
        + measure(loss, new ModelSpec(130, 3, 48, 6, 2, 90, 40, 500_000, 1_000, false), 3, 41, 2)
        + "\nloss of many rows "
        + measure(loss, new ModelSpec(40, 1, 32, 2, 1, 600, 20, 10_000, 10_000, true), 11, 20, 3)
        + "\nexp "
        + exp()
        + "\nproduct "
        + product()
        + "\n";
  }

  private static long measure(Loss loss, ModelSpec spec, int sequences, int length, long seed) {
    Generator generator = new Generator(seed);
    MemorySegment parameters =
        MemorySegment.ofArray(new byte[Math.toIntExact(spec.parameters() * Float.BYTES)]);
    long at = 0;
    for (TensorSpec tensor : spec.tensors()) {
      float base = tensor.shape().size() == 1 ? 1 : 0;
      for (int i = 0; i < tensor.elements(); i++) {
        parameters.set(ParameterLayout.FLOAT, at, base + generator.next());
        at += Float.BYTES;
      }
    }
    int[] tokens = new int[sequences * length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) ((generator.next() + 0.5f) * spec.vocabulary());
    }
    return loss.of(spec, parameters, new TokenBatch(sequences, length, tokens));
  }

  static long strictLoss(ModelSpec spec, MemorySegment parameters, TokenBatch batch) {
    try (StrictEvaluator evaluator = new StrictEvaluator(spec, 2)) {
      return evaluator.lossNanoNats(parameters, batch).orElseThrow();
    }
  }

  static long definedLoss(ModelSpec spec, MemorySegment parameters, TokenBatch batch) {
    return new ReferenceEvaluator(spec).lossNanoNats(parameters, batch).orElseThrow();
  }

  private static String exp() {
    float[] values = new float[20_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = -90 + i * (180f / values.length);
    }
    StrictExp.expOfDifference(values, 0, values.length, 0);
    return hash(values);
  }

  private static String product() {
    Generator generator = new Generator(4);
    int rows = 11;
    int columns = 77;
    int depth = 700;
    float[] a = generator.fill(new float[rows * depth]);
    PackedMatrix b = new PackedMatrix();
    b.reshape(columns, depth);
    b.packRows(generator.fill(new float[columns * depth]), 0, depth);
    int stride = PackedMatrix.padded(columns);
    float[] padded = new float[rows * stride];
    StrictProduct.multiply(a, 0, depth, rows, b, columns, padded, 0, stride);
    float[] c = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(padded, row * stride, c, row * columns, columns);
    }
    return hash(c);
  }

  private static String hash(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return Digest.sha256(bytes.flip()).hex();
  }

  /** A linear congruential generator of floats in {@code [-0.5, 0.5)}, exact everywhere. */
  private static final class Generator {
    private long state;

    Generator(long seed) {
      state = seed;
    }

    float next() {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return ((int) (state >>> 40) - (1 << 23)) * 0x1p-24f;
    }

    float[] fill(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = next();
      }
      return values;
    }
  }
}

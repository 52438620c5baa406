package io.vramhub.numerics;

import static jdk.incubator.vector.FloatVector.SPECIES_PREFERRED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function of the strict evaluator (protocol section 9), in f32 with one defined
 * result:
 *
 * <ol>
 *   <li>{@code x} is clamped to {@code [-87, 88]}, so that no result is zero, subnormal or
 *       infinite;
 *   <li>{@code n = round(x / ln 2)}, by adding and subtracting {@code 1.5 * 2^23};
 *   <li>{@code r = x - n * ln 2}, with {@code ln 2} in two parts and one {@code fma} each;
 *   <li>the exponential series up to {@code r^7 / 7!} in Horner form, one {@code fma} per term,
 *       each coefficient the float nearest to {@code 1 / k!};
 *   <li>times {@code 2^n}, exactly.
 * </ol>
 *
 * <p>The result lies within one unit in the last place. NaN stays NaN. The array methods give the
 * bits of {@link #exp} at every vector width. Stateless.
 */
public final class StrictExp {
  private static final VectorSpecies<Float> SPECIES = SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final float LOWEST = -87;
  private static final float HIGHEST = 88;
  private static final float LOG2_E = 0x1.715476p0f;

  /** {@code 1.5 * 2^23}: a float of this size has no fraction bits, its low bits are an integer. */
  private static final float ROUNDING = 0x1.8p23f;

  /** The first 16 bits of {@code ln 2}, so that {@code n * LN2_HIGH} is exact. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = 0x1.7f7d1cp-20f;

  private static final float C2 = 1f / 2;
  private static final float C3 = 1f / 6;
  private static final float C4 = 1f / 24;
  private static final float C5 = 1f / 120;
  private static final float C6 = 1f / 720;
  private static final float C7 = 1f / 5040;

  private static final int EXPONENT_SHIFT = Float.PRECISION - 1;
  private static final int ONE = Float.floatToRawIntBits(1f);

  private StrictExp() {}

  /** {@code e^x}; the definition. */
  public static float exp(float x) {
    float clamped = Math.min(Math.max(x, LOWEST), HIGHEST);
    float shifted = Math.fma(clamped, LOG2_E, ROUNDING);
    float n = shifted - ROUNDING;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float sum = Math.fma(C7, r, C6);
    sum = Math.fma(sum, r, C5);
    sum = Math.fma(sum, r, C4);
    sum = Math.fma(sum, r, C3);
    sum = Math.fma(sum, r, C2);
    sum = Math.fma(sum, r, 1);
    sum = Math.fma(sum, r, 1);
    return sum * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << EXPONENT_SHIFT) + ONE);
  }

  /** Replaces each of {@code count} values {@code x} by {@code exp(x - shift)}. */
  public static void expOfDifference(float[] values, int offset, int count, float shift) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      exp(FloatVector.fromArray(SPECIES, values, offset + i).sub(shift))
          .intoArray(values, offset + i);
    }
    for (; i < count; i++) {
      values[offset + i] = exp(values[offset + i] - shift);
    }
  }

  /**
   * SwiGLU's gate: replaces each of {@code count} values {@code g} by {@code (g / (1 + exp(-g))) *
   * u}.
   */
  public static void swishGate(float[] gate, float[] up, int offset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector g = FloatVector.fromArray(SPECIES, gate, offset + i);
      g.div(exp(g.neg()).add(1f))
          .mul(FloatVector.fromArray(SPECIES, up, offset + i))
          .intoArray(gate, offset + i);
    }
    for (; i < count; i++) {
      float g = gate[offset + i];
      gate[offset + i] = g / (exp(-g) + 1) * up[offset + i];
    }
  }

  private static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(LOWEST).min(HIGHEST);
    FloatVector shifted = clamped.fma(broadcast(LOG2_E), broadcast(ROUNDING));
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector r = n.fma(broadcast(-LN2_LOW), n.fma(broadcast(-LN2_HIGH), clamped));
    FloatVector sum = r.fma(broadcast(C7), broadcast(C6));
    sum = sum.fma(r, broadcast(C5));
    sum = sum.fma(r, broadcast(C4));
    sum = sum.fma(r, broadcast(C3));
    sum = sum.fma(r, broadcast(C2));
    sum = sum.fma(r, broadcast(1));
    sum = sum.fma(r, broadcast(1));
    IntVector power =
        shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_SHIFT).add(ONE);
    return sum.mul(power.reinterpretAsFloats());
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}

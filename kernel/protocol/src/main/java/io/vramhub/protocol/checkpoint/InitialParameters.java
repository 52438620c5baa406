package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.protocol.message.CanonicalHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The parameters of the first checkpoint, a function of a seed: norm weights are one, all others
 * normal with standard deviation 0.02 (Radford et al., 2019).
 *
 * <p>The key is the first eight bytes, little-endian, of {@code H("vramhub/initial/1" | seed)}.
 * Word {@code i} is the SplitMix64 output for the state {@code key + (i + 1) * 0x9e3779b97f4a7c15}
 * (Steele, Lea and Flood, 2014). Parameters {@code 2j} and {@code 2j + 1} of the flat order are the
 * two numbers that Box and Muller's transform makes of words {@code 2j} and {@code 2j + 1}, in
 * binary64 with {@code StrictMath}, times 0.02, rounded to f32.
 */
public final class InitialParameters {
  private static final double DEVIATION = 0.02;
  private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private InitialParameters() {}

  /**
   * @param target receives the flat parameters, little-endian f32
   */
  public static void draw(ModelSpec spec, Digest seed, MemorySegment target) {
    if (target.byteSize() != spec.parameters() * Float.BYTES) {
      throw new IllegalArgumentException(
          "the target has "
              + target.byteSize()
              + " bytes, the model "
              + spec.parameters()
              + " f32 parameters");
    }
    byte[] hash = CanonicalHash.of("vramhub/initial/1", seed.array()).array();
    long key = ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long index = 0;
    for (TensorSpec tensor : spec.tensors()) {
      boolean norm = tensor.name().endsWith("norm.weight");
      long end = index + tensor.elements();
      if (norm) {
        for (; index < end; index++) {
          target.set(F32, index * Float.BYTES, 1f);
        }
      } else {
        index = drawNormal(target, key, index, end);
      }
    }
  }

  private static long drawNormal(MemorySegment target, long key, long from, long end) {
    for (long even = from & ~1L; even < end; even += 2) {
      double radius = DEVIATION * StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, even)));
      double angle = 2 * Math.PI * uniform(key, even + 1);
      if (even >= from) {
        target.set(F32, even * Float.BYTES, (float) (radius * StrictMath.cos(angle)));
      }
      if (even + 1 < end) {
        target.set(F32, (even + 1) * Float.BYTES, (float) (radius * StrictMath.sin(angle)));
      }
    }
    return end;
  }

  /** In {@code [0, 1)}, a multiple of {@code 2^-53}. */
  private static double uniform(long key, long word) {
    return (word(key, word) >>> 11) * 0x1p-53;
  }

  private static long word(long key, long index) {
    long z = key + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
    return z ^ z >>> 31;
  }
}

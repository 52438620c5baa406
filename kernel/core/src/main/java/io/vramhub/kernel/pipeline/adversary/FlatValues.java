package io.vramhub.kernel.pipeline.adversary;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Flat segments of little-endian f32. */
final class FlatValues {
  static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FlatValues() {}

  /** Flips the sign of every value, in place. */
  static MemorySegment negate(MemorySegment values) {
    for (long offset = 0; offset < values.byteSize(); offset += Float.BYTES) {
      values.set(F32, offset, -values.get(F32, offset));
    }
    return values;
  }
}

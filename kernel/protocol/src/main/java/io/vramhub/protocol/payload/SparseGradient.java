package io.vramhub.protocol.payload;

import io.vramhub.numerics.sparse.BitReader;
import io.vramhub.numerics.sparse.RiceCode;
import io.vramhub.numerics.sparse.ScaleCode;
import io.vramhub.numerics.sparse.TwoBitQuantizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The decoded view of a gradient in codec form: checked once as a whole, then read chunk by chunk
 * without ever being unpacked. Kept values of a chunk whose scale is zero do not appear. Immutable
 * and thread-safe; each thread takes its own {@link Cursor}.
 */
public final class SparseGradient {
  private final ChunkLayout layout;
  private final BitReader indices;
  private final long[] indexBits;
  private final byte[] codes;
  private final float[] scales;
  private final long count;
  private final double squaredNorm;

  private SparseGradient(
      ChunkLayout layout, BitReader indices, long[] indexBits, byte[] codes, float[] scales) {
    this.layout = layout;
    this.indices = indices;
    this.indexBits = indexBits;
    this.codes = codes;
    this.scales = scales;
    long values = 0;
    double squares = 0;
    for (int chunk = 0; chunk < scales.length; chunk++) {
      float scale = scales[chunk];
      if (scale > 0) {
        int kept = layout.kept(chunk);
        int highs = highs(chunk);
        double low = scale;
        double high = TwoBitQuantizer.value(TwoBitQuantizer.HIGH, scale);
        values += kept;
        squares += low * low * (kept - highs) + high * high * highs;
      }
    }
    this.count = values;
    this.squaredNorm = squares;
  }

  /**
   * Checks sizes against the layout, then every position, code and scale, so that a cursor can
   * trust them.
   */
  static SparseGradient of(ChunkLayout layout, EncodedGradient encoded) throws PayloadException {
    requireSize("codes", encoded.codes().length(), layout.codeBytes());
    requireSize("chunk_scales", encoded.chunkScales().length(), layout.chunks());
    requireSize(
        "tensor_scales", encoded.tensorScales().length(), (long) layout.tensors() * Float.BYTES);
    BitReader indices = new BitReader(encoded.indices().array());
    float[] scales = checkedScales(layout, encoded);
    long[] indexBits = checkedIndices(layout, indices, scales);
    byte[] codes = encoded.codes().array();
    SparseGradient gradient = new SparseGradient(layout, indices, indexBits, codes, scales);
    gradient.requireCanonicalCodes();
    return gradient;
  }

  public ChunkLayout layout() {
    return layout;
  }

  /** Number of values, none of them zero. */
  public long count() {
    return count;
  }

  /**
   * The square of the L2 norm: chunk after chunk, {@code low² * lows + high² * highs} added in
   * binary64 from zero, every operation rounded in the order written.
   */
  public double squaredNorm() {
    return squaredNorm;
  }

  /** All values by ascending index. */
  public void forEach(SparseConsumer consumer) {
    Cursor cursor = cursor();
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      long first = layout.first(chunk);
      int read = cursor.read(chunk);
      for (int i = 0; i < read; i++) {
        consumer.accept(first + cursor.positions()[i], cursor.values()[i]);
      }
    }
  }

  /** A reader with its own buffers, 32 KiB, for one thread. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads one chunk at a time, in any order. */
  public final class Cursor {
    private final BitReader reader = indices.fork();
    private final int[] positions = new int[ChunkLayout.CHUNK];
    private final float[] values = new float[ChunkLayout.CHUNK];
    private final float[] meanings = new float[4];

    private Cursor() {}

    /**
     * Decodes a chunk into the buffers.
     *
     * @return how many values it has: none if its scale is zero
     */
    public int read(int chunk) {
      float scale = scales[chunk];
      if (scale == 0) {
        return 0;
      }
      int kept = layout.kept(chunk);
      reader.seek(indexBits[chunk]);
      if (!RiceCode.read(reader, layout.length(chunk), kept, positions)) {
        throw new AssertionError("positions were checked when the gradient was read");
      }
      for (int code = 0; code < meanings.length; code++) {
        meanings[code] = TwoBitQuantizer.value(code, scale);
      }
      long from = layout.keptBefore(chunk);
      for (int i = 0; i < kept; i++) {
        values[i] = meanings[code(from + i)];
      }
      return kept;
    }

    /** Positions within the chunk last read, ascending; overwritten by the next read. */
    public int[] positions() {
      return positions;
    }

    /** The values at {@link #positions()}; overwritten by the next read. */
    public float[] values() {
      return values;
    }
  }

  private int code(long value) {
    return codes[(int) (value >> 2)] >> 2 * (int) (value & 3) & 3;
  }

  private int highs(int chunk) {
    int highs = 0;
    for (long i = layout.keptBefore(chunk); i < layout.keptBefore(chunk + 1); i++) {
      highs += code(i) & TwoBitQuantizer.HIGH;
    }
    return highs;
  }

  private static void requireSize(String tensor, long actual, long expected)
      throws PayloadException {
    if (actual != expected) {
      throw PayloadException.malformed(
          tensor + " has " + actual + " bytes where the model's schema demands " + expected);
    }
  }

  private static long[] checkedIndices(ChunkLayout layout, BitReader reader, float[] scales)
      throws PayloadException {
    if (reader.limit() < 8 * layout.minimumIndexBytes()
        || reader.limit() > 8 * layout.maximumIndexBytes()) {
      throw PayloadException.malformed(
          "indices has "
              + reader.limit() / 8
              + " bytes where the model's schema allows "
              + layout.minimumIndexBytes()
              + " to "
              + layout.maximumIndexBytes());
    }
    long[] starts = new long[layout.chunks()];
    int[] positions = new int[ChunkLayout.CHUNK];
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      starts[chunk] = reader.position();
      if (!RiceCode.read(reader, layout.length(chunk), layout.kept(chunk), positions)) {
        throw PayloadException.malformed("indices leave chunk " + chunk + " or end inside it");
      }
      if (scales[chunk] == 0 && positions[layout.kept(chunk) - 1] != layout.kept(chunk) - 1) {
        throw PayloadException.malformed(
            "chunk " + chunk + " has no scale, yet lists other positions than its first");
      }
    }
    long left = reader.limit() - reader.position();
    if (left >= 8 || reader.bits((int) left) != 0) {
      throw PayloadException.malformed("indices go on after the last chunk");
    }
    return starts;
  }

  private static float[] checkedScales(ChunkLayout layout, EncodedGradient encoded)
      throws PayloadException {
    ByteBuffer maxima = encoded.tensorScales().buffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer codes = encoded.chunkScales().buffer();
    float[] scales = new float[layout.chunks()];
    int chunk = 0;
    for (int tensor = 0; tensor < layout.tensors(); tensor++) {
      float maximum = checkedMaximum(tensor, maxima.getFloat(tensor * Float.BYTES));
      boolean attained = maximum == 0;
      for (; chunk < scales.length && layout.tensor(chunk) == tensor; chunk++) {
        int code = Byte.toUnsignedInt(codes.get(chunk));
        scales[chunk] = ScaleCode.scale(maximum, code);
        attained |= code == 0;
        if (scales[chunk] == 0 && code != ScaleCode.ZERO) {
          throw PayloadException.malformed("chunk " + chunk + " writes the scale zero as " + code);
        }
      }
      if (!attained) {
        throw PayloadException.malformed(
            "no chunk of tensor " + tensor + " attains its scale " + maximum);
      }
    }
    return scales;
  }

  private static float checkedMaximum(int tensor, float maximum) throws PayloadException {
    boolean negative = Float.floatToRawIntBits(maximum) < 0;
    if (negative || !(maximum <= GradientCodec.MAXIMUM_SCALE)) {
      throw PayloadException.outOfBounds(
          "the scale of tensor "
              + tensor
              + " is "
              + maximum
              + ", outside 0.."
              + (int) GradientCodec.MAXIMUM_SCALE);
    }
    return maximum;
  }

  /** Bits that mean nothing must be zero, so that no gradient has two forms. */
  private void requireCanonicalCodes() throws PayloadException {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      if (scales[chunk] == 0) {
        for (long i = layout.keptBefore(chunk); i < layout.keptBefore(chunk + 1); i++) {
          requireZero(i);
        }
      }
    }
    for (long i = layout.kept(); i < 4L * codes.length; i++) {
      requireZero(i);
    }
  }

  private void requireZero(long value) throws PayloadException {
    if (code(value) != 0) {
      throw PayloadException.malformed("codes has bits set where no value is");
    }
  }
}

package io.vramhub.protocol.payload;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.numerics.sparse.BitWriter;
import io.vramhub.numerics.sparse.RiceCode;
import io.vramhub.numerics.sparse.ScaleCode;
import io.vramhub.numerics.sparse.TopK;
import io.vramhub.numerics.sparse.TwoBitQuantizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * {@code topk-q2/1} of protocol section 4: keeps the largest magnitudes of each chunk, quantises
 * them to two bits under the chunk's scale, and leaves what the decoder will not see in the
 * residual (error feedback; Seide et al., 2014, Karimireddy et al., 2019).
 *
 * <p>Every gradient has exactly one form: a tensor's scale is its largest chunk scale, and a chunk
 * whose scale is zero lists its first positions. So equal gradients are equal bytes, and a copy is
 * found by comparing them.
 *
 * <p>Decoders depend only on {@link SparseGradient}; how the scales are fitted is the encoder's
 * affair, and this encoder gives the same bytes on every machine. Immutable and thread-safe.
 */
public final class GradientCodec {
  /** The name of this codec in the network's parameters and in headers. */
  public static final String TOPK_Q2 = "topk-q2/1";

  /** No scale is larger; a value beyond it is sent in parts over several windows. */
  public static final float MAXIMUM_SCALE = 1024;

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final NetworkParameters.Model model;
  private final ChunkLayout layout;

  private GradientCodec(NetworkParameters.Model model) {
    this.model = model;
    this.layout = ChunkLayout.of(model);
  }

  /** Throws {@code CONFIG_INVALID} if the network names a codec this version does not know. */
  public static GradientCodec of(NetworkParameters.Model model) {
    if (!model.codec().equals(TOPK_Q2)) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "the network's codec '"
              + model.codec()
              + "' is unknown to this version, which speaks '"
              + TOPK_Q2
              + "': set model.codec, or update");
    }
    return new GradientCodec(model);
  }

  /**
   * Encodes the residual and takes off what was encoded: {@code residual + decoded} is what came
   * in, exactly where the sent magnitude is within a factor of two of the value (Sterbenz), else to
   * one rounding of f32.
   *
   * @param residual the flat residual, little-endian f32; left alone when the call throws
   * @throws HubException {@code DEVICE} if a value is not finite: the training diverged
   */
  public EncodedGradient encode(MemorySegment residual) {
    requireSize(residual);
    Selection selection = select(residual);
    BitWriter indices = new BitWriter((int) layout.maximumIndexBytes());
    byte[] codes = new byte[Math.toIntExact(layout.codeBytes())];
    byte[] chunkScales = new byte[layout.chunks()];
    int[] positions = new int[ChunkLayout.CHUNK];
    int[] firstPositions = IntStream.range(0, ChunkLayout.CHUNK).toArray();
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      int length = layout.length(chunk);
      int kept = layout.kept(chunk);
      float maximum = selection.largestFits[layout.tensor(chunk)];
      int scaleCode = ScaleCode.nearest(selection.fits[chunk], maximum);
      float scale = ScaleCode.scale(maximum, scaleCode);
      if (scale > 0) {
        chunkScales[chunk] = (byte) scaleCode;
        System.arraycopy(selection.positions, (int) layout.keptBefore(chunk), positions, 0, kept);
        RiceCode.write(indices, positions, length, kept);
        quantise(residual, chunk, selection, scale, codes);
      } else {
        chunkScales[chunk] = (byte) ScaleCode.ZERO;
        RiceCode.write(indices, firstPositions, length, kept);
      }
    }
    return new EncodedGradient(
        new Bytes(indices.toByteArray()),
        new Bytes(codes),
        new Bytes(chunkScales),
        new Bytes(littleEndian(selection.largestFits)));
  }

  /** The gradient a decoder sees; throws if the peer's bytes are not in codec form. */
  public SparseGradient decode(EncodedGradient encoded) throws PayloadException {
    return SparseGradient.of(layout, encoded);
  }

  /** The network's model this codec works for. */
  public NetworkParameters.Model model() {
    return model;
  }

  ChunkLayout layout() {
    return layout;
  }

  /** What is kept of all chunks, one after the other. */
  private record Selection(int[] positions, float[] values, double[] fits, float[] largestFits) {}

  /** Selects in every chunk before anything is changed, since a bad value may come last. */
  private Selection select(MemorySegment residual) {
    int all = Math.toIntExact(layout.kept());
    Selection selection =
        new Selection(
            new int[all], new float[all], new double[layout.chunks()], new float[layout.tensors()]);
    TopK topk = new TopK(ChunkLayout.CHUNK);
    int[] positions = new int[ChunkLayout.CHUNK];
    float[] values = new float[ChunkLayout.CHUNK];
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      long first = layout.first(chunk);
      int kept = layout.kept(chunk);
      try {
        topk.select(residual, first, layout.length(chunk), kept, positions);
      } catch (ArithmeticException e) {
        throw diverged(e);
      }
      for (int i = 0; i < kept; i++) {
        values[i] = residual.get(F32, (first + positions[i]) * Float.BYTES);
      }
      double fit = Math.min(MAXIMUM_SCALE, TwoBitQuantizer.fit(values, kept));
      int tensor = layout.tensor(chunk);
      selection.fits[chunk] = fit;
      selection.largestFits[tensor] = Math.max(selection.largestFits[tensor], (float) fit);
      int from = (int) layout.keptBefore(chunk);
      System.arraycopy(positions, 0, selection.positions, from, kept);
      System.arraycopy(values, 0, selection.values, from, kept);
    }
    return selection;
  }

  private void quantise(
      MemorySegment residual, int chunk, Selection selection, float scale, byte[] codes) {
    long first = layout.first(chunk);
    int from = (int) layout.keptBefore(chunk);
    for (int i = from; i < from + layout.kept(chunk); i++) {
      float value = selection.values[i];
      int code = TwoBitQuantizer.code(value, scale);
      codes[i >> 2] |= (byte) (code << 2 * (i & 3));
      long offset = (first + selection.positions[i]) * Float.BYTES;
      residual.set(F32, offset, value - TwoBitQuantizer.value(code, scale));
    }
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static HubException diverged(ArithmeticException cause) {
    return new HubException(
        ErrorCode.DEVICE,
        "the pseudo-gradient cannot be sent: "
            + cause.getMessage()
            + ". The training diverged; lower the learning rate or restart from the checkpoint",
        cause);
  }

  private void requireSize(MemorySegment residual) {
    if (residual.byteSize() != layout.parameters() * Float.BYTES) {
      throw new IllegalArgumentException(
          "the residual has "
              + residual.byteSize()
              + " bytes, the model "
              + layout.parameters()
              + " f32 parameters");
    }
  }
}

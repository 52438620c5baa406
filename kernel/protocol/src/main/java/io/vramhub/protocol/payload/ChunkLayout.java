package io.vramhub.protocol.payload;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.numerics.sparse.RiceCode;
import java.util.List;

/**
 * How the codec cuts a model (protocol section 4): each tensor on its own into chunks of {@value
 * #CHUNK}, its last chunk shorter if need be. A chunk keeps {@code min(topk, its length)} values,
 * so that small tensors (norms) are sent whole or nearly so. Immutable.
 */
public final class ChunkLayout {
  /** Values in a chunk, unless its tensor ends first. */
  public static final int CHUNK = 4096;

  private final int topk;
  private final long parameters;
  private final int tensors;
  private final int[] tensorOfChunk;
  private final long[] firstOfChunk;
  private final int[] lengthOfChunk;
  private final long[] keptBefore;

  private ChunkLayout(ModelSpec spec, int topk) {
    List<TensorSpec> specs = spec.tensors();
    int chunks =
        specs.stream()
            .mapToInt(tensor -> Math.ceilDiv(tensor.elements(), CHUNK))
            .reduce(0, Math::addExact);
    this.topk = topk;
    this.tensors = specs.size();
    this.tensorOfChunk = new int[chunks];
    this.firstOfChunk = new long[chunks];
    this.lengthOfChunk = new int[chunks];
    this.keptBefore = new long[chunks + 1];
    long first = 0;
    int chunk = 0;
    for (int tensor = 0; tensor < tensors; tensor++) {
      int left = specs.get(tensor).elements();
      for (; left > 0; chunk++) {
        int length = Math.min(left, CHUNK);
        tensorOfChunk[chunk] = tensor;
        firstOfChunk[chunk] = first;
        lengthOfChunk[chunk] = length;
        keptBefore[chunk + 1] = keptBefore[chunk] + Math.min(topk, length);
        first += length;
        left -= length;
      }
    }
    this.parameters = first;
  }

  public static ChunkLayout of(NetworkParameters.Model model) {
    return new ChunkLayout(model.spec(), model.topk());
  }

  /** Number of f32 parameters. */
  public long parameters() {
    return parameters;
  }

  public int tensors() {
    return tensors;
  }

  public int chunks() {
    return lengthOfChunk.length;
  }

  /** The tensor a chunk belongs to. */
  public int tensor(int chunk) {
    return tensorOfChunk[chunk];
  }

  /** Index of the chunk's first value in the flat parameters. */
  public long first(int chunk) {
    return firstOfChunk[chunk];
  }

  public int length(int chunk) {
    return lengthOfChunk[chunk];
  }

  /** Values the chunk keeps. */
  public int kept(int chunk) {
    return Math.min(topk, lengthOfChunk[chunk]);
  }

  /** Values kept by all chunks before this one; also answers for the number of chunks. */
  public long keptBefore(int chunk) {
    return keptBefore[chunk];
  }

  /** Values kept by all chunks. */
  public long kept() {
    return keptBefore[chunks()];
  }

  /** Bytes of the packed two-bit codes. */
  long codeBytes() {
    return (kept() + 3) / 4;
  }

  /** The fewest bytes the coded positions take. */
  long minimumIndexBytes() {
    long bits = 0;
    for (int chunk = 0; chunk < chunks(); chunk++) {
      bits += RiceCode.minimumBits(length(chunk), kept(chunk));
    }
    return (bits + 7) / 8;
  }

  /** The most bytes the coded positions take. */
  long maximumIndexBytes() {
    long bits = 0;
    for (int chunk = 0; chunk < chunks(); chunk++) {
      bits += RiceCode.maximumBits(length(chunk), kept(chunk));
    }
    return (bits + 7) / 8;
  }
}

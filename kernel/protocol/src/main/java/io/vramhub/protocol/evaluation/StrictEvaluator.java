package io.vramhub.protocol.evaluation;

import static io.vramhub.protocol.evaluation.ParameterLayout.FLOAT;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.numerics.FusedMultiplyAdd;
import io.vramhub.numerics.PackedMatrix;
import io.vramhub.numerics.StrictExp;
import io.vramhub.numerics.StrictProduct;
import io.vramhub.numerics.StrictReduction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The strict evaluator {@code strict-f32/1} (protocol section 9): the loss of {@link
 * ReferenceEvaluator}, on every bit, at the speed of the CPU.
 *
 * <p>A batch runs as one block of {@code sequences * (length - 1)} rows. Each stage of a layer is
 * split into parts that touch only their own rows or heads, and every number is accumulated inside
 * one part in its defined order; neither threads nor vector width can change a bit.
 *
 * <p>Buffers grow to the largest batch seen and are kept until the evaluator is garbage. One caller
 * computes at a time, others wait. Interrupts are kept for the caller to see afterwards.
 */
public final class StrictEvaluator implements AutoCloseable {
  /** The name that reports and network parameters carry. */
  public static final String NAME = "strict-f32/1";

  /** Rows of one part; a multiple of the product kernel's rows that keeps them in the L2 cache. */
  private static final int PART_ROWS = 16 * StrictProduct.ROWS;

  private final ModelSpec spec;
  private final ParameterLayout layout;
  private final RotaryTable rotary;
  private final WorkerTeam team;
  private final List<Scratch> scratches;

  private final int keyValueWidth;
  private final int queryStride;
  private final int keyValueStride;

  private final PackedMatrix query = new PackedMatrix();
  private final PackedMatrix key = new PackedMatrix();
  private final PackedMatrix value = new PackedMatrix();
  private final PackedMatrix output = new PackedMatrix();
  private final PackedMatrix gate = new PackedMatrix();
  private final PackedMatrix up = new PackedMatrix();
  private final PackedMatrix down = new PackedMatrix();
  private final PackedMatrix head = new PackedMatrix();
  private final float[] normWeight;

  private float[] x = {};
  private float[] queries = {};
  private float[] keys = {};
  private float[] values = {};
  private float[] mixed = {};
  private double[] nats = {};

  /**
   * Prepares an evaluator for one model. {@code NOT_SUPPORTED}: this CPU or JVM lacks fused
   * multiply-add.
   *
   * @param threads how many threads compute, the caller's included
   */
  public StrictEvaluator(ModelSpec spec, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("an evaluator needs a thread, not " + threads);
    }
    FusedMultiplyAdd.problem()
        .ifPresent(
            problem -> {
              throw new HubException(ErrorCode.NOT_SUPPORTED, problem);
            });
    this.spec = spec;
    layout = new ParameterLayout(spec);
    rotary = new RotaryTable(spec);
    keyValueWidth = spec.keyValueHeads() * spec.headSize();
    queryStride = PackedMatrix.padded(spec.width());
    keyValueStride = PackedMatrix.padded(keyValueWidth);
    normWeight = new float[spec.width()];
    team = new WorkerTeam(threads);
    scratches = Stream.generate(() -> new Scratch(spec)).limit(threads).toList();
  }

  /** The model it evaluates. */
  public ModelSpec spec() {
    return spec;
  }

  /** Scratch memory of one worker. */
  private static final class Scratch {
    final PackedMatrix packedKeys = new PackedMatrix();
    final PackedMatrix packedValues = new PackedMatrix();
    final float[] scores;
    final float[] attended;
    final float[] normed;
    final float[] gate;
    final float[] up;
    final float[] change;
    final float[] weightRow;
    final float[] maxima = new float[PART_ROWS];
    final float[] targets = new float[PART_ROWS];
    final double[] sums = new double[PART_ROWS];
    float[] logits = {};

    Scratch(ModelSpec spec) {
      scores = new float[StrictProduct.ROWS * PackedMatrix.padded(spec.context())];
      attended = new float[StrictProduct.ROWS * PackedMatrix.padded(spec.headSize())];
      normed = new float[PART_ROWS * spec.width()];
      gate = new float[PART_ROWS * PackedMatrix.padded(spec.feedForward())];
      up = new float[gate.length];
      change = new float[PART_ROWS * PackedMatrix.padded(spec.width())];
      weightRow = new float[Math.max(spec.width(), spec.feedForward())];
    }
  }

  /**
   * Mean cross-entropy over all predictions of the batch, in nano-nats per predicted token; empty
   * if it is not finite. {@code DATASET_INVALID}: a token lies outside the vocabulary.
   *
   * @param parameters the model's flat little-endian f32 parameters, readable from every thread
   */
  public synchronized OptionalLong lossNanoNats(MemorySegment parameters, TokenBatch batch) {
    layout.check(parameters, batch);
    int length = batch.length() - 1;
    int rows = Math.multiplyExact(batch.sequences(), length);
    reserve(rows);
    embed(parameters, batch, length);
    int parts = Math.ceilDiv(rows, PART_ROWS);
    for (int number = 0; number < spec.layers(); number++) {
      ParameterLayout.Layer layer = layout.layer(number);
      pack(parameters, layer);
      loadNormWeight(parameters, layer.attentionNorm());
      team.run(parts, (part, worker) -> project(part, rows, length, scratches.get(worker)));
      team.run(
          batch.sequences() * spec.keyValueHeads(),
          (part, worker) ->
              attend(
                  part / spec.keyValueHeads(),
                  part % spec.keyValueHeads(),
                  length,
                  scratches.get(worker)));
      loadNormWeight(parameters, layer.feedForwardNorm());
      team.run(parts, (part, worker) -> feedForward(part, rows, scratches.get(worker)));
    }
    head.reshape(spec.vocabulary(), spec.width());
    packAll(parameters, List.of(head), layout.head());
    loadNormWeight(parameters, layout.finalNorm());
    team.run(parts, (part, worker) -> predict(part, rows, batch, scratches.get(worker)));
    double total = 0;
    for (int row = 0; row < rows; row++) {
      total += nats[row];
    }
    return CrossEntropy.meanNanoNats(total, rows);
  }

  @Override
  public void close() {
    team.close();
  }

  private void reserve(int rows) {
    if (nats.length >= rows) {
      return;
    }
    x = new float[Math.multiplyExact(rows, spec.width())];
    queries = new float[Math.multiplyExact(rows, queryStride)];
    keys = new float[Math.multiplyExact(rows, keyValueStride)];
    values = new float[keys.length];
    mixed = new float[x.length];
    nats = new double[rows];
  }

  private void embed(MemorySegment parameters, TokenBatch batch, int length) {
    int width = spec.width();
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      for (int position = 0; position < length; position++) {
        int token = batch.tokens()[sequence * batch.length() + position];
        long from = layout.embedding() + (long) token * width * Float.BYTES;
        MemorySegment.copy(
            parameters, FLOAT, from, x, (sequence * length + position) * width, width);
      }
    }
  }

  private void loadNormWeight(MemorySegment parameters, long offset) {
    MemorySegment.copy(parameters, FLOAT, offset, normWeight, 0, spec.width());
  }

  private void pack(MemorySegment parameters, ParameterLayout.Layer layer) {
    query.reshape(spec.width(), spec.width());
    key.reshape(keyValueWidth, spec.width());
    value.reshape(keyValueWidth, spec.width());
    output.reshape(spec.width(), spec.width());
    gate.reshape(spec.feedForward(), spec.width());
    up.reshape(spec.feedForward(), spec.width());
    down.reshape(spec.width(), spec.feedForward());
    packAll(
        parameters,
        List.of(query, key, value, output, gate, up, down),
        layer.query(),
        layer.key(),
        layer.value(),
        layer.output(),
        layer.gate(),
        layer.up(),
        layer.down());
  }

  private void packAll(MemorySegment parameters, List<PackedMatrix> matrices, long... offsets) {
    int[] ends = new int[matrices.size()];
    int panels = 0;
    for (int i = 0; i < ends.length; i++) {
      panels += matrices.get(i).panels();
      ends[i] = panels;
    }
    team.run(
        panels,
        (part, worker) -> {
          int i =
              IntStream.range(0, ends.length).filter(m -> part < ends[m]).findFirst().orElseThrow();
          PackedMatrix matrix = matrices.get(i);
          int panel = part - ends[i] + matrix.panels();
          matrix.packRows(parameters, offsets[i], panel, scratches.get(worker).weightRow);
        });
  }

  /** First third of a layer: norm, the three projections, rotation. */
  private void project(int part, int rows, int length, Scratch scratch) {
    int width = spec.width();
    int first = part * PART_ROWS;
    int count = Math.min(PART_ROWS, rows - first);
    norm(first, count, scratch);
    multiply(scratch.normed, count, query, queries, first * queryStride, queryStride);
    multiply(scratch.normed, count, key, keys, first * keyValueStride, keyValueStride);
    multiply(scratch.normed, count, value, values, first * keyValueStride, keyValueStride);
    for (int row = first; row < first + count; row++) {
      int position = row % length;
      for (int offset = 0; offset < width; offset += spec.headSize()) {
        rotary.rotate(queries, row * queryStride + offset, position);
      }
      for (int offset = 0; offset < keyValueWidth; offset += spec.headSize()) {
        rotary.rotate(keys, row * keyValueStride + offset, position);
      }
    }
  }

  /** Second third: causal attention of the heads that share one key/value head. */
  private void attend(int sequence, int keyValueHead, int length, Scratch scratch) {
    int size = spec.headSize();
    int first = sequence * length;
    int shared = first * keyValueStride + keyValueHead * size;
    PackedMatrix packedKeys = scratch.packedKeys;
    PackedMatrix packedValues = scratch.packedValues;
    packedKeys.reshape(length, size);
    packedKeys.packRows(keys, shared, keyValueStride);
    packedValues.reshape(size, length);
    packedValues.packColumns(values, shared, keyValueStride);
    int group = spec.heads() / spec.keyValueHeads();
    for (int own = keyValueHead * group; own < (keyValueHead + 1) * group; own++) {
      for (int position = 0; position < length; position += StrictProduct.ROWS) {
        int count = Math.min(StrictProduct.ROWS, length - position);
        weigh(first, position, count, own * size, scratch);
        mix(first, position, count, own * size, scratch);
      }
    }
  }

  /** Weights of a few queries over the positions each may see, not yet normalized. */
  private void weigh(int first, int position, int count, int component, Scratch scratch) {
    float[] scores = scratch.scores;
    int stride = PackedMatrix.padded(scratch.packedKeys.columns());
    StrictProduct.multiply(
        queries,
        (first + position) * queryStride + component,
        queryStride,
        count,
        scratch.packedKeys,
        position + count,
        scores,
        0,
        stride);
    float scale = (float) (1 / Math.sqrt(spec.headSize()));
    for (int i = 0; i < count; i++) {
      int visible = position + i + 1;
      scale(scores, i * stride, visible, scale);
      float max = StrictReduction.max(scores, i * stride, visible);
      StrictExp.expOfDifference(scores, i * stride, visible, max);
    }
  }

  /** The values of those positions, mixed by the weights. */
  private void mix(int first, int position, int count, int component, Scratch scratch) {
    int size = spec.headSize();
    int common = position + 1;
    float[] scores = scratch.scores;
    int stride = PackedMatrix.padded(scratch.packedKeys.columns());
    int attendedStride = PackedMatrix.padded(size);
    StrictReduction.sums(scores, 0, stride, count, common, scratch.sums);
    StrictProduct.multiplyCausal(
        scores,
        0,
        stride,
        count,
        common,
        scratch.packedValues,
        scratch.attended,
        0,
        attendedStride);
    for (int i = 0; i < count; i++) {
      double sum = StrictReduction.sum(scratch.sums[i], scores, i * stride + common, i);
      scale(scratch.attended, i * attendedStride, size, (float) (1 / sum));
      System.arraycopy(
          scratch.attended,
          i * attendedStride,
          mixed,
          (first + position + i) * spec.width() + component,
          size);
    }
  }

  private static void scale(float[] values, int offset, int count, float factor) {
    for (int i = 0; i < count; i++) {
      values[offset + i] *= factor;
    }
  }

  /** Last third: output projection, norm, SwiGLU. */
  private void feedForward(int part, int rows, Scratch scratch) {
    int width = spec.width();
    int first = part * PART_ROWS;
    int count = Math.min(PART_ROWS, rows - first);
    int stride = PackedMatrix.padded(spec.feedForward());
    StrictProduct.multiply(
        mixed, first * width, width, count, output, width, scratch.change, 0, queryStride);
    add(first, count, scratch.change);
    norm(first, count, scratch);
    multiply(scratch.normed, count, gate, scratch.gate, 0, stride);
    multiply(scratch.normed, count, up, scratch.up, 0, stride);
    for (int row = 0; row < count; row++) {
      StrictExp.swishGate(scratch.gate, scratch.up, row * stride, spec.feedForward());
    }
    StrictProduct.multiply(
        scratch.gate, 0, stride, count, down, width, scratch.change, 0, queryStride);
    add(first, count, scratch.change);
  }

  /** Final norm, logits and the nats of each prediction. */
  private void predict(int part, int rows, TokenBatch batch, Scratch scratch) {
    int first = part * PART_ROWS;
    int count = Math.min(PART_ROWS, rows - first);
    int stride = PackedMatrix.padded(spec.vocabulary());
    if (scratch.logits.length < count * stride) {
      scratch.logits = new float[count * stride];
    }
    float[] logits = scratch.logits;
    norm(first, count, scratch);
    multiply(scratch.normed, count, head, logits, 0, stride);
    int length = batch.length() - 1;
    for (int i = 0; i < count; i++) {
      int row = first + i;
      int token = batch.tokens()[row / length * batch.length() + row % length + 1];
      scratch.targets[i] = logits[i * stride + token];
      scratch.maxima[i] = StrictReduction.max(logits, i * stride, spec.vocabulary());
      StrictExp.expOfDifference(logits, i * stride, spec.vocabulary(), scratch.maxima[i]);
    }
    StrictReduction.sums(logits, 0, stride, count, spec.vocabulary(), scratch.sums);
    for (int i = 0; i < count; i++) {
      nats[first + i] = CrossEntropy.nats(scratch.maxima[i], scratch.sums[i], scratch.targets[i]);
    }
  }

  private void norm(int first, int count, Scratch scratch) {
    int width = spec.width();
    double epsilon = spec.normEpsilonNanos() / 1_000_000_000.0;
    StrictReduction.sumsOfSquares(x, first * width, width, count, width, scratch.sums);
    for (int row = 0; row < count; row++) {
      float scale = (float) (1 / Math.sqrt(scratch.sums[row] / width + epsilon));
      int from = (first + row) * width;
      int to = row * width;
      for (int i = 0; i < width; i++) {
        scratch.normed[to + i] = x[from + i] * scale * normWeight[i];
      }
    }
  }

  private void multiply(float[] a, int rows, PackedMatrix b, float[] c, int cOffset, int cStride) {
    StrictProduct.multiply(a, 0, b.depth(), rows, b, b.columns(), c, cOffset, cStride);
  }

  private void add(int first, int count, float[] change) {
    int width = spec.width();
    for (int row = 0; row < count; row++) {
      int to = (first + row) * width;
      int from = row * queryStride;
      for (int i = 0; i < width; i++) {
        x[to + i] += change[from + i];
      }
    }
  }
}

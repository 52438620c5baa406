package io.vramhub.protocol.evaluation;

import static io.vramhub.protocol.evaluation.ParameterLayout.FLOAT;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.numerics.StrictExp;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * The definition of {@code strict-f32/1} (protocol section 9): the Llama forward pass, one scalar
 * operation after the other. {@link StrictEvaluator} must equal it on every bit; nobody waits for
 * this one.
 *
 * <p>All values are f32 and every operation rounds to f32, except where a comment says binary64.
 * Stateless but for the tables of its model; any number of threads may share one.
 */
public final class ReferenceEvaluator {
  private final ModelSpec spec;
  private final ParameterLayout layout;
  private final RotaryTable rotary;

  public ReferenceEvaluator(ModelSpec spec) {
    this.spec = spec;
    this.layout = new ParameterLayout(spec);
    this.rotary = new RotaryTable(spec);
  }

  /**
   * Mean cross-entropy over all predictions of the batch, in nano-nats per predicted token; empty
   * if it is not finite.
   *
   * @param parameters the model's flat little-endian f32 parameters
   */
  public OptionalLong lossNanoNats(MemorySegment parameters, TokenBatch batch) {
    layout.check(parameters, batch);
    int predictions = batch.length() - 1;
    double total = 0; // binary64, over sequences and positions in order
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      int first = sequence * batch.length();
      float[][] logits = logits(parameters, batch.tokens(), first, predictions);
      for (int position = 0; position < predictions; position++) {
        total += nats(logits[position], batch.tokens()[first + position + 1]);
      }
    }
    return CrossEntropy.meanNanoNats(total, batch.sequences() * predictions);
  }

  private float[][] logits(MemorySegment parameters, int[] tokens, int first, int length) {
    int width = spec.width();
    int keyValueWidth = spec.keyValueHeads() * spec.headSize();
    float[][] x = new float[length][];
    for (int position = 0; position < length; position++) {
      x[position] =
          tensor(parameters, layout.embedding() + row(tokens[first + position], width), width);
    }
    for (int number = 0; number < spec.layers(); number++) {
      ParameterLayout.Layer layer = layout.layer(number);

      float[][] normed = norm(x, parameters, layer.attentionNorm());
      float[][] queries = product(normed, parameters, layer.query(), width);
      float[][] keys = product(normed, parameters, layer.key(), keyValueWidth);
      float[][] values = product(normed, parameters, layer.value(), keyValueWidth);
      float[][] mixed = attention(rotate(queries), rotate(keys), values);
      add(x, product(mixed, parameters, layer.output(), width));

      normed = norm(x, parameters, layer.feedForwardNorm());
      float[][] gate = product(normed, parameters, layer.gate(), spec.feedForward());
      float[][] up = product(normed, parameters, layer.up(), spec.feedForward());
      add(x, product(swishGate(gate, up), parameters, layer.down(), width));
    }
    return product(
        norm(x, parameters, layout.finalNorm()), parameters, layout.head(), spec.vocabulary());
  }

  /** RMSNorm: the mean square in binary64, over ascending index. */
  private float[][] norm(float[][] x, MemorySegment parameters, long weightOffset) {
    float[] weight = tensor(parameters, weightOffset, spec.width());
    float[][] normed = new float[x.length][spec.width()];
    for (int position = 0; position < x.length; position++) {
      double sum = 0;
      for (float value : x[position]) {
        sum += (double) value * (double) value;
      }
      float scale =
          (float) (1 / Math.sqrt(sum / spec.width() + spec.normEpsilonNanos() / 1_000_000_000.0));
      for (int i = 0; i < spec.width(); i++) {
        normed[position][i] = x[position][i] * scale * weight[i];
      }
    }
    return normed;
  }

  /** {@code a * weight^T}; every output accumulates by {@code fma} from +0 over ascending index. */
  private static float[][] product(
      float[][] a, MemorySegment parameters, long weightOffset, int outputs) {
    int depth = a[0].length;
    float[] weight = tensor(parameters, weightOffset, outputs * depth);
    float[][] product = new float[a.length][outputs];
    for (int position = 0; position < a.length; position++) {
      for (int output = 0; output < outputs; output++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(a[position][k], weight[output * depth + k], sum);
        }
        product[position][output] = sum;
      }
    }
    return product;
  }

  private float[][] rotate(float[][] heads) {
    for (int position = 0; position < heads.length; position++) {
      for (int offset = 0; offset < heads[position].length; offset += spec.headSize()) {
        rotary.rotate(heads[position], offset, position);
      }
    }
    return heads;
  }

  /** Causal softmax attention; a key/value head serves {@code heads / keyValueHeads} queries. */
  private float[][] attention(float[][] queries, float[][] keys, float[][] values) {
    int size = spec.headSize();
    float scale = (float) (1 / Math.sqrt(size));
    float[][] mixed = new float[queries.length][spec.width()];
    for (int head = 0; head < spec.heads(); head++) {
      int own = head * size;
      int shared = head / (spec.heads() / spec.keyValueHeads()) * size;
      for (int position = 0; position < queries.length; position++) {
        float[] weights = new float[position + 1];
        float max = Float.NEGATIVE_INFINITY;
        for (int earlier = 0; earlier <= position; earlier++) {
          float sum = 0;
          for (int i = 0; i < size; i++) {
            sum = Math.fma(queries[position][own + i], keys[earlier][shared + i], sum);
          }
          weights[earlier] = sum * scale;
          max = Math.max(max, weights[earlier]);
        }
        double sum = 0; // binary64
        for (int earlier = 0; earlier <= position; earlier++) {
          weights[earlier] = StrictExp.exp(weights[earlier] - max);
          sum += weights[earlier];
        }
        float normalizer = (float) (1 / sum);
        for (int i = 0; i < size; i++) {
          float value = 0;
          for (int earlier = 0; earlier <= position; earlier++) {
            value = Math.fma(weights[earlier], values[earlier][shared + i], value);
          }
          mixed[position][own + i] = value * normalizer;
        }
      }
    }
    return mixed;
  }

  private static float[][] swishGate(float[][] gate, float[][] up) {
    for (int position = 0; position < gate.length; position++) {
      for (int i = 0; i < gate[position].length; i++) {
        float g = gate[position][i];
        gate[position][i] = g / (StrictExp.exp(-g) + 1) * up[position][i];
      }
    }
    return gate;
  }

  private static void add(float[][] x, float[][] change) {
    for (int position = 0; position < x.length; position++) {
      for (int i = 0; i < x[position].length; i++) {
        x[position][i] += change[position][i];
      }
    }
  }

  private static double nats(float[] logits, int target) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0; // binary64
    for (float logit : logits) {
      sum += StrictExp.exp(logit - max);
    }
    return CrossEntropy.nats(max, sum, logits[target]);
  }

  private static float[] tensor(MemorySegment parameters, long offset, int elements) {
    float[] tensor = new float[elements];
    MemorySegment.copy(parameters, FLOAT, offset, tensor, 0, elements);
    return tensor;
  }

  private static long row(int number, int width) {
    return (long) number * width * Float.BYTES;
  }
}

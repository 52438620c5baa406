package ${package};

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The network's model and its derivative, one sequence at a time. Matrices are arrays of rows, a
 * row a position; every {@code ...Back} adds the derivatives of its forward twin.
 */
final class Decoder {
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String FINAL_NORM = "model.norm.weight";

  private final ModelSpec model;
  private final float[] parameters;
  private final float[] gradient;
  private final Map<String, Integer> offsets = new HashMap<>();
  private final double epsilon;
  private final int keyValueWidth;
  private final String head;

  /**
   * @param parameters all of the model's, one tensor after the other; read at each call
   * @param gradient of the same size; overwritten by {@code differentiate}
   */
  Decoder(ModelSpec model, float[] parameters, float[] gradient) {
    this.model = model;
    this.parameters = parameters;
    this.gradient = gradient;
    int offset = 0;
    for (TensorSpec tensor : model.tensors()) {
      offsets.put(tensor.name(), offset);
      offset += tensor.elements();
    }
    epsilon = model.normEpsilonNanos() / 1e9;
    keyValueWidth = model.keyValueHeads() * model.headSize();
    head = model.tiedHead() ? EMBEDDING : HEAD;
  }

  /** What the backward pass needs of one layer's forward pass. */
  private record Layer(
      float[][] input,
      float[][] normed,
      float[][] queries,
      float[][] keys,
      float[][] values,
      float[][][] attention,
      float[][] mixed,
      float[][] middle,
      float[][] middleNormed,
      float[][] gate,
      float[][] up,
      float[][] activated,
      float[][] output) {}

  /** Mean loss over the batch, in nats per prediction. */
  double loss(TokenBatch batch) {
    double nats = 0;
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      int[] tokens = tokens(batch, sequence);
      Layer[] layers = forward(tokens);
      nats += nats(logits(last(layers, tokens)), tokens);
    }
    return nats / predictions(batch);
  }

  /** The same, and leaves its derivative by every parameter in the gradient. */
  double differentiate(TokenBatch batch) {
    Arrays.fill(gradient, 0);
    double nats = 0;
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      int[] tokens = tokens(batch, sequence);
      Layer[] layers = forward(tokens);
      float[][] logits = logits(last(layers, tokens));
      nats += nats(logits, tokens);
      backward(tokens, layers, slopes(logits, tokens, 1f / predictions(batch)));
    }
    return nats / predictions(batch);
  }

  private static int predictions(TokenBatch batch) {
    return batch.sequences() * (batch.length() - 1);
  }

  private static int[] tokens(TokenBatch batch, int sequence) {
    int from = sequence * batch.length();
    return Arrays.copyOfRange(batch.tokens(), from, from + batch.length());
  }

  private static String name(int layer, String tensor) {
    return "model.layers." + layer + "." + tensor + ".weight";
  }

  private float[][] last(Layer[] layers, int[] tokens) {
    return layers.length == 0 ? embedded(tokens) : layers[layers.length - 1].output();
  }

  private float[][] embedded(int[] tokens) {
    float[][] rows = new float[tokens.length - 1][];
    for (int position = 0; position < rows.length; position++) {
      int from = offsets.get(EMBEDDING) + tokens[position] * model.width();
      rows[position] = Arrays.copyOfRange(parameters, from, from + model.width());
    }
    return rows;
  }

  private Layer[] forward(int[] tokens) {
    Layer[] layers = new Layer[model.layers()];
    float[][] x = embedded(tokens);
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layer(i, x);
      x = layers[i].output();
    }
    return layers;
  }

  private Layer layer(int i, float[][] x) {
    float[][] normed = norm(x, name(i, "input_layernorm"));
    float[][] queries = rotated(product(normed, name(i, "self_attn.q_proj"), model.width()), 1);
    float[][] keys = rotated(product(normed, name(i, "self_attn.k_proj"), keyValueWidth), 1);
    float[][] values = product(normed, name(i, "self_attn.v_proj"), keyValueWidth);
    float[][][] attention = attention(queries, keys);
    float[][] mixed = mixed(attention, values);
    float[][] middle = sum(x, product(mixed, name(i, "self_attn.o_proj"), model.width()));
    float[][] middleNormed = norm(middle, name(i, "post_attention_layernorm"));
    float[][] gate = product(middleNormed, name(i, "mlp.gate_proj"), model.feedForward());
    float[][] up = product(middleNormed, name(i, "mlp.up_proj"), model.feedForward());
    float[][] activated = activated(gate, up);
    float[][] output = sum(middle, product(activated, name(i, "mlp.down_proj"), model.width()));
    return new Layer(
        x,
        normed,
        queries,
        keys,
        values,
        attention,
        mixed,
        middle,
        middleNormed,
        gate,
        up,
        activated,
        output);
  }

  private float[][] logits(float[][] x) {
    return product(norm(x, FINAL_NORM), head, model.vocabulary());
  }

  private static double nats(float[][] logits, int[] tokens) {
    double nats = 0;
    for (int position = 0; position < logits.length; position++) {
      nats -= Math.log(softmax(logits[position])[tokens[position + 1]]);
    }
    return nats;
  }

  private static double[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] shares = new double[logits.length];
    double total = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - max);
      total += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= total;
    }
    return shares;
  }

  /** The derivative of the mean loss by each logit. */
  private static float[][] slopes(float[][] logits, int[] tokens, float weight) {
    float[][] slopes = new float[logits.length][logits[0].length];
    for (int position = 0; position < logits.length; position++) {
      double[] shares = softmax(logits[position]);
      shares[tokens[position + 1]] -= 1;
      for (int i = 0; i < shares.length; i++) {
        slopes[position][i] = (float) shares[i] * weight;
      }
    }
    return slopes;
  }

  private void backward(int[] tokens, Layer[] layers, float[][] byLogits) {
    float[][] x = last(layers, tokens);
    float[][] byX = normBack(x, FINAL_NORM, productBack(norm(x, FINAL_NORM), head, byLogits));
    for (int i = layers.length - 1; i >= 0; i--) {
      byX = layerBack(i, layers[i], byX);
    }
    for (int position = 0; position < byX.length; position++) {
      int at = offsets.get(EMBEDDING) + tokens[position] * model.width();
      for (int column = 0; column < model.width(); column++) {
        gradient[at + column] += byX[position][column];
      }
    }
  }

  private float[][] layerBack(int i, Layer layer, float[][] byOutput) {
    float[][] byActivated = productBack(layer.activated(), name(i, "mlp.down_proj"), byOutput);
    float[][] byGate = gateBack(layer.gate(), layer.up(), byActivated);
    float[][] byUp = upBack(layer.gate(), byActivated);
    float[][] byMiddle =
        sum(
            byOutput,
            normBack(
                layer.middle(),
                name(i, "post_attention_layernorm"),
                sum(
                    productBack(layer.middleNormed(), name(i, "mlp.gate_proj"), byGate),
                    productBack(layer.middleNormed(), name(i, "mlp.up_proj"), byUp))));
    float[][] byMixed = productBack(layer.mixed(), name(i, "self_attn.o_proj"), byMiddle);
    float[][] byQueries = new float[byMixed.length][model.width()];
    float[][] byKeys = new float[byMixed.length][keyValueWidth];
    float[][] byValues = new float[byMixed.length][keyValueWidth];
    attentionBack(layer, byMixed, byQueries, byKeys, byValues);
    float[][] byNormed =
        sum(
            productBack(layer.normed(), name(i, "self_attn.q_proj"), rotated(byQueries, -1)),
            sum(
                productBack(layer.normed(), name(i, "self_attn.k_proj"), rotated(byKeys, -1)),
                productBack(layer.normed(), name(i, "self_attn.v_proj"), byValues)));
    return sum(byMiddle, normBack(layer.input(), name(i, "input_layernorm"), byNormed));
  }

  private static float[][] sum(float[][] one, float[][] other) {
    float[][] sum = new float[one.length][one[0].length];
    for (int row = 0; row < sum.length; row++) {
      for (int i = 0; i < sum[row].length; i++) {
        sum[row][i] = one[row][i] + other[row][i];
      }
    }
    return sum;
  }

  /** {@code a * weight^T}. */
  private float[][] product(float[][] a, String tensor, int outputs) {
    int depth = a[0].length;
    float[][] product = new float[a.length][outputs];
    for (int row = 0; row < a.length; row++) {
      for (int output = 0; output < outputs; output++) {
        int at = offsets.get(tensor) + output * depth;
        float total = 0;
        for (int i = 0; i < depth; i++) {
          total += a[row][i] * parameters[at + i];
        }
        product[row][output] = total;
      }
    }
    return product;
  }

  private float[][] productBack(float[][] a, String tensor, float[][] byProduct) {
    int depth = a[0].length;
    float[][] byA = new float[a.length][depth];
    for (int row = 0; row < a.length; row++) {
      for (int output = 0; output < byProduct[row].length; output++) {
        int at = offsets.get(tensor) + output * depth;
        float slope = byProduct[row][output];
        for (int i = 0; i < depth; i++) {
          byA[row][i] += slope * parameters[at + i];
          gradient[at + i] += slope * a[row][i];
        }
      }
    }
    return byA;
  }

  private float scale(float[] x) {
    double squares = 0;
    for (float value : x) {
      squares += (double) value * value;
    }
    return (float) (1 / Math.sqrt(squares / x.length + epsilon));
  }

  private float[][] norm(float[][] x, String tensor) {
    int at = offsets.get(tensor);
    float[][] normed = new float[x.length][model.width()];
    for (int row = 0; row < x.length; row++) {
      float scale = scale(x[row]);
      for (int i = 0; i < normed[row].length; i++) {
        normed[row][i] = x[row][i] * scale * parameters[at + i];
      }
    }
    return normed;
  }

  private float[][] normBack(float[][] x, String tensor, float[][] byNormed) {
    int at = offsets.get(tensor);
    float[][] byX = new float[x.length][model.width()];
    for (int row = 0; row < x.length; row++) {
      float scale = scale(x[row]);
      float along = 0;
      for (int i = 0; i < byX[row].length; i++) {
        gradient[at + i] += byNormed[row][i] * x[row][i] * scale;
        along += byNormed[row][i] * parameters[at + i] * x[row][i];
      }
      float pull = along * scale * scale * scale / model.width();
      for (int i = 0; i < byX[row].length; i++) {
        byX[row][i] = byNormed[row][i] * parameters[at + i] * scale - x[row][i] * pull;
      }
    }
    return byX;
  }

  /** Rotate-half embedding of positions; direction -1 turns back, which is also its derivative. */
  private float[][] rotated(float[][] heads, int direction) {
    int half = model.headSize() / 2;
    float[][] rotated = new float[heads.length][heads[0].length];
    for (int position = 0; position < heads.length; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(model.ropeTheta(), -2.0 * i / model.headSize());
        float cosine = (float) Math.cos(angle);
        float sine = direction * (float) Math.sin(angle);
        for (int at = i; at < heads[0].length; at += model.headSize()) {
          float one = heads[position][at];
          float other = heads[position][at + half];
          rotated[position][at] = one * cosine - other * sine;
          rotated[position][at + half] = other * cosine + one * sine;
        }
      }
    }
    return rotated;
  }

  /** Where the key/value head of a query head begins. */
  private int shared(int head) {
    return head / (model.heads() / model.keyValueHeads()) * model.headSize();
  }

  private float attentionScale() {
    return (float) (1 / Math.sqrt(model.headSize()));
  }

  /** By head, position and earlier position. */
  private float[][][] attention(float[][] queries, float[][] keys) {
    float[][][] attention = new float[model.heads()][queries.length][];
    for (int head = 0; head < attention.length; head++) {
      int own = head * model.headSize();
      for (int position = 0; position < queries.length; position++) {
        float[] scores = new float[position + 1];
        for (int earlier = 0; earlier <= position; earlier++) {
          scores[earlier] =
              attentionScale() * dot(queries[position], own, keys[earlier], shared(head));
        }
        double[] shares = softmax(scores);
        for (int earlier = 0; earlier <= position; earlier++) {
          scores[earlier] = (float) shares[earlier];
        }
        attention[head][position] = scores;
      }
    }
    return attention;
  }

  private float dot(float[] one, int oneFrom, float[] other, int otherFrom) {
    float total = 0;
    for (int i = 0; i < model.headSize(); i++) {
      total += one[oneFrom + i] * other[otherFrom + i];
    }
    return total;
  }

  private void add(float[] target, int targetFrom, float factor, float[] source, int sourceFrom) {
    for (int i = 0; i < model.headSize(); i++) {
      target[targetFrom + i] += factor * source[sourceFrom + i];
    }
  }

  private float[][] mixed(float[][][] attention, float[][] values) {
    float[][] mixed = new float[values.length][model.width()];
    for (int head = 0; head < attention.length; head++) {
      for (int position = 0; position < values.length; position++) {
        for (int earlier = 0; earlier <= position; earlier++) {
          add(
              mixed[position],
              head * model.headSize(),
              attention[head][position][earlier],
              values[earlier],
              shared(head));
        }
      }
    }
    return mixed;
  }

  private void attentionBack(
      Layer layer, float[][] byMixed, float[][] byQueries, float[][] byKeys, float[][] byValues) {
    for (int head = 0; head < model.heads(); head++) {
      int own = head * model.headSize();
      int shared = shared(head);
      for (int position = 0; position < byMixed.length; position++) {
        float[] shares = layer.attention()[head][position];
        float[] byShares = new float[shares.length];
        float mean = 0;
        for (int earlier = 0; earlier < shares.length; earlier++) {
          add(byValues[earlier], shared, shares[earlier], byMixed[position], own);
          byShares[earlier] = dot(byMixed[position], own, layer.values()[earlier], shared);
          mean += shares[earlier] * byShares[earlier];
        }
        for (int earlier = 0; earlier < shares.length; earlier++) {
          float byScore = attentionScale() * shares[earlier] * (byShares[earlier] - mean);
          add(byQueries[position], own, byScore, layer.keys()[earlier], shared);
          add(byKeys[earlier], shared, byScore, layer.queries()[position], own);
        }
      }
    }
  }

  private static float[][] activated(float[][] gate, float[][] up) {
    float[][] activated = new float[gate.length][gate[0].length];
    for (int row = 0; row < gate.length; row++) {
      for (int i = 0; i < gate[row].length; i++) {
        activated[row][i] = gate[row][i] * sigmoid(gate[row][i]) * up[row][i];
      }
    }
    return activated;
  }

  private static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  private static float[][] gateBack(float[][] gate, float[][] up, float[][] byActivated) {
    float[][] byGate = new float[gate.length][gate[0].length];
    for (int row = 0; row < gate.length; row++) {
      for (int i = 0; i < gate[row].length; i++) {
        float open = sigmoid(gate[row][i]);
        float slope = open * (1 + gate[row][i] * (1 - open));
        byGate[row][i] = byActivated[row][i] * up[row][i] * slope;
      }
    }
    return byGate;
  }

  private static float[][] upBack(float[][] gate, float[][] byActivated) {
    float[][] byUp = new float[gate.length][gate[0].length];
    for (int row = 0; row < gate.length; row++) {
      for (int i = 0; i < gate[row].length; i++) {
        byUp[row][i] = byActivated[row][i] * gate[row][i] * sigmoid(gate[row][i]);
      }
    }
    return byUp;
  }
}

package io.vramhub.api.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A Llama-style decoder: RMSNorm, rotary embeddings (rotate-half), grouped-query attention, SwiGLU,
 * f32.
 *
 * <p>All parameters travel as one flat little-endian f32 segment, the tensors of {@link #tensors()}
 * one after the other without padding; that order is part of the protocol.
 *
 * @param vocabulary number of token ids
 * @param layers number of decoder blocks
 * @param width size of the residual stream
 * @param heads query heads; {@code width / heads} is the even head size
 * @param keyValueHeads key and value heads, a divisor of {@code heads}
 * @param feedForward inner size of the SwiGLU block
 * @param context longest sequence, in tokens
 * @param ropeTheta base of the rotary frequencies
 * @param normEpsilonNanos epsilon of RMSNorm in billionths
 * @param tiedHead whether the output head shares the embedding
 */
public record ModelSpec(
    int vocabulary,
    int layers,
    int width,
    int heads,
    int keyValueHeads,
    int feedForward,
    int context,
    long ropeTheta,
    long normEpsilonNanos,
    boolean tiedHead) {
  public ModelSpec {
    require(vocabulary > 1 && layers > 0 && feedForward > 0 && context > 1, "sizes are positive");
    require(
        heads > 0 && width % heads == 0 && (width / heads) % 2 == 0,
        "the head size is whole and even");
    require(keyValueHeads > 0 && heads % keyValueHeads == 0, "key/value heads divide the heads");
    require(ropeTheta > 1 && normEpsilonNanos > 0, "theta and epsilon are positive");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("model: " + rule);
    }
  }

  public int headSize() {
    return width / heads;
  }

  /**
   * The parameter tensors in their canonical order, with the names of a Hugging Face Llama
   * checkpoint.
   */
  public List<TensorSpec> tensors() {
    int keyValueWidth = keyValueHeads * headSize();
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec("model.embed_tokens.weight", List.of(vocabulary, width)));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.add(new TensorSpec(prefix + "input_layernorm.weight", List.of(width)));
      tensors.add(new TensorSpec(prefix + "self_attn.q_proj.weight", List.of(width, width)));
      tensors.add(
          new TensorSpec(prefix + "self_attn.k_proj.weight", List.of(keyValueWidth, width)));
      tensors.add(
          new TensorSpec(prefix + "self_attn.v_proj.weight", List.of(keyValueWidth, width)));
      tensors.add(new TensorSpec(prefix + "self_attn.o_proj.weight", List.of(width, width)));
      tensors.add(new TensorSpec(prefix + "post_attention_layernorm.weight", List.of(width)));
      tensors.add(new TensorSpec(prefix + "mlp.gate_proj.weight", List.of(feedForward, width)));
      tensors.add(new TensorSpec(prefix + "mlp.up_proj.weight", List.of(feedForward, width)));
      tensors.add(new TensorSpec(prefix + "mlp.down_proj.weight", List.of(width, feedForward)));
    }
    tensors.add(new TensorSpec("model.norm.weight", List.of(width)));
    if (!tiedHead) {
      tensors.add(new TensorSpec("lm_head.weight", List.of(vocabulary, width)));
    }
    return List.copyOf(tensors);
  }

  /** Number of f32 parameters over all tensors. */
  public long parameters() {
    return tensors().stream().mapToLong(TensorSpec::elements).sum();
  }
}

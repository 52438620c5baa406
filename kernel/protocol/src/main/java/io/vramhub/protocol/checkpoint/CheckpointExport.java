package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.ModelSpec;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * What must lie beside {@code model.safetensors} for {@code transformers} to load a checkpoint as
 * {@code LlamaForCausalLM}.
 */
public final class CheckpointExport {
  /** The name {@code transformers} expects for the checkpoint file. */
  public static final String WEIGHTS_FILE = "model.safetensors";

  /** The name {@code transformers} expects for {@link #config}. */
  public static final String CONFIG_FILE = "config.json";

  private CheckpointExport() {}

  /** The content of {@code config.json}. */
  public static String config(ModelSpec spec) {
    return String.format(
        Locale.ROOT,
        """
        {
          "architectures": ["LlamaForCausalLM"],
          "model_type": "llama",
          "torch_dtype": "float32",
          "vocab_size": %d,
          "hidden_size": %d,
          "intermediate_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "num_key_value_heads": %d,
          "head_dim": %d,
          "max_position_embeddings": %d,
          "hidden_act": "silu",
          "rms_norm_eps": %s,
          "rope_theta": %d.0,
          "rope_scaling": null,
          "attention_bias": false,
          "attention_dropout": 0.0,
          "mlp_bias": false,
          "initializer_range": 0.02,
          "tie_word_embeddings": %b,
          "use_cache": true,
          "bos_token_id": null,
          "eos_token_id": null,
          "pad_token_id": null
        }
        """,
        spec.vocabulary(),
        spec.width(),
        spec.feedForward(),
        spec.layers(),
        spec.heads(),
        spec.keyValueHeads(),
        spec.headSize(),
        spec.context(),
        BigDecimal.valueOf(spec.normEpsilonNanos(), 9).toPlainString(),
        spec.ropeTheta(),
        spec.tiedHead());
  }
}

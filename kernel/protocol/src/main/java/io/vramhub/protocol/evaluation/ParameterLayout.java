package io.vramhub.protocol.evaluation;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Where each tensor of a model starts in the flat parameter segment, in bytes. */
final class ParameterLayout {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Byte offsets of one decoder block's tensors. */
  record Layer(
      long attentionNorm,
      long query,
      long key,
      long value,
      long output,
      long feedForwardNorm,
      long gate,
      long up,
      long down) {}

  private final ModelSpec spec;
  private final Map<String, Long> offsets = new HashMap<>();
  private final long bytes;

  ParameterLayout(ModelSpec spec) {
    this.spec = spec;
    long offset = 0;
    for (TensorSpec tensor : spec.tensors()) {
      offsets.put(tensor.name(), offset);
      offset += (long) tensor.elements() * Float.BYTES;
    }
    bytes = offset;
  }

  long embedding() {
    return offset("model.embed_tokens.weight");
  }

  Layer layer(int number) {
    String prefix = "model.layers." + number + ".";
    return new Layer(
        offset(prefix + "input_layernorm.weight"),
        offset(prefix + "self_attn.q_proj.weight"),
        offset(prefix + "self_attn.k_proj.weight"),
        offset(prefix + "self_attn.v_proj.weight"),
        offset(prefix + "self_attn.o_proj.weight"),
        offset(prefix + "post_attention_layernorm.weight"),
        offset(prefix + "mlp.gate_proj.weight"),
        offset(prefix + "mlp.up_proj.weight"),
        offset(prefix + "mlp.down_proj.weight"));
  }

  long finalNorm() {
    return offset("model.norm.weight");
  }

  long head() {
    return spec.tiedHead() ? embedding() : offset("lm_head.weight");
  }

  /** Refuses parameters or tokens that are not of this model. */
  void check(MemorySegment parameters, TokenBatch batch) {
    if (parameters.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "the model has " + bytes + " bytes of parameters, not " + parameters.byteSize());
    }
    if (batch.length() - 1 > spec.context()) {
      throw new IllegalArgumentException(
          "sequences of "
              + batch.length()
              + " tokens exceed the model's context of "
              + spec.context());
    }
    for (int token : batch.tokens()) {
      if (token < 0 || token >= spec.vocabulary()) {
        throw new HubException(
            ErrorCode.DATASET_INVALID,
            "the dataset holds token "
                + token
                + ", but the model's vocabulary ends at "
                + (spec.vocabulary() - 1)
                + ": the network's model and dataset do not belong together");
      }
    }
  }

  private long offset(String tensor) {
    Long offset = offsets.get(tensor);
    if (offset == null) {
      throw new IllegalStateException("the model has no tensor " + tensor);
    }
    return offset;
  }
}

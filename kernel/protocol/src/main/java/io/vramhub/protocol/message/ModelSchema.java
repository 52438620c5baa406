package io.vramhub.protocol.message;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;

/** What a model's parameters look like, as one hash that payloads and checkpoints carry. */
public final class ModelSchema {
  private ModelSchema() {}

  /**
   * Over the specification and the names, order and shapes of the tensors it gives, so that two
   * builds which lay a model out differently can never mistake each other's bytes.
   */
  public static Digest hash(ModelSpec spec) {
    BcsWriter writer = new BcsWriter();
    write(writer, spec);
    writer.vector(spec.tensors(), ModelSchema::write);
    return CanonicalHash.of("vramhub/schema/1", writer.toByteArray());
  }

  /** Appends the specification. */
  public static void write(BcsWriter writer, ModelSpec spec) {
    writer
        .u32(spec.vocabulary())
        .u32(spec.layers())
        .u32(spec.width())
        .u32(spec.heads())
        .u32(spec.keyValueHeads())
        .u32(spec.feedForward())
        .u32(spec.context())
        .u64(spec.ropeTheta())
        .u64(spec.normEpsilonNanos())
        .bool(spec.tiedHead());
  }

  /** Reads what {@link #write(BcsWriter, ModelSpec)} wrote. */
  public static ModelSpec read(BcsReader reader) {
    return new ModelSpec(
        reader.i32(),
        reader.i32(),
        reader.i32(),
        reader.i32(),
        reader.i32(),
        reader.i32(),
        reader.i32(),
        reader.u64(),
        reader.u64(),
        reader.bool());
  }

  private static void write(BcsWriter writer, TensorSpec tensor) {
    writer.string(tensor.name()).vector(tensor.shape(), (out, dimension) -> out.u32(dimension));
  }
}

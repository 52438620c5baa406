package io.vramhub.api.model;

import java.util.List;

/** One parameter tensor: its Hugging Face name and its shape, row-major. */
public record TensorSpec(String name, List<Integer> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Number of f32 elements. */
  public int elements() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}

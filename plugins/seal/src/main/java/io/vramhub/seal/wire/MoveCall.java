package io.vramhub.seal.wire;

import io.vramhub.api.model.Digest;
import java.util.List;

/** A call of a Move function, with inputs of its transaction as arguments. */
public record MoveCall(Digest packageId, String module, String function, List<Input> arguments) {
  public MoveCall {
    arguments = List.copyOf(arguments);
  }
}

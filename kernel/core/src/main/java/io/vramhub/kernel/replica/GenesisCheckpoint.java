package io.vramhub.kernel.replica;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.message.CanonicalHash;
import io.vramhub.protocol.message.ModelSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The checkpoint every network begins with, the base of window 1: drawn from the network's
 * identity, so that nobody needs to be given it.
 */
public final class GenesisCheckpoint {
  /** Its number. */
  public static final WindowId NUMBER = new WindowId(1);

  private static final String DOMAIN = "vramhub/initial-parameters/1";

  private GenesisCheckpoint() {}

  /** The seed its parameters are drawn from. */
  public static Digest seed(NetworkId network) {
    return CanonicalHash.of(DOMAIN, network.digest().array());
  }

  /** What its file says of itself. */
  static CheckpointMetadata metadata(NetworkId network, ModelSpec model) {
    return new CheckpointMetadata(NUMBER, Digest.ZERO, ModelSchema.hash(model), network);
  }

  /**
   * Writes its file into the directory and answers its number and root, which a new network's first
   * event states. Computes and does blocking I/O.
   */
  public static CheckpointRef write(Path directory, NetworkId network, ModelSpec model) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(model.parameters() * Float.BYTES);
      InitialParameters.draw(model, seed(network), parameters);
      return StoredCheckpoint.write(directory, metadata(network, model), model, parameters).ref();
    }
  }
}

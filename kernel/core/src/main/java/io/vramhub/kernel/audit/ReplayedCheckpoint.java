package io.vramhub.kernel.audit;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.checkpoint.InitialParameters;
import io.vramhub.protocol.checkpoint.Merge;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.SparseGradient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A checkpoint whose parameters this audit has worked out or verified itself. */
record ReplayedCheckpoint(CheckpointRef ref, Arena arena, MemorySegment parameters)
    implements AutoCloseable {

  /** The network's first checkpoint, drawn from its identity. */
  static ReplayedCheckpoint drawn(NetworkId network, ModelSpec model) {
    return of(
        new CheckpointMetadata(
            GenesisCheckpoint.NUMBER, Digest.ZERO, ModelSchema.hash(model), network),
        model,
        target -> InitialParameters.draw(model, GenesisCheckpoint.seed(network), target));
  }

  /** What merging the gradients onto this one gives. */
  ReplayedCheckpoint merged(
      NetworkId network,
      WindowId number,
      NetworkParameters.Model model,
      List<SparseGradient> gradients,
      int threads) {
    return of(
        new CheckpointMetadata(number, ref.root(), ModelSchema.hash(model.spec()), network),
        model.spec(),
        target -> Merge.apply(model.spec(), parameters, gradients, model, target, threads));
  }

  /** A file whose root has been found to be the anchored one. */
  static ReplayedCheckpoint read(Path file, CheckpointRef ref, ModelSpec model) throws IOException {
    try (ReadableByteChannel channel = Files.newByteChannel(file)) {
      return holding(
          model,
          target -> {
            CheckpointFile.read(channel, model, target);
            return ref;
          });
    }
  }

  private static ReplayedCheckpoint of(
      CheckpointMetadata metadata, ModelSpec model, Consumer<MemorySegment> parameters) {
    try {
      return holding(
          model,
          target -> {
            parameters.accept(target);
            return new CheckpointRef(
                metadata.window(), CheckpointTree.root(metadata, model, target));
          });
    } catch (IOException e) {
      throw new UncheckedIOException("computing did I/O", e);
    }
  }

  /** Fills memory with parameters and says whose they are. */
  private interface Content {
    CheckpointRef into(MemorySegment target) throws IOException;
  }

  @SuppressWarnings("MustBeClosed") // The checkpoint owns the arena and closes it with itself.
  private static ReplayedCheckpoint holding(ModelSpec model, Content content) throws IOException {
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      MemorySegment target = arena.allocate(model.parameters() * Float.BYTES);
      CheckpointRef ref = content.into(target);
      kept = true;
      return new ReplayedCheckpoint(ref, arena, target);
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}

package io.vramhub.enclave;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.evaluation.WindowScorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The protocol's own arithmetic. Each request starts from a fresh copy of the parameters, so
 * nothing that happens to one can reach the next.
 */
final class StrictScorer implements Scorer {
  /** An evaluator keeps its buffers, and networks rarely change their model. */
  private record Prepared(ModelSpec spec, StrictEvaluator evaluator) {}

  private final int threads;
  private Optional<Prepared> prepared = Optional.empty();

  StrictScorer(int threads) {
    this.threads = threads;
  }

  @Override
  public synchronized List<ScoreEntry> score(
      EvaluationRequest request, MemorySegment checkpointFile) {
    ModelSpec spec = request.parameters().model().spec();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment parameters = arena.allocate(parameterBytes(spec, checkpointFile));
      CheckpointFile.read(new SegmentChannel(checkpointFile), spec, parameters);
      return WindowScorer.score(request, parameters, evaluator(spec));
    } catch (IOException e) {
      throw new UncheckedIOException("memory refused to be read", e);
    }
  }

  /** Bytes of the parameters; the host's words about the model are held against its file first. */
  private static long parameterBytes(ModelSpec spec, MemorySegment checkpointFile) {
    long parametersOfFile = checkpointFile.byteSize() / Float.BYTES;
    if (spec.layers() > parametersOfFile || spec.parameters() > parametersOfFile) {
      throw new HubException(
          ErrorCode.CHECKPOINT_INVALID,
          "The checkpoint file of "
              + checkpointFile.byteSize()
              + " bytes is too small for the model of the request. Upload the network's"
              + " checkpoint.");
    }
    return spec.parameters() * Float.BYTES;
  }

  /** Waits for a request that is being scored. */
  @Override
  public synchronized void close() {
    prepared.ifPresent(each -> each.evaluator().close());
    prepared = Optional.empty();
  }

  private StrictEvaluator evaluator(ModelSpec spec) {
    if (prepared.isPresent() && prepared.get().spec().equals(spec)) {
      return prepared.get().evaluator();
    }
    close();
    StrictEvaluator evaluator = new StrictEvaluator(spec, threads);
    prepared = Optional.of(new Prepared(spec, evaluator));
    return evaluator;
  }
}

package io.vramhub.node.devnet;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Measures checkpoints on the same held-out pages with the strict evaluator, for the loss curve of
 * the screen and the summary. It decides nothing. One measurement at a time.
 */
final class HeldoutProbe implements AutoCloseable {
  private static final int PAGES = 32;

  private final StrictEvaluator evaluator;
  private final TokenBatch batch;

  HeldoutProbe(NetworkParameters parameters, LocalDataset dataset) {
    ModelSpec model = parameters.model().spec();
    long first = parameters.data().heldout().first();
    long count = Math.min(PAGES, parameters.data().heldout().count());
    // Spread over the range, so that no single document decides.
    long step = parameters.data().heldout().count() / count;
    this.batch =
        dataset.batch(LongStream.range(0, count).map(page -> first + page * step).toArray());
    this.evaluator = new StrictEvaluator(model, 1);
  }

  /** Mean loss in nats per token; not a number if it is not finite. */
  synchronized double measure(MemorySegment parameters) {
    OptionalLong nanoNats = evaluator.lossNanoNats(parameters, batch);
    return nanoNats.isPresent() ? nanoNats.getAsLong() / 1e9 : Double.NaN;
  }

  @Override
  public void close() {
    evaluator.close();
  }
}

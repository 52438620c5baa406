package io.vramhub.enclave;

import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ScoreEntry;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The arithmetic behind an enclave's door. */
interface Scorer extends AutoCloseable {
  /**
   * Measures the candidates of a request from the checkpoint its base root names, by one thread at
   * a time. {@code ENCLAVE_REFUSED}: the host's material does not fit its roots, or the network
   * scores with another evaluator; {@code CHECKPOINT_INVALID}: the file is no checkpoint of the
   * network's model.
   *
   * @param checkpointFile read-only, valid until this returns
   * @return an entry for each candidate, by miner uid
   */
  List<ScoreEntry> score(EvaluationRequest request, MemorySegment checkpointFile);

  @Override
  void close();
}

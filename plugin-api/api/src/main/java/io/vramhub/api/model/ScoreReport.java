package io.vramhub.api.model;

import java.util.List;

/**
 * What an enclave signs (protocol section 6): the measured gains, bound to everything they depend
 * on.
 */
public record ScoreReport(
    NetworkId network,
    ValidatorUid validator,
    long enclaveEpoch,
    WindowId window,
    String evaluator,
    Digest baseRoot,
    Digest datasetRoot,
    Digest assignmentSeed,
    Digest evaluationSeed,
    List<ScoreEntry> entries) {
  public ScoreReport {
    entries = List.copyOf(entries);
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).miner().compareTo(entries.get(i).miner()) >= 0) {
        throw new IllegalArgumentException("entries ascend by miner uid");
      }
    }
  }
}

package io.vramhub.api.model;

import java.util.List;
import java.util.Optional;

/**
 * Everything an enclave needs to score one window, handed over by an untrusted host. The enclave
 * checks pages, payloads and the checkpoint against the roots and hashes it then signs.
 *
 * @param heldout the drawn held-out pages, in drawn order
 * @param candidates the committed gradients, by miner uid
 */
public record EvaluationRequest(
    NetworkId network,
    NetworkParameters parameters,
    ValidatorUid validator,
    long enclaveEpoch,
    WindowId window,
    Digest baseRoot,
    Digest assignmentSeed,
    Digest evaluationSeed,
    List<ProvenPage> heldout,
    List<Candidate> candidates) {
  public EvaluationRequest {
    heldout = List.copyOf(heldout);
    candidates = List.copyOf(candidates);
  }

  /**
   * One committed gradient.
   *
   * @param slot the miner's rank among the window's miners, which fixes its pages
   * @param order rank of the commit within the window, which decides who is the duplicate
   * @param stored the stored bytes; empty if nothing is stored under the reference
   * @param dataKey the opened data key; empty if the sealer refused the envelope as not its own
   * @param assigned the drawn pages among those assigned to the miner, in drawn order
   */
  public record Candidate(
      MinerUid miner,
      int slot,
      int order,
      Digest contentHash,
      Optional<Bytes> stored,
      Optional<Credential> dataKey,
      List<ProvenPage> assigned) {
    public Candidate {
      assigned = List.copyOf(assigned);
    }
  }
}

package io.vramhub.kernel.audit;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import java.util.Optional;

/**
 * One place where the chain's record breaks a rule.
 *
 * @param invariant number of the invariant in the list of attacks and invariants, 1 to 8
 * @param window the window it belongs to; 0 for what belongs to none
 * @param subject whose record it is, for example {@code validator 2}
 * @param miner the miner, where the subject is one or the field is about one
 * @param field what differs, in words
 * @param expected what the rules give
 * @param found what the chain says
 */
public record Violation(
    int invariant,
    WindowId window,
    String subject,
    Optional<MinerUid> miner,
    String field,
    String expected,
    String found) {

  /** The violation as a sentence. */
  public String message() {
    return "window "
        + window
        + ", "
        + subject
        + ": "
        + field
        + " should be "
        + expected
        + " and is "
        + found;
  }
}

package io.vramhub.api.model;

/** What a validator's enclave says of one committed gradient. The numbers are the wire form. */
public enum Verdict {
  ACCEPTED,
  /** Nothing is stored under the committed reference. */
  MISSING,
  /** The stored bytes are not the committed ones. */
  HASH_MISMATCH,
  /** The payload cannot be opened or parsed. */
  MALFORMED,
  /** Computed for another window or from another checkpoint or model. */
  WRONG_BASE,
  /** The header names another miner or network. */
  WRONG_OWNER,
  /** A value is not finite or outside its range, or the loss it leads to is not finite. */
  OUT_OF_BOUNDS,
  /** The same content was committed earlier in this window. */
  DUPLICATE;

  /** The byte that stands for it in messages. */
  public int wire() {
    return ordinal();
  }
}

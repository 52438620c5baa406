package io.vramhub.kernel.journal;

/** Why a role left a window out. The order is the form on disk: only append. */
public enum SkipReason {
  /** The node did not run. */
  NODE_DOWN("the node was not running"),
  /** The node came to it when its deadline had passed. */
  LATE("its deadline had passed before the work was done"),
  /** Nobody opened the window on the chain. */
  NOT_OPENED("nobody opened it on the chain"),
  /** The role's record is not among the window's participants. */
  NOT_ADMITTED("this node was not among its participants when it opened"),
  /** Nothing was committed, scored or merged. */
  NOTHING_TO_DO("there was nothing to do in it"),
  /** Storage, chain or enclave did not answer in time. */
  UNAVAILABLE("a service it needs did not answer in time"),
  /** Another message of the same duty was signed before, here or on a copy of this node. */
  SIGNED_BEFORE("another message for the same duty had been signed before"),
  /** A plugin threw what no plugin may throw, or gave no sign. */
  PLUGIN_FAILED("a plugin failed");

  private final String sentence;

  SkipReason(String sentence) {
    this.sentence = sentence;
  }

  /** The reason as the end of a sentence, as in "window 7 was skipped: ...". */
  public String sentence() {
    return sentence;
  }
}

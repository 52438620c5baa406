package io.vramhub.api.spi;

import io.vramhub.api.model.ValidatorUid;

/** Who asks to open something sealed. */
public sealed interface SealReader {
  /** Nobody in particular: opens what is open to everyone. */
  record Anyone() implements SealReader {}

  /**
   * A validator.
   *
   * @param uid whose rights are claimed; the chain says whether the signer's address owns it
   * @param signer proves, whenever the sealer asks, that the reader holds that address's key
   */
  record Validator(ValidatorUid uid, Signer signer) implements SealReader {}
}

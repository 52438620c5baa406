package io.vramhub.seal.wire;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;

/** What a programmable transaction is given. */
public sealed interface Input {
  /** The BCS of a value. */
  record Pure(Bytes value) implements Input {}

  /** A shared object, in whichever version it has. */
  record Shared(Digest id, long initialSharedVersion, boolean mutable) implements Input {}

  /** An object in one version: owned, immutable, or received. No rule of sealing reads one. */
  record Versioned(Digest id) implements Input {}
}

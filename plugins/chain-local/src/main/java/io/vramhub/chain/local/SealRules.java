package io.vramhub.chain.local;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.seal.SealApproval;
import java.util.Optional;

/** Checks a reader's proof, then asks the network's rules. */
final class SealRules {
  /** How far a proof's time may be from chain time. */
  static final long FRESH_MS = 60_000;

  private static final Address NOBODY = new Address(Digest.ZERO);

  private SealRules() {}

  /** Why the policy does not admit the holder now; empty if it does. */
  static Optional<String> refusal(
      ChainState state,
      long timeMs,
      SealedCredential sealed,
      SealPolicy policy,
      AccessProof proof) {
    return switch (proof) {
      case AccessProof.Anyone() -> rules(state, timeMs, policy, NOBODY, 0);
      case AccessProof.Holder holder ->
          holderFault(timeMs, sealed, holder)
              .or(
                  () ->
                      rules(
                          state,
                          timeMs,
                          policy,
                          Ed25519.address(holder.publicKey()),
                          holder.validator().value()));
    };
  }

  private static Optional<String> rules(
      ChainState state, long timeMs, SealPolicy policy, Address sender, long validator) {
    return SealApproval.refusal(state, timeMs, policy, sender, validator)
        .map(SealApproval.Refusal::reason);
  }

  private static Optional<String> holderFault(
      long timeMs, SealedCredential sealed, AccessProof.Holder holder) {
    // Both times are at least zero, so the difference cannot overflow.
    if (holder.timestampMs() < 0 || Math.abs(timeMs - holder.timestampMs()) > FRESH_MS) {
      return Optional.of(
          "the proof's time is more than " + FRESH_MS + " ms from chain time, " + timeMs);
    }
    return Ed25519.verifies(
            holder.publicKey(),
            SealWire.proofMessage(sealed, holder.timestampMs()),
            holder.signature())
        ? Optional.empty()
        : Optional.of("the proof's signature is not its key's over these sealed bytes and time");
  }
}

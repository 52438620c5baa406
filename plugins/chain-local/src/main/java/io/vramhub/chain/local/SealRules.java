package io.vramhub.chain.local;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.scoring.ScorerAssignment;
import java.util.Optional;

/**
 * Who may open what was sealed (protocol section 5): the scorers of a miner once scoring has
 * opened, everyone once the window is final. A window that nobody finalizes stays closed to
 * everyone else; anyone can finalize it, so that is nobody's power.
 */
final class SealRules {
  /** How far a proof's time may be from chain time. */
  static final long FRESH_MS = 60_000;

  private SealRules() {}

  /** Why the policy does not admit the holder now; empty if it does. */
  static Optional<String> refusal(
      ChainState state,
      long timeMs,
      SealedCredential sealed,
      SealPolicy.Gradient policy,
      AccessProof proof) {
    if (!policy.network().equals(state.network())) {
      return Optional.of("it is sealed for network " + policy.network());
    }
    Optional<WindowRecord> window = state.window(policy.window());
    if (window.isEmpty()) {
      return Optional.of("window " + policy.window() + " has not opened");
    }
    if (window.get().result().isPresent()) {
      return Optional.empty();
    }
    Optional<Digest> evaluationSeed =
        window.get().scoring().map(scoring -> scoring.evaluationSeed());
    if (evaluationSeed.isEmpty()) {
      return Optional.of("scoring of window " + policy.window() + " has not opened");
    }
    return switch (proof) {
      case AccessProof.Anyone ignored ->
          Optional.of(
              "window "
                  + policy.window()
                  + " is not final: until then only the scorers of miner "
                  + policy.miner()
                  + " may open it");
      case AccessProof.Holder holder ->
          holderFault(timeMs, sealed, holder)
              .or(() -> scorerFault(state, window.get(), evaluationSeed.get(), policy, holder));
    };
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

  private static Optional<String> scorerFault(
      ChainState state,
      WindowRecord window,
      Digest evaluationSeed,
      SealPolicy.Gradient policy,
      AccessProof.Holder holder) {
    Address address = Ed25519.address(holder.publicKey());
    MinerUid miner = policy.miner();
    boolean scorer =
        state
                .validator(holder.validator())
                .filter(validator -> validator.owner().equals(address))
                .filter(ValidatorRecord::active)
                .isPresent()
            && ScorerAssignment.scorers(
                    state.parameters(policy.window()),
                    evaluationSeed,
                    window.opened().validators(),
                    miner)
                .contains(holder.validator());
    return scorer
        ? Optional.empty()
        : Optional.of(
            address
                + " owns no active validator "
                + holder.validator()
                + " that scores miner "
                + miner
                + " in window "
                + policy.window());
  }
}

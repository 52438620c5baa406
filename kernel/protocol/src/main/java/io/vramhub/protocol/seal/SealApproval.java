package io.vramhub.protocol.seal;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.scoring.ScorerAssignment;
import io.vramhub.protocol.window.WindowSchedule;
import java.util.Optional;

/**
 * Who may open what was sealed (protocol section 5): the rules of {@code
 * move/sources/seal_policy.move} over the fold of the chain's events, with the same checks in the
 * same order and the same numbers.
 *
 * <p>A gradient opens to its scorers once scoring is open, and to everyone once the window is
 * final. A window that nobody finalizes stays closed to everyone else; anyone can finalize it, so
 * that is nobody's power. Credentials of a miner's storage open to active validators that hold at
 * least today's minimum stake, if they are what the miner has published last.
 */
public final class SealApproval {
  private SealApproval() {}

  /**
   * Why something stays closed.
   *
   * @param code what the Move function aborts with
   * @param reason one sentence without a full stop
   */
  public record Refusal(AbortCode code, String reason) {}

  /**
   * Why the policy does not admit the reader now; empty if it does.
   *
   * @param timeMs chain time
   * @param sender whose key the reader holds
   * @param validator as which validator the reader comes; 0 is none
   */
  public static Optional<Refusal> refusal(
      ChainState state, long timeMs, SealPolicy policy, Address sender, long validator) {
    return switch (policy) {
      case SealPolicy.Gradient(var network, var window, var miner) ->
          network.equals(state.network())
              ? gradient(state, window, miner, sender, validator)
              : otherNetwork(network);
      case SealPolicy.Credentials(var network, var miner, var keyEpoch) ->
          network.equals(state.network())
              ? credentials(state, timeMs, miner, keyEpoch, sender, validator)
              : otherNetwork(network);
    };
  }

  private static Optional<Refusal> gradient(
      ChainState state, WindowId number, MinerUid miner, Address sender, long validator) {
    Optional<WindowRecord> found = state.window(number);
    if (found.isEmpty()) {
      return refuse(AbortCode.UNKNOWN_WINDOW, "window " + number + " has not opened");
    }
    WindowRecord window = found.get();
    if (window.result().isPresent()) {
      return Optional.empty();
    }
    if (window.scoring().isEmpty()) {
      return refuse(AbortCode.SCORING_NOT_OPEN, "scoring of window " + number + " has not opened");
    }
    return reader(state, sender, validator)
        .or(() -> scorer(state, window, miner, new ValidatorUid((int) validator)));
  }

  private static Optional<Refusal> scorer(
      ChainState state, WindowRecord window, MinerUid miner, ValidatorUid validator) {
    boolean assigned =
        ScorerAssignment.scorers(
                state.parameters(window.window()),
                window.scoring().orElseThrow().evaluationSeed(),
                window.opened().validators(),
                miner)
            .contains(validator);
    return assigned
        ? Optional.empty()
        : refuse(
            AbortCode.NOT_ASSIGNED,
            "validator "
                + validator
                + " does not score miner "
                + miner
                + " in window "
                + window.window()
                + ", which is not final");
  }

  private static Optional<Refusal> credentials(
      ChainState state,
      long timeMs,
      MinerUid miner,
      long keyEpoch,
      Address sender,
      long validator) {
    Optional<MinerRecord> owner = state.miner(miner);
    if (owner.isEmpty()) {
      return refuse(AbortCode.UNKNOWN_MINER, "no miner has uid " + miner + " on this network");
    }
    boolean current =
        owner.get().credentials().filter(published -> published.keyEpoch() == keyEpoch).isPresent();
    if (!current) {
      return refuse(
          AbortCode.WRONG_EPOCH,
          "key epoch " + keyEpoch + " is not what miner " + miner + " has published last");
    }
    return reader(state, sender, validator)
        .or(() -> bonded(state, timeMs, new ValidatorUid((int) validator)));
  }

  private static Optional<Refusal> bonded(ChainState state, long timeMs, ValidatorUid validator) {
    // Genesis and duration never change, so any parameters tell which window it is.
    WindowId now =
        new WindowSchedule(state.parameters(new WindowId(0)).schedule()).windowAt(timeMs);
    Coins minimum = state.parameters(now).stake().minValidator();
    Coins stake = state.validator(validator).orElseThrow().stake();
    return stake.compareTo(minimum) >= 0
        ? Optional.empty()
        : refuse(
            AbortCode.STAKE_TOO_LOW,
            "validator " + validator + " holds " + stake + " SUI, less than " + minimum);
  }

  /** Why the sender may not act as the validator: it is another's, or takes no part. */
  private static Optional<Refusal> reader(ChainState state, Address sender, long validator) {
    Optional<ValidatorRecord> found =
        validator < 1 || validator > Integer.MAX_VALUE
            ? Optional.empty()
            : state.validator(new ValidatorUid((int) validator));
    if (found.isEmpty()) {
      return refuse(
          AbortCode.UNKNOWN_VALIDATOR, "no validator has uid " + validator + " on this network");
    }
    if (!found.get().owner().equals(sender)) {
      return refuse(
          AbortCode.NOT_OWNER, "validator " + validator + " does not belong to " + sender);
    }
    return found.get().active()
        ? Optional.empty()
        : refuse(AbortCode.NOT_ACTIVE, "validator " + validator + " takes no part");
  }

  private static Optional<Refusal> otherNetwork(NetworkId network) {
    return refuse(AbortCode.WRONG_NETWORK, "it is sealed for network " + network);
  }

  private static Optional<Refusal> refuse(AbortCode code, String reason) {
    return Optional.of(new Refusal(code, reason));
  }
}

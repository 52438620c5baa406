package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.window.WindowSchedule;
import java.util.function.Supplier;

/**
 * Everything a rule may look at: the state before the call, who calls, and when.
 *
 * @param timeMs chain time, which alone decides phases
 * @param wallClockMs the machine's time, against which documents made elsewhere are dated: a ledger
 *     that stood still for a week would otherwise find every fresh attestation a week ahead
 * @param randomness draws 32 bytes nobody knew before
 */
record CallContext(
    ChainState state, Address sender, long timeMs, long wallClockMs, Supplier<Digest> randomness) {

  /** The window chain time lies in. */
  WindowId currentWindow() {
    // Genesis and duration never change (ParameterRules), so any parameters give the same window.
    return new WindowSchedule(state.parameters(new WindowId(0)).schedule()).windowAt(timeMs);
  }

  NetworkParameters parameters() {
    return state.parameters(currentWindow());
  }

  WindowSchedule schedule(WindowId window) {
    return new WindowSchedule(state.parameters(window).schedule());
  }

  /** The miner, if the sender owns it. */
  MinerRecord ownMiner(MinerUid uid) {
    MinerRecord miner =
        state
            .miner(uid)
            .orElseThrow(
                () ->
                    new AbortException(
                        AbortCode.UNKNOWN_MINER, "no miner has uid " + uid + " on this network"));
    demand(
        miner.owner().equals(sender),
        AbortCode.NOT_OWNER,
        "miner " + uid + " belongs to " + miner.owner() + ", not to the sender " + sender);
    return miner;
  }

  /** The validator, if the sender owns it. */
  ValidatorRecord ownValidator(ValidatorUid uid) {
    ValidatorRecord validator =
        state
            .validator(uid)
            .orElseThrow(
                () ->
                    new AbortException(
                        AbortCode.UNKNOWN_VALIDATOR,
                        "no validator has uid " + uid + " on this network"));
    demand(
        validator.owner().equals(sender),
        AbortCode.NOT_OWNER,
        "validator " + uid + " belongs to " + validator.owner() + ", not to the sender " + sender);
    return validator;
  }

  /** The validator, if the sender owns it and it may do duties. */
  ValidatorRecord dutifulValidator(ValidatorUid uid) {
    ValidatorRecord validator = ownValidator(uid);
    demand(
        validator.jailed().isEmpty(),
        AbortCode.JAILED,
        "validator " + uid + " was jailed for reports that deviate from the median");
    demand(
        validator.withdrawableAtMs().isEmpty(),
        AbortCode.NOT_ACTIVE,
        "validator " + uid + " has left the network");
    return validator;
  }

  /** Demands that the sender can pay. */
  void demandBalance(Coins amount) {
    Coins balance = state.sui(sender);
    demand(
        balance.compareTo(amount) >= 0,
        AbortCode.INSUFFICIENT_BALANCE,
        "the sender " + sender + " holds " + balance + " SUI, less than " + amount);
  }

  /** The window if somebody has opened it; otherwise the reason depends on chain time. */
  WindowRecord openedWindow(WindowId window) {
    return state
        .window(window)
        .orElseThrow(
            () -> {
              WindowId now = currentWindow();
              if (window.compareTo(now) > 0) {
                return new AbortException(
                    AbortCode.TOO_EARLY, "window " + window + " lies ahead; it is window " + now);
              }
              return window.number() == 0 || window.compareTo(now) < 0
                  ? new AbortException(
                      AbortCode.UNKNOWN_WINDOW, "window " + window + " was never opened")
                  : new AbortException(
                      AbortCode.WINDOW_NOT_OPEN, "nobody has opened window " + window + " yet");
            });
  }

  /** Demands that chain time lies in the TRAIN phase of the window. */
  void demandTrain(WindowId window) {
    demandNow(window);
    long deadlineMs = schedule(window).commitDeadline(window);
    demand(
        timeMs < deadlineMs,
        AbortCode.TOO_LATE,
        "the commit deadline of window " + window + " passed " + (timeMs - deadlineMs) + " ms ago");
  }

  /** Demands that chain time lies in the SCORE phase of the window. */
  void demandScore(WindowId window) {
    demandNow(window);
    long deadlineMs = schedule(window).commitDeadline(window);
    demand(
        timeMs >= deadlineMs,
        AbortCode.TOO_EARLY,
        "scoring of window " + window + " starts in " + (deadlineMs - timeMs) + " ms");
  }

  private void demandNow(WindowId window) {
    WindowId now = currentWindow();
    demand(
        window.compareTo(now) <= 0,
        AbortCode.TOO_EARLY,
        "window " + window + " lies ahead; it is window " + now);
    demand(
        window.compareTo(now) >= 0,
        AbortCode.TOO_LATE,
        "window " + window + " is over; it is window " + now);
  }
}

package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.WindowRecord;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Anchoring what was merged from a window (protocol section 8): every validator of the window
 * votes, and the root that two thirds of their stake vote for stands.
 */
final class CheckpointRules {
  private CheckpointRules() {}

  static List<ChainEvent> anchor(CallContext context, ChainCall.AnchorCheckpoint call) {
    ValidatorUid validator = context.dutifulValidator(call.validator()).uid();
    WindowId checkpoint = call.checkpoint();
    demand(
        checkpoint.number() > 1,
        AbortCode.UNKNOWN_WINDOW,
        "checkpoint " + checkpoint + " is not merged from a window");
    WindowRecord window = context.openedWindow(checkpoint.previous());
    demand(
        window.opened().validators().stream().anyMatch(bond -> bond.validator().equals(validator)),
        AbortCode.NOT_ACTIVE,
        "validator " + validator + " was not active when window " + window.window() + " opened");
    WindowResult result =
        window
            .result()
            .orElseThrow(
                () ->
                    new AbortException(
                        AbortCode.NOT_FINALIZED, "window " + window.window() + " is not final"));
    demand(
        !result.topG().isEmpty(),
        AbortCode.NOTHING_TO_ANCHOR,
        "nothing is merged from window " + window.window() + "; its base carries over");
    demand(
        call.parent().equals(window.opened().base().root()),
        AbortCode.WRONG_PARENT,
        "the base of window " + window.window() + " is " + window.opened().base().root());
    demand(
        call.topGDigest().equals(result.topGDigest()),
        AbortCode.WRONG_TOP_G,
        "the merged set of window " + window.window() + " is " + result.topGDigest());
    demand(
        !window.votes().containsKey(validator),
        AbortCode.ALREADY_VOTED,
        "validator " + validator + " has voted for checkpoint " + checkpoint);
    List<ChainEvent> events = new ArrayList<>();
    events.add(new ChainEvent.CheckpointVoted(validator, checkpoint, call.root()));
    if (context.state().checkpoint(checkpoint).isPresent()) {
      // A late vote that agrees adds nothing; one that differs stays visible to everyone.
      demand(
          !context.state().checkpoint(checkpoint).get().checkpoint().root().equals(call.root()),
          AbortCode.ALREADY_ANCHORED,
          "checkpoint " + checkpoint + " is anchored with this root");
      return List.copyOf(events);
    }
    demandUnused(context, checkpoint);
    SortedMap<ValidatorUid, Digest> votes = new TreeMap<>(window.votes());
    votes.put(validator, call.root());
    if (hasTwoThirds(window.opened().validators(), votes, call.root())) {
      events.add(
          new ChainEvent.CheckpointAnchored(
              new CheckpointRef(checkpoint, call.root()), call.parent(), call.topGDigest()));
    }
    return List.copyOf(events);
  }

  /**
   * Once a later window runs on the older base, a merge from before it would split the line of
   * checkpoints.
   */
  private static void demandUnused(CallContext context, WindowId checkpoint) {
    context
        .state()
        .newestWindow()
        .ifPresent(
            newest ->
                demand(
                    newest.window().compareTo(checkpoint) < 0,
                    AbortCode.TOO_LATE,
                    "window " + newest.window() + " has opened on the base before"));
  }

  /** Stakes are below 2^63 each; their sums, tripled, need not be. */
  private static boolean hasTwoThirds(
      List<Bond> bonds, SortedMap<ValidatorUid, Digest> votes, Digest root) {
    BigInteger all = BigInteger.ZERO;
    BigInteger agreeing = BigInteger.ZERO;
    for (Bond bond : bonds) {
      BigInteger stake = BigInteger.valueOf(bond.stake().baseUnits());
      all = all.add(stake);
      if (root.equals(votes.get(bond.validator()))) {
        agreeing = agreeing.add(stake);
      }
    }
    return agreeing.multiply(BigInteger.valueOf(3)).compareTo(all.multiply(BigInteger.TWO)) >= 0;
  }
}

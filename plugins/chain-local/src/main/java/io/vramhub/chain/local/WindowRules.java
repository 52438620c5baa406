package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadNames;
import io.vramhub.protocol.payload.StorageReference;
import io.vramhub.protocol.scoring.WindowFinalization;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The life of a window: opened, committed to, scored, finalized (protocol sections 2, 5, 7). */
final class WindowRules {
  private WindowRules() {}

  /** How many miners can have pages of their own in one window (section 3). */
  static long minerCapacity(NetworkParameters parameters) {
    return Math.min(
        Integer.MAX_VALUE, parameters.data().train().count() / parameters.model().pagesPerMiner());
  }

  static ChainEvent open(CallContext context, ChainCall.OpenWindow call) {
    WindowId window = call.window();
    demand(
        window.number() > 0,
        AbortCode.UNKNOWN_WINDOW,
        "window 0 is for registering; the first window to open is 1");
    demand(
        context.state().window(window).isEmpty(),
        AbortCode.WINDOW_ALREADY_OPEN,
        "window " + window + " is open");
    context.demandTrain(window);
    awaitAnchor(context, window);
    // Registration keeps to the capacity; a change of parameters since may have shrunk it.
    List<MinerUid> miners =
        context.state().activeMiners().stream()
            .limit(minerCapacity(context.state().parameters(window)))
            .toList();
    return new ChainEvent.WindowOpened(
        window,
        context.randomness().get(),
        context.state().newestCheckpoint(),
        miners,
        context.state().activeBonds());
  }

  /**
   * Gives the validators the grace to finalize the window before and to anchor what it merged;
   * after that the window runs on the older base rather than stall.
   */
  private static void awaitAnchor(CallContext context, WindowId window) {
    long graceEndsMs = context.schedule(window).anchorGraceEnds(window);
    Optional<WindowRecord> newest = context.state().newestWindow();
    if (newest.isEmpty() || context.timeMs() >= graceEndsMs) {
      return;
    }
    boolean settled =
        newest
            .get()
            .result()
            .map(
                result ->
                    result.topG().isEmpty()
                        || context.state().checkpoint(newest.get().nextCheckpoint()).isPresent())
            .orElse(false);
    demand(
        settled,
        AbortCode.AWAITING_ANCHOR,
        "the checkpoint of window "
            + newest.get().window()
            + " has another "
            + (graceEndsMs - context.timeMs())
            + " ms to be anchored");
  }

  static ChainEvent commit(CallContext context, ChainCall.CommitGradient call) {
    MinerRecord miner = context.ownMiner(call.miner());
    context.demandTrain(call.window());
    WindowRecord window = context.openedWindow(call.window());
    demand(
        miner.active() && window.slot(miner.uid()).isPresent(),
        AbortCode.NOT_ACTIVE,
        "miner " + miner.uid() + " has no slot in window " + call.window());
    demand(
        !window.commits().containsKey(miner.uid()),
        AbortCode.ALREADY_COMMITTED,
        "miner " + miner.uid() + " has committed in window " + call.window());
    NetworkParameters.Model model = context.state().parameters(call.window()).model();
    long maximum = PayloadEnvelope.maximumBytes(model);
    demand(
        call.size() > 0 && call.size() <= maximum,
        AbortCode.SIZE_OUT_OF_BOUNDS,
        "a payload of " + call.size() + " bytes is not within 1.." + maximum);
    demand(
        call.codec().equals(model.codec()),
        AbortCode.WRONG_CODEC,
        "the codec is " + model.codec() + ", not the one committed");
    demand(
        new StorageReference(call.storageReference()).isAdmitted(call.window(), miner.uid()),
        AbortCode.BAD_STORAGE_REFERENCE,
        "the storage reference is "
            + PayloadNames.file(call.window(), miner.uid())
            + " or walrus:{blob id}");
    return new ChainEvent.GradientCommitted(
        call.window(),
        miner.uid(),
        call.contentHash(),
        call.size(),
        call.storageReference(),
        call.codec());
  }

  static ChainEvent openScoring(CallContext context, ChainCall.OpenScoring call) {
    context.demandScore(call.window());
    WindowRecord window = context.openedWindow(call.window());
    demand(
        window.scoring().isEmpty(),
        AbortCode.SCORING_ALREADY_OPEN,
        "scoring of window " + call.window() + " is open");
    return new ChainEvent.ScoringOpened(call.window(), context.randomness().get());
  }

  static List<ChainEvent> close(CallContext context, ChainCall.FinalizeWindow call) {
    WindowRecord window = context.openedWindow(call.window());
    demand(
        window.result().isEmpty(),
        AbortCode.ALREADY_FINALIZED,
        "window " + call.window() + " is final");
    long closesMs = context.schedule(call.window()).closesAt(call.window());
    demand(
        context.timeMs() >= closesMs,
        AbortCode.TOO_EARLY,
        "window " + call.window() + " closes in " + (closesMs - context.timeMs()) + " ms");
    // Ratings and emission carry over from window to window, so they are settled in order.
    earliestUnfinalized(context.state())
        .ifPresent(
            earliest ->
                demand(
                    earliest.equals(call.window()),
                    AbortCode.NOT_FINALIZED,
                    "window " + earliest + " comes first and is not final yet"));
    return WindowFinalization.compute(context.state(), call.window()).events();
  }

  private static Optional<WindowId> earliestUnfinalized(ChainState state) {
    return state.windows().stream()
        .filter(window -> window.result().isEmpty())
        .map(WindowRecord::window)
        .min(Comparator.naturalOrder());
  }
}

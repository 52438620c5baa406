package io.vramhub.node;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.kernel.NodeEvent;
import java.util.Locale;

/** What happened, in words a stranger understands; empty for what only machines care about. */
public final class Sentences {
  private Sentences() {}

  /** An event of the chain. */
  public static String of(ChainEvent event) {
    return switch (event) {
      case ChainEvent.NetworkCreated created ->
          "network " + created.network().digest().brief() + " created";
      case ChainEvent.ParametersScheduled scheduled ->
          "new parameters from window " + scheduled.effective();
      case ChainEvent.FaucetPaid paid -> "";
      case ChainEvent.MinerRegistered miner ->
          "miner " + miner.miner() + " registered with " + miner.stake() + " SUI";
      case ChainEvent.ValidatorRegistered validator ->
          "validator " + validator.validator() + " registered with " + validator.stake() + " SUI";
      case ChainEvent.MinerStakeAdded added -> "miner " + added.miner() + " added stake";
      case ChainEvent.ValidatorStakeAdded added ->
          "validator " + added.validator() + " added stake";
      case ChainEvent.MinerLeft left -> "miner " + left.miner() + " left";
      case ChainEvent.ValidatorLeft left -> "validator " + left.validator() + " left";
      case ChainEvent.MinerStakeWithdrawn withdrawn ->
          "miner " + withdrawn.miner() + " withdrew its stake";
      case ChainEvent.ValidatorStakeWithdrawn withdrawn ->
          "validator " + withdrawn.validator() + " withdrew its stake";
      case ChainEvent.CredentialsPublished published ->
          "miner "
              + published.miner()
              + " published credentials of its storage, key epoch "
              + published.keyEpoch();
      case ChainEvent.EnclaveRegistered enclave ->
          "validator "
              + enclave.validator()
              + " registered a "
              + enclave.kind()
              + " enclave, epoch "
              + enclave.epoch();
      case ChainEvent.WindowOpened opened ->
          "window "
              + opened.window()
              + " opened on checkpoint "
              + opened.base().window()
              + " with "
              + opened.miners().size()
              + " miners";
      case ChainEvent.GradientCommitted committed ->
          "window "
              + committed.window()
              + ": miner "
              + committed.miner()
              + " committed "
              + committed.size()
              + " bytes";
      case ChainEvent.ScoringOpened opened -> "window " + opened.window() + ": scoring opened";
      case ChainEvent.ScoresSubmitted submitted ->
          "window "
              + submitted.scores().report().window()
              + ": validator "
              + submitted.scores().report().validator()
              + " submitted "
              + submitted.scores().report().entries().size()
              + " scores";
      case ChainEvent.DeviationObserved deviation ->
          "window "
              + deviation.window()
              + ": validator "
              + deviation.validator()
              + " deviates on miner "
              + deviation.miner();
      case ChainEvent.ValidatorJailed jailed -> "validator " + jailed.validator() + " is jailed";
      case ChainEvent.WindowFinalized finalized ->
          finalized.result().empty()
              ? "window " + finalized.result().window() + " is final and empty"
              : "window "
                  + finalized.result().window()
                  + " is final: merged "
                  + finalized.result().topG()
                  + ", paid "
                  + finalized.result().emission()
                  + " VRAM";
      case ChainEvent.CheckpointVoted voted -> "";
      case ChainEvent.CheckpointAnchored anchored ->
          "checkpoint "
              + anchored.checkpoint().window()
              + " anchored, root "
              + anchored.checkpoint().root().brief();
      case ChainEvent.Claimed claimed -> claimed.payee() + " claimed " + claimed.amount() + " VRAM";
    };
  }

  /** Something this node did or noticed. */
  public static String of(NodeEvent event) {
    return switch (event) {
      case NodeEvent.WindowCompleted completed ->
          name(completed.role().name(), completed.uid())
              + " completed window "
              + completed.window();
      case NodeEvent.WindowSkipped skipped ->
          name(skipped.role().name(), skipped.uid())
              + " skipped window "
              + skipped.window()
              + ": "
              + skipped.reason().sentence();
      case NodeEvent.WindowFailed failed ->
          name(failed.role().name(), failed.uid())
              + " failed in window "
              + failed.window()
              + " ("
              + failed.code()
              + "): "
              + failed.message();
      case NodeEvent.WindowsMissed missed ->
          name(missed.role().name(), missed.uid())
              + " missed "
              + missed.windows()
              + " windows while it was down";
      case NodeEvent.StepTrained step -> "";
      case NodeEvent.GradientCommitted committed ->
          "miner "
              + committed.miner()
              + " committed "
              + committed.bytes()
              + " bytes after "
              + committed.steps()
              + " steps in window "
              + committed.window();
      case NodeEvent.OptimizerNotSaved lost ->
          "miner " + lost.miner() + " could not keep its optimizer's state: " + lost.reason();
      case NodeEvent.EnclaveRegistered enclave ->
          "validator " + enclave.validator() + " registered its enclave, epoch " + enclave.epoch();
      case NodeEvent.CheckpointLoaded loaded -> "";
      case NodeEvent.CandidateLeftOut left ->
          "validator "
              + left.validator()
              + " leaves out miner "
              + left.miner()
              + " in window "
              + left.window()
              + ": "
              + left.reason();
      case NodeEvent.ScoresSubmitted scores ->
          "validator "
              + scores.validator()
              + " submitted "
              + scores.scored()
              + " scores for window "
              + scores.window()
              + ", "
              + scores.accepted()
              + " accepted";
      case NodeEvent.CheckpointVoted voted ->
          "validator "
              + voted.validator()
              + " voted for checkpoint "
              + voted.checkpoint().window()
              + ", root "
              + voted.checkpoint().root().brief();
      case NodeEvent.RatingDiffers differs ->
          "the rating of miner "
              + differs.miner()
              + " in window "
              + differs.window()
              + " is not the one computed here";
      case NodeEvent.RootDiffers differs ->
          "the anchored root of checkpoint "
              + differs.anchored().window()
              + " is not the one merged here";
      case NodeEvent.CheckpointMerged merged ->
          "checkpoint "
              + merged.checkpoint().window()
              + " merged from "
              + merged.gradients()
              + " gradients";
      case NodeEvent.SnapshotLoaded loaded ->
          "checkpoint " + loaded.checkpoint().window() + " taken from storage";
      case NodeEvent.SnapshotStored stored ->
          "checkpoint " + stored.checkpoint().window() + " stored, " + stored.bytes() + " bytes";
      case NodeEvent.CallRefused refused ->
          name(refused.role().name(), refused.uid())
              + ": the chain refused "
              + refused.purpose()
              + " of window "
              + refused.window()
              + ": "
              + refused.code();
      case NodeEvent.SigningRefused refused ->
          name(refused.role().name(), refused.uid())
              + " refused to sign a second "
              + refused.purpose()
              + " for window "
              + refused.window()
              + "; does another copy of this node run?";
      case NodeEvent.RewardClaimed claimed ->
          name(claimed.role().name(), claimed.uid()) + " claimed " + claimed.amount() + " VRAM";
      case NodeEvent.WindowCranked cranked -> "";
      case NodeEvent.PluginSwapped swapped ->
          String.join(", ", swapped.slots())
              + ": "
              + swapped.from()
              + " -> "
              + swapped.to()
              + swapped.window().map(window -> " since window " + window).orElse("")
              + ", took "
              + swapped.took().toMillis()
              + " ms";
      case NodeEvent.PluginRefused refused -> refused.reason();
      case NodeEvent.PluginTrouble trouble ->
          "plugin " + trouble.plugin() + ": " + trouble.reason();
      case NodeEvent.CopyIncomplete incomplete ->
          "storage copy '"
              + incomplete.copy()
              + "' lacks "
              + incomplete.key()
              + ": "
              + incomplete.reason();
      case NodeEvent.ChainLost lost ->
          "the chain cannot be reached, trying again: " + lost.reason();
      case NodeEvent.ClockSkewed skewed ->
          "this machine's clock is "
              + skewed.aheadOfChainMs()
              + " ms ahead of chain time; duties follow chain time";
      case NodeEvent.WindowFinal done -> "window " + done.result().window() + " is final";
    };
  }

  private static String name(String role, int uid) {
    return role.toLowerCase(Locale.ROOT) + " " + uid;
  }
}

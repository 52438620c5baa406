package io.vramhub.kernel;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.kernel.journal.SkipReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something a node did or noticed. What the chain says is not here: listen to its events for that.
 */
public sealed interface NodeEvent {
  /** A role's window ended and its journal says so. */
  record WindowCompleted(Role role, int uid, WindowId window) implements NodeEvent {}

  /** A role left a window out. */
  record WindowSkipped(Role role, int uid, WindowId window, SkipReason reason)
      implements NodeEvent {}

  /** An error ended a role's window. */
  record WindowFailed(Role role, int uid, WindowId window, ErrorCode code, String message)
      implements NodeEvent {}

  /** Windows passed while the node was down. */
  record WindowsMissed(Role role, int uid, int windows) implements NodeEvent {}

  /** One inner step of training is done; steps count from 1. */
  record StepTrained(MinerUid miner, WindowId window, int step, int of, float loss)
      implements NodeEvent {}

  /** The sealed payload of a window is stored and committed. */
  record GradientCommitted(
      MinerUid miner, WindowId window, Digest contentHash, long bytes, int steps)
      implements NodeEvent {}

  /** The optimizer's state could not be kept; a restart will begin with a fresh one. */
  record OptimizerNotSaved(MinerUid miner, WindowId window, String reason) implements NodeEvent {}

  /** A validator registered its enclave's key. */
  record EnclaveRegistered(ValidatorUid validator, long epoch) implements NodeEvent {}

  /** The base checkpoint of a window is loaded in the enclave. */
  record CheckpointLoaded(ValidatorUid validator, WindowId window, CheckpointRef checkpoint)
      implements NodeEvent {}

  /** A committed payload could not be read for a reason that is not its miner's fault. */
  record CandidateLeftOut(ValidatorUid validator, WindowId window, MinerUid miner, String reason)
      implements NodeEvent {}

  /** The enclave's report is on the chain. */
  record ScoresSubmitted(ValidatorUid validator, WindowId window, int scored, int accepted)
      implements NodeEvent {}

  /** A validator voted for the checkpoint it merged. */
  record CheckpointVoted(ValidatorUid validator, CheckpointRef checkpoint) implements NodeEvent {}

  /** Recomputing a finalized rating gave another number: the ledger or this node is wrong. */
  record RatingDiffers(WindowId window, MinerUid miner, Rating chain, Rating recomputed)
      implements NodeEvent {}

  /** The anchored root is not the one merged here: the majority or this node is wrong. */
  record RootDiffers(CheckpointRef anchored, Digest merged) implements NodeEvent {}

  /** A new checkpoint is held. */
  record CheckpointMerged(CheckpointRef checkpoint, int gradients) implements NodeEvent {}

  /** A checkpoint was taken from storage instead of being merged. */
  record SnapshotLoaded(CheckpointRef checkpoint) implements NodeEvent {}

  /** A checkpoint file is in storage. */
  record SnapshotStored(CheckpointRef checkpoint, long bytes) implements NodeEvent {}

  /** The chain refused a call for a reason that no retry changes. */
  record CallRefused(Role role, int uid, WindowId window, String purpose, AbortCode code)
      implements NodeEvent {}

  /** Signing was refused because another message was signed for the duty: a copy of this node? */
  record SigningRefused(Role role, int uid, WindowId window, String purpose) implements NodeEvent {}

  /** Rewards were paid to the record's payout address. */
  record RewardClaimed(Role role, int uid, Coins amount) implements NodeEvent {}

  /** This node moved a window on: {@code open-window}, {@code open-scoring} or {@code finalize}. */
  record WindowCranked(WindowId window, String step) implements NodeEvent {}

  /** The chain cannot be reached; the node keeps trying. */
  record ChainLost(String reason) implements NodeEvent {}

  /** The machine's clock and chain time lie far apart. Duties follow chain time. */
  record ClockSkewed(long aheadOfChainMs) implements NodeEvent {}

  /** Another plugin fills these slots, and the one before is closed. */
  record PluginSwapped(
      List<String> slots, String from, String to, Optional<WindowId> window, Duration took)
      implements NodeEvent {}

  /** A jar in a plugins directory was not loaded; whatever ran before goes on. */
  record PluginRefused(String file, String reason) implements NodeEvent {}

  /** A copy of a mirrored storage did not take an object, or lost it. */
  record CopyIncomplete(String copy, BlobKey key, String reason) implements NodeEvent {}

  /** Something is wrong with a plugin that the node can live with. */
  record PluginTrouble(String plugin, String reason) implements NodeEvent {}

  /** A window this node follows became final. */
  record WindowFinal(WindowResult result) implements NodeEvent {}
}

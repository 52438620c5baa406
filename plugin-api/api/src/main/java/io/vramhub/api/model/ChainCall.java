package io.vramhub.api.model;

/**
 * What a participant may ask of the chain. Each call is signed by its sender; the rules are
 * protocol.md's.
 */
public sealed interface ChainCall {
  /** Bonds a miner; the chain assigns the uid. Rewards go to {@code payout}. */
  record RegisterMiner(Coins stake, Address payout, String label) implements ChainCall {}

  record RegisterValidator(Coins stake, Address payout, String label) implements ChainCall {}

  record AddMinerStake(MinerUid miner, Coins amount) implements ChainCall {}

  record AddValidatorStake(ValidatorUid validator, Coins amount) implements ChainCall {}

  /** Ends taking part at once and starts the unbonding delay. */
  record LeaveMiner(MinerUid miner) implements ChainCall {}

  record LeaveValidator(ValidatorUid validator) implements ChainCall {}

  /** Pays the bond back after the unbonding delay. */
  record WithdrawMinerStake(MinerUid miner) implements ChainCall {}

  record WithdrawValidatorStake(ValidatorUid validator) implements ChainCall {}

  /** Registers the key inside an attestation document; a new key starts a new epoch. */
  record RegisterEnclave(ValidatorUid validator, Attestation attestation) implements ChainCall {}

  /**
   * Publishes, in place of what was published before, how validators read the miner's storage.
   *
   * @param keyEpoch counts the miner's credentials, ascending
   * @param sealed under {@link SealPolicy.Credentials} of this key epoch, at most 4,096 bytes
   */
  record PublishCredentials(MinerUid miner, long keyEpoch, Bytes sealed) implements ChainCall {}

  /** Anyone may crank: draws the assignment seed and fixes the base checkpoint. */
  record OpenWindow(WindowId window) implements ChainCall {}

  /**
   * @param contentHash SHA-256 over the stored, sealed bytes
   * @param size their number
   * @param storageReference {@code walrus:{blob id}} or the payload's file name
   */
  record CommitGradient(
      WindowId window,
      MinerUid miner,
      Digest contentHash,
      long size,
      String storageReference,
      String codec)
      implements ChainCall {}

  /** Anyone may crank: draws the evaluation seed once the commit deadline has passed. */
  record OpenScoring(WindowId window) implements ChainCall {}

  record SubmitScores(SignedScoreReport scores) implements ChainCall {}

  /** Anyone may crank: rates, weighs, credits. */
  record FinalizeWindow(WindowId window) implements ChainCall {}

  /**
   * A validator's vote that {@code root} is the base of window {@code checkpoint}; votes of two
   * thirds of the stake anchor it.
   */
  record AnchorCheckpoint(
      ValidatorUid validator, WindowId checkpoint, Digest parent, Digest root, Digest topGDigest)
      implements ChainCall {}

  /** Pays everything credited to the record, once, to its payout address. */
  record ClaimMiner(MinerUid miner) implements ChainCall {}

  record ClaimValidator(ValidatorUid validator) implements ChainCall {}

  /** Governance only: new parameters from a window boundary on, after the timelock. */
  record ScheduleParameters(WindowId effective, NetworkParameters parameters)
      implements ChainCall {}
}

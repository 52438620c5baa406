package io.vramhub.api.model;

import java.util.List;

/**
 * What happened on the chain. Events are complete: folding them from the first gives the whole
 * state, so an indexer, an auditor and the ledger itself need nothing else.
 */
public sealed interface ChainEvent {
  record NetworkCreated(
      NetworkId network,
      NetworkParameters parameters,
      AttestationPolicy attestation,
      Address governance,
      CheckpointRef genesis)
      implements ChainEvent {}

  record ParametersScheduled(WindowId effective, NetworkParameters parameters)
      implements ChainEvent {}

  /** Test coins of a development ledger; never emitted on Sui. */
  record FaucetPaid(Address recipient, Coins amount) implements ChainEvent {}

  record MinerRegistered(MinerUid miner, Address owner, Address payout, Coins stake, String label)
      implements ChainEvent {}

  record ValidatorRegistered(
      ValidatorUid validator, Address owner, Address payout, Coins stake, String label)
      implements ChainEvent {}

  record MinerStakeAdded(MinerUid miner, Coins amount) implements ChainEvent {}

  record ValidatorStakeAdded(ValidatorUid validator, Coins amount) implements ChainEvent {}

  record MinerLeft(MinerUid miner, long withdrawableAtMs) implements ChainEvent {}

  record ValidatorLeft(ValidatorUid validator, long withdrawableAtMs) implements ChainEvent {}

  record MinerStakeWithdrawn(MinerUid miner, Coins amount) implements ChainEvent {}

  record ValidatorStakeWithdrawn(ValidatorUid validator, Coins amount) implements ChainEvent {}

  /**
   * How validators read the miner's storage from now on.
   *
   * @param sealed under {@link SealPolicy.Credentials} of this key epoch
   */
  record CredentialsPublished(MinerUid miner, long keyEpoch, Bytes sealed) implements ChainEvent {}

  record EnclaveRegistered(
      ValidatorUid validator,
      long epoch,
      Bytes publicKey,
      EnclaveKind kind,
      Attestation attestation)
      implements ChainEvent {}

  /**
   * @param base the checkpoint every gradient of the window starts from
   * @param miners the active miners in slot order, by uid
   * @param validators the active validators with their stake at this moment, by uid
   */
  record WindowOpened(
      WindowId window,
      Digest assignmentSeed,
      CheckpointRef base,
      List<MinerUid> miners,
      List<Bond> validators)
      implements ChainEvent {
    public WindowOpened {
      miners = List.copyOf(miners);
      validators = List.copyOf(validators);
    }
  }

  /** A validator's stake at a moment. */
  record Bond(ValidatorUid validator, Coins stake) {}

  record GradientCommitted(
      WindowId window,
      MinerUid miner,
      Digest contentHash,
      long size,
      String storageReference,
      String codec)
      implements ChainEvent {}

  record ScoringOpened(WindowId window, Digest evaluationSeed) implements ChainEvent {}

  record ScoresSubmitted(SignedScoreReport scores) implements ChainEvent {}

  /**
   * The validator reported another verdict or gain than the median: with the strict evaluator, a
   * lie.
   */
  record DeviationObserved(WindowId window, ValidatorUid validator, MinerUid miner)
      implements ChainEvent {}

  record ValidatorJailed(ValidatorUid validator, WindowId window) implements ChainEvent {}

  record WindowFinalized(WindowResult result) implements ChainEvent {}

  record CheckpointVoted(ValidatorUid validator, WindowId checkpoint, Digest root)
      implements ChainEvent {}

  record CheckpointAnchored(CheckpointRef checkpoint, Digest parent, Digest topGDigest)
      implements ChainEvent {}

  record Claimed(Payee payee, Address recipient, Coins amount) implements ChainEvent {}
}

package io.vramhub.protocol.chain;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.SealedCredential;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A miner as the chain knows it at one moment.
 *
 * @param owner who may act for it, and who gets its stake back
 * @param payout where its rewards are paid
 * @param label its self-chosen name: untrusted text
 * @param rating its rating after the last finalized window
 * @param proofNanos its proof-of-computation average, in billionths, -1e9..1e9 (protocol section 7)
 * @param scoredWindows windows in which it was scored and therefore rated
 * @param consecutiveAbsences windows, finalized and not empty, it was active in and has missed
 *     since its last commit
 * @param credentials how validators read its storage, if it has published that
 * @param withdrawableAtMs set once it has left: the chain time from which its stake may be
 *     withdrawn
 */
public record MinerRecord(
    MinerUid uid,
    Address owner,
    Address payout,
    String label,
    Coins stake,
    Rating rating,
    long proofNanos,
    int scoredWindows,
    int consecutiveAbsences,
    Optional<Credentials> credentials,
    OptionalLong withdrawableAtMs) {

  /** Credentials of a miner's storage, sealed under the policy of their key epoch. */
  public record Credentials(long keyEpoch, SealedCredential sealed) {}

  /** Whether it takes part in windows that open now. */
  public boolean active() {
    return withdrawableAtMs.isEmpty();
  }

  MinerRecord withStake(Coins newStake) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        newStake,
        rating,
        proofNanos,
        scoredWindows,
        consecutiveAbsences,
        credentials,
        withdrawableAtMs);
  }

  MinerRecord withLeft(long atMs) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        rating,
        proofNanos,
        scoredWindows,
        consecutiveAbsences,
        credentials,
        OptionalLong.of(atMs));
  }

  MinerRecord withScore(Rating newRating, long newProofNanos) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        newRating,
        newProofNanos,
        scoredWindows + 1,
        consecutiveAbsences,
        credentials,
        withdrawableAtMs);
  }

  MinerRecord withRating(Rating newRating) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        newRating,
        proofNanos,
        scoredWindows,
        consecutiveAbsences,
        credentials,
        withdrawableAtMs);
  }

  MinerRecord withAbsences(int absences) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        rating,
        proofNanos,
        scoredWindows,
        absences,
        credentials,
        withdrawableAtMs);
  }

  MinerRecord withCredentials(Credentials newCredentials) {
    return new MinerRecord(
        uid,
        owner,
        payout,
        label,
        stake,
        rating,
        proofNanos,
        scoredWindows,
        consecutiveAbsences,
        Optional.of(newCredentials),
        withdrawableAtMs);
  }
}

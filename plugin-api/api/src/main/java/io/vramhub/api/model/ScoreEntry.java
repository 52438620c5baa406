package io.vramhub.api.model;

/** One miner's line of a score report; both gains are zero unless the verdict is ACCEPTED. */
public record ScoreEntry(
    MinerUid miner,
    Digest contentHash,
    Verdict verdict,
    NanoNats heldoutGain,
    NanoNats assignedGain) {
  public ScoreEntry {
    if (verdict != Verdict.ACCEPTED && (heldoutGain.value() != 0 || assignedGain.value() != 0)) {
      throw new IllegalArgumentException("only an accepted gradient has gains: miner " + miner);
    }
  }
}

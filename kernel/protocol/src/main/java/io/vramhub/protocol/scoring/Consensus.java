package io.vramhub.protocol.scoring;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.protocol.scoring.WeightedMedian.Weighed;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the reports say of one miner together (protocol section 7).
 *
 * <ol>
 *   <li>The verdict is the one with the most stake behind it; a tie goes to the lower wire number,
 *       so ACCEPTED wins one.
 *   <li>If it is ACCEPTED, each gain is the stake-weighted median over the reports that accepted;
 *       otherwise both are zero.
 *   <li>A report deviates if its line differs from that outcome <em>and</em> more than half of the
 *       stake reported exactly that outcome. Honest reports are equal to the bit, so a line that a
 *       majority contradicts is false. Without such a majority nobody can tell who is wrong, and
 *       nobody is blamed: with two validators of equal stake, a liar must not get the honest one
 *       jailed.
 * </ol>
 *
 * @param deviators by uid
 */
record Consensus(
    Verdict verdict, NanoNats heldoutGain, NanoNats assignedGain, List<ValidatorUid> deviators) {

  /** One validator's line, with its stake when the window opened. */
  record Line(ValidatorUid validator, Coins stake, ScoreEntry entry) {}

  Consensus {
    deviators = List.copyOf(deviators);
  }

  /**
   * @param lines at least one, by validator uid, each from an assigned scorer
   */
  static Consensus of(List<Line> lines) {
    Verdict verdict = verdict(lines);
    NanoNats heldout = NanoNats.ZERO;
    NanoNats assigned = NanoNats.ZERO;
    if (verdict == Verdict.ACCEPTED) {
      List<Weighed<NanoNats>> heldoutGains = new ArrayList<>();
      List<Weighed<NanoNats>> assignedGains = new ArrayList<>();
      for (Line line : lines) {
        if (line.entry().verdict() == Verdict.ACCEPTED) {
          heldoutGains.add(new Weighed<>(line.entry().heldoutGain(), line.stake()));
          assignedGains.add(new Weighed<>(line.entry().assignedGain(), line.stake()));
        }
      }
      heldout = WeightedMedian.of(heldoutGains);
      assigned = WeightedMedian.of(assignedGains);
    }
    return new Consensus(verdict, heldout, assigned, deviators(lines, verdict, heldout, assigned));
  }

  private static Verdict verdict(List<Line> lines) {
    Map<Verdict, BigInteger> stakes = new EnumMap<>(Verdict.class);
    for (Line line : lines) {
      stakes.merge(line.entry().verdict(), stake(line), BigInteger::add);
    }
    BigInteger most = BigInteger.valueOf(-1);
    Verdict leading = Verdict.ACCEPTED;
    for (Verdict verdict : Verdict.values()) {
      BigInteger stake = stakes.getOrDefault(verdict, BigInteger.valueOf(-1));
      if (stake.compareTo(most) > 0) {
        most = stake;
        leading = verdict;
      }
    }
    return leading;
  }

  private static List<ValidatorUid> deviators(
      List<Line> lines, Verdict verdict, NanoNats heldout, NanoNats assigned) {
    BigInteger all = BigInteger.ZERO;
    BigInteger agreeing = BigInteger.ZERO;
    List<ValidatorUid> differing = new ArrayList<>();
    for (Line line : lines) {
      all = all.add(stake(line));
      ScoreEntry entry = line.entry();
      if (entry.verdict() == verdict
          && entry.heldoutGain().equals(heldout)
          && entry.assignedGain().equals(assigned)) {
        agreeing = agreeing.add(stake(line));
      } else {
        differing.add(line.validator());
      }
    }
    return agreeing.shiftLeft(1).compareTo(all) > 0 ? differing : List.of();
  }

  private static BigInteger stake(Line line) {
    return BigInteger.valueOf(line.stake().baseUnits());
  }
}

package io.vramhub.kernel.audit;

import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.WindowResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compares a recorded window result with the recomputed one, field by field, so that a difference
 * names the miner and the field it first shows in: causes come before consequences.
 */
final class ResultComparison {
  private final List<Mismatch> mismatches = new ArrayList<>();

  private ResultComparison() {}

  /** One field that differs. */
  record Mismatch(
      String subject, Optional<MinerUid> miner, String field, String expected, String found) {}

  /** Every field that differs, in order of cause; none if the results are equal. */
  static List<Mismatch> of(WindowResult expected, WindowResult found) {
    ResultComparison comparison = new ResultComparison();
    comparison.compare(expected, found);
    return List.copyOf(comparison.mismatches);
  }

  private void compare(WindowResult expected, WindowResult found) {
    window("outcome", outcome(expected), outcome(found));
    compareMiners(expected.miners(), found.miners());
    compareDrift(expected.drifted(), found.drifted());
    window("merged gradients", expected.topG(), found.topG());
    window("digest of the merged gradients", expected.topGDigest(), found.topGDigest());
    window("emission", expected.emission(), found.emission());
    compareCredits(expected.credits(), found.credits());
    if (mismatches.isEmpty() && !expected.equals(found)) {
      window("result", expected, found);
    }
  }

  private static String outcome(WindowResult result) {
    return result.empty() ? "empty" : "scored";
  }

  private void compareMiners(List<MinerResult> expected, List<MinerResult> found) {
    TreeMap<MinerUid, MinerResult> left = new TreeMap<>();
    TreeMap<MinerUid, MinerResult> right = new TreeMap<>();
    expected.forEach(line -> left.put(line.miner(), line));
    found.forEach(line -> right.put(line.miner(), line));
    TreeMap<MinerUid, MinerResult> all = new TreeMap<>(left);
    all.putAll(right);
    for (MinerUid miner : all.keySet()) {
      Optional<MinerResult> one = Optional.ofNullable(left.get(miner));
      Optional<MinerResult> other = Optional.ofNullable(right.get(miner));
      for (Map.Entry<String, Function<MinerResult, Object>> field : FIELDS.entrySet()) {
        miner(miner, field.getKey(), one.map(field.getValue()), other.map(field.getValue()));
      }
    }
  }

  private static final SequencedMap<String, Function<MinerResult, Object>> FIELDS = fields();

  private static SequencedMap<String, Function<MinerResult, Object>> fields() {
    SequencedMap<String, Function<MinerResult, Object>> fields = new LinkedHashMap<>();
    fields.put("verdict", MinerResult::verdict);
    fields.put("held-out gain", MinerResult::heldoutGain);
    fields.put("assigned gain", MinerResult::assignedGain);
    fields.put("proof-of-computation average", MinerResult::proofNanos);
    fields.put("rating before", line -> rating(line.before()));
    fields.put("rating after", line -> rating(line.after()));
    fields.put("eligibility", MinerResult::eligible);
    fields.put("weight", MinerResult::weightNanos);
    return fields;
  }

  private void compareDrift(List<RatingChange> expected, List<RatingChange> found) {
    TreeMap<MinerUid, RatingChange> left = new TreeMap<>();
    TreeMap<MinerUid, RatingChange> right = new TreeMap<>();
    expected.forEach(change -> left.put(change.miner(), change));
    found.forEach(change -> right.put(change.miner(), change));
    TreeMap<MinerUid, RatingChange> all = new TreeMap<>(left);
    all.putAll(right);
    for (MinerUid miner : all.keySet()) {
      miner(
          miner,
          "rating after absence",
          Optional.ofNullable(left.get(miner)).map(change -> rating(change.after())),
          Optional.ofNullable(right.get(miner)).map(change -> rating(change.after())));
    }
  }

  private void compareCredits(List<Credit> expected, List<Credit> found) {
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      Optional<Credit> one = i < expected.size() ? Optional.of(expected.get(i)) : Optional.empty();
      Optional<Credit> other = i < found.size() ? Optional.of(found.get(i)) : Optional.empty();
      if (one.equals(other)) {
        continue;
      }
      Payee payee = one.or(() -> other).map(Credit::payee).orElseGet(Payee.Treasury::new);
      mismatches.add(
          new Mismatch(
              subject(payee),
              minerOf(payee),
              "credit",
              one.map(ResultComparison::credit).orElse("none"),
              other.map(ResultComparison::credit).orElse("none")));
    }
  }

  static String subject(Payee payee) {
    return switch (payee) {
      case Payee.Miner(MinerUid uid) -> "miner " + uid;
      case Payee.Validator validator -> "validator " + validator.uid();
      case Payee.Treasury _ -> "treasury";
    };
  }

  static Optional<MinerUid> minerOf(Payee payee) {
    return switch (payee) {
      case Payee.Miner(MinerUid uid) -> Optional.of(uid);
      case Payee.Validator _, Payee.Treasury _ -> Optional.empty();
    };
  }

  private static String credit(Credit credit) {
    return credit.amount() + " to " + subject(credit.payee());
  }

  private static String rating(Rating rating) {
    return rating.muNanos() + " +- " + rating.sigmaNanos();
  }

  private void window(String field, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      mismatches.add(
          new Mismatch("window", Optional.empty(), field, expected.toString(), found.toString()));
    }
  }

  private void miner(
      MinerUid miner, String field, Optional<Object> expected, Optional<Object> found) {
    if (!expected.equals(found)) {
      mismatches.add(
          new Mismatch(
              "miner " + miner,
              Optional.of(miner),
              field,
              expected.map(Object::toString).orElse("none"),
              found.map(Object::toString).orElse("none")));
    }
  }
}

package io.vramhub.vramscan;

import io.vramhub.api.model.Coins;
import io.vramhub.protocol.reward.EmissionSchedule;
import java.sql.SQLException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The sums of money, each computed in two ways. */
final class RewardAnswers {
  private RewardAnswers() {}

  private record Sums(
      long issued,
      long credited,
      long claimed,
      long emissions,
      long recipients,
      long claims,
      long broken) {}

  static ObjectNode rewards(Session session) throws SQLException {
    Sums sums =
        session.only(
            """
            SELECT issued, credited, claimed,
              (SELECT COALESCE(SUM(emission), 0) FROM training_window) AS emissions,
              (SELECT COALESCE(SUM(earned), 0) FROM miner)
                + (SELECT COALESCE(SUM(earned), 0) FROM validator)
                + (SELECT COALESCE(SUM(credited_treasury), 0) FROM training_window) AS recipients,
              (SELECT COALESCE(SUM(amount), 0) FROM claim) AS claims,
              (SELECT COUNT(*) FROM training_window
                WHERE credited_miners + credited_validators + credited_treasury <> emission)
                AS broken
            FROM progress
            """,
            row ->
                new Sums(
                    row.number("issued"),
                    row.number("credited"),
                    row.number("claimed"),
                    row.number("emissions"),
                    row.number("recipients"),
                    row.number("claims"),
                    row.number("broken")));
    ObjectNode rewards = ApiJson.object();
    rewards.put("cap", amount(EmissionSchedule.CAP));
    rewards.put("issued", Long.toString(sums.issued()));
    rewards.put("credited", Long.toString(sums.credited()));
    rewards.put("claimed", Long.toString(sums.claimed()));
    rewards.put("unclaimed", Long.toString(sums.credited() - sums.claimed()));
    rewards.put("nextEmission", amount(EmissionSchedule.emission(new Coins(sums.issued()))));
    rewards.set(
        "last",
        session
            .first(
                Listings.REWARD_WINDOWS.select()
                    + " WHERE w.finalized_at_ms IS NOT NULL ORDER BY w.number DESC LIMIT 1",
                Listings.REWARD_WINDOWS::item)
            .<JsonNode>map(last -> last)
            .orElse(rewards.nullNode()));
    ArrayNode checks = rewards.arrayNode();
    equal(checks, "sum of emissions = issued", sums.emissions(), sums.issued());
    equal(checks, "sum of credits = issued", sums.credited(), sums.issued());
    equal(checks, "sum over recipients = credits", sums.recipients(), sums.credited());
    equal(checks, "sum of claims = claimed", sums.claims(), sums.claimed());
    equal(checks, "windows whose credits are not their emission = 0", sums.broken(), 0);
    atMost(checks, "claimed <= credits", sums.claimed(), sums.credited());
    atMost(checks, "issued <= cap", sums.issued(), EmissionSchedule.CAP.baseUnits());
    boolean holds = checks.valueStream().allMatch(check -> check.get("holds").booleanValue());
    rewards.put("holds", holds);
    rewards.set("checks", checks);
    return rewards;
  }

  private static String amount(Coins coins) {
    return Long.toString(coins.baseUnits());
  }

  private static void equal(ArrayNode checks, String name, long left, long right) {
    check(checks, name, left, right, left == right);
  }

  private static void atMost(ArrayNode checks, String name, long left, long right) {
    check(checks, name, left, right, left <= right);
  }

  private static void check(ArrayNode checks, String name, long left, long right, boolean holds) {
    checks
        .addObject()
        .put("name", name)
        .put("left", Long.toString(left))
        .put("right", Long.toString(right))
        .put("holds", holds);
  }
}

package io.vramhub.vramscan;

import java.util.List;

/** The lists of the API, field by field in the order of its description. */
final class Listings {
  private static final String WINDOW_ANOMALIES =
      """
      (CASE WHEN w.outcome = 'TRAINING' THEN 0 ELSE w.miners - w.commits END
        + CASE WHEN w.finalized_at_ms IS NULL THEN 0 ELSE w.validators - w.reports END
        + w.rejected + w.unscored + w.deviations)\
      """;

  static final Listing WINDOWS =
      new Listing(
          "training_window w",
          "w.number",
          List.of(
              Column.number("window", "w.number").sortable(),
              Column.text("outcome", "w.outcome").filterable(),
              Column.number("openedSequence", "w.opened_sequence"),
              Column.number("openedAtMs", "w.opened_at_ms").sortable(),
              Column.number("scoringAtMs", "w.scoring_at_ms"),
              Column.number("finalizedSequence", "w.finalized_sequence"),
              Column.number("finalizedAtMs", "w.finalized_at_ms"),
              Column.number("baseCheckpoint", "w.base_checkpoint"),
              Column.text("baseRoot", "w.base_root"),
              Column.text("assignmentSeed", "w.assignment_seed"),
              Column.text("evaluationSeed", "w.evaluation_seed"),
              Column.number("miners", "w.miners"),
              Column.number("commits", "w.commits").sortable(),
              Column.number("accepted", "w.accepted"),
              Column.number("rejected", "w.rejected").sortable(),
              Column.number("unscored", "w.unscored"),
              Column.number("validators", "w.validators"),
              Column.number("reports", "w.reports").sortable(),
              Column.number("deviations", "w.deviations").sortable(),
              Column.number("merged", "w.merged"),
              Column.number("payloadBytes", "w.payload_bytes").sortable(),
              Column.decimal("emission", "w.emission").sortable(),
              Column.decimal("bestGain", "w.best_gain").sortableWithNulls(),
              Column.decimal("mergedGain", "w.merged_gain").sortableWithNulls(),
              Column.number("anomalies", WINDOW_ANOMALIES).sortable()),
          true);

  static final Listing MINER_WINDOWS =
      new Listing(
          "window_miner m",
          "m.window_number",
          List.of(
              Column.number("window", "m.window_number").sortable(),
              Column.number("miner", "m.miner_uid"),
              Column.number("slot", "m.slot"),
              Column.number("commitSequence", "m.commit_sequence"),
              Column.number("committedAtMs", "m.committed_at_ms"),
              Column.number("commitOrder", "m.commit_order"),
              Column.text("contentHash", "m.content_hash"),
              Column.number("size", "m.size").sortableWithNulls(),
              Column.text("storageReference", "m.storage_reference"),
              Column.text("codec", "m.codec"),
              Column.text("verdict", "m.verdict").filterable(),
              Column.decimal("heldoutGain", "m.heldout_gain").sortableWithNulls(),
              Column.decimal("assignedGain", "m.assigned_gain").sortableWithNulls(),
              Column.decimal("proofBeforeNanos", "m.proof_before"),
              Column.decimal("proofAfterNanos", "m.proof_after"),
              Column.decimal("muBeforeNanos", "m.mu_before"),
              Column.decimal("sigmaBeforeNanos", "m.sigma_before"),
              Column.decimal("muAfterNanos", "m.mu_after").sortableWithNulls(),
              Column.decimal("sigmaAfterNanos", "m.sigma_after"),
              Column.truth("eligible", "m.eligible").filterable(),
              Column.decimal("weightNanos", "m.weight").sortableWithNulls(),
              Column.decimal("pay", "m.pay").sortable(),
              Column.number("mergeRank", "m.merge_rank")),
          true);

  static final Listing VALIDATOR_WINDOWS =
      new Listing(
          "window_validator v",
          "v.window_number",
          List.of(
              Column.number("window", "v.window_number").sortable(),
              Column.number("validator", "v.validator_uid"),
              Column.decimal("stake", "v.stake"),
              Column.number("reportSequence", "v.report_sequence"),
              Column.number("reportedAtMs", "v.reported_at_ms"),
              Column.number("delayMs", "v.delay_ms").sortableWithNulls(),
              Column.number("enclaveEpoch", "v.enclave_epoch"),
              Column.number("entries", "v.entries").sortable(),
              Column.number("deviations", "v.deviations").sortable(),
              Column.decimal("pay", "v.pay").sortable(),
              Column.text("votedRoot", "v.voted_root"),
              Column.number("voteSequence", "v.vote_sequence")),
          true);

  static final Listing MINERS =
      new Listing(
          "miner m",
          "m.uid",
          List.of(
              Column.number(
                  "rank",
                  """
                  (CASE WHEN m.withdrawable_at_ms IS NULL THEN
                    (SELECT COUNT(*) + 1 FROM miner better
                      WHERE better.withdrawable_at_ms IS NULL AND (better.ordinal > m.ordinal
                        OR (better.ordinal = m.ordinal AND better.uid < m.uid))) END)\
                  """),
              Column.decimal("ordinalNanos", "m.ordinal").sortable(),
              Column.number("miner", "m.uid").sortable(),
              Column.text("label", "m.label").sortable().filterable(),
              Column.text("owner", "m.owner").filterable(),
              Column.text("payout", "m.payout"),
              Column.truth("active", "(m.withdrawable_at_ms IS NULL)").filterable(),
              Column.decimal("muNanos", "m.mu").sortable(),
              Column.decimal("sigmaNanos", "m.sigma").sortable(),
              Column.decimal("proofNanos", "m.proof").sortable(),
              Column.decimal("stake", "m.stake").sortable(),
              Column.decimal("earned", "m.earned").sortable(),
              Column.decimal("claimed", "m.claimed"),
              Column.number("windows", "m.windows"),
              Column.number("commits", "m.commits").sortable(),
              Column.number("accepted", "m.accepted").sortable(),
              Column.number("merged", "m.merged").sortable(),
              Column.number("scoredWindows", "m.scored_windows"),
              Column.number("consecutiveAbsences", "m.absences").sortable(),
              Column.number("lastWindow", "m.last_window"),
              Column.decimal("weightNanos", "m.weight"),
              Column.number("registeredSequence", "m.registered_sequence"),
              Column.number("registeredAtMs", "m.registered_at_ms"),
              Column.number("withdrawableAtMs", "m.withdrawable_at_ms")),
          true);

  static final Listing VALIDATORS =
      new Listing(
          "validator v",
          "v.uid",
          List.of(
              Column.number("validator", "v.uid").sortable(),
              Column.text("label", "v.label").sortable().filterable(),
              Column.text("owner", "v.owner").filterable(),
              Column.text("payout", "v.payout"),
              Column.truth(
                      "active",
                      "(v.withdrawable_at_ms IS NULL AND v.jailed_by IS NULL"
                          + " AND v.enclave_epoch IS NOT NULL)")
                  .filterable(),
              Column.number("jailedBy", "v.jailed_by"),
              Column.decimal("stake", "v.stake").sortable(),
              Column.decimal("earned", "v.earned").sortable(),
              Column.decimal("claimed", "v.claimed"),
              Column.number("windows", "v.windows"),
              Column.number("reports", "v.reports").sortable(),
              Column.number("entries", "v.entries"),
              Column.number("deviations", "v.deviations").sortable(),
              Column.number("votes", "v.votes").sortable(),
              Column.number("agreeingVotes", "v.agreeing_votes"),
              Column.number(
                      "meanDelayMs", "(CASE WHEN v.reports > 0 THEN v.delay_ms / v.reports END)")
                  .sortableWithNulls(),
              Column.number("enclaveEpoch", "v.enclave_epoch"),
              Column.text("enclaveKind", "v.enclave_kind"),
              Column.number("lastWindow", "v.last_window"),
              Column.number("registeredSequence", "v.registered_sequence"),
              Column.number("registeredAtMs", "v.registered_at_ms"),
              Column.number("withdrawableAtMs", "v.withdrawable_at_ms")),
          false);

  static final Listing ENCLAVES =
      new Listing(
          "enclave e JOIN validator v ON v.uid = e.validator_uid",
          "e.registered_sequence",
          List.of(
              Column.number("registeredSequence", "e.registered_sequence").sortable(),
              Column.text("enclave", "(e.validator_uid || '-' || e.epoch)"),
              Column.number("validator", "e.validator_uid").sortable().filterable(),
              Column.number("epoch", "e.epoch"),
              Column.truth("current", "(e.epoch = v.enclave_epoch)").filterable(),
              Column.text("kind", "e.kind").filterable(),
              Column.text("publicKey", "e.public_key"),
              Column.number("registeredAtMs", "e.registered_at_ms"),
              Column.number("documentBytes", "e.document_bytes"),
              Column.number("reports", "e.reports").sortable()),
          true);

  static final Listing CHECKPOINTS =
      new Listing(
          "checkpoint c LEFT JOIN training_window w ON w.number = c.number - 1",
          "c.number",
          List.of(
              Column.number("checkpoint", "c.number").sortable(),
              Column.text("root", "c.root").filterable(),
              Column.text("parent", "c.parent"),
              Column.text("topGDigest", "c.top_g_digest"),
              Column.number("anchoredSequence", "c.anchored_sequence"),
              Column.number("anchoredAtMs", "c.anchored_at_ms").sortable(),
              Column.number("mergedFrom", "w.number"),
              Column.number("merged", "COALESCE(w.merged, 0)").sortable(),
              Column.decimal("mergedGain", "w.merged_gain"),
              Column.number(
                  "votes",
                  """
                  (SELECT COUNT(*) FROM window_validator v
                    WHERE v.window_number = c.number - 1 AND v.voted_root IS NOT NULL)\
                  """),
              Column.number(
                  "agreeing",
                  """
                  (SELECT COUNT(*) FROM window_validator v
                    WHERE v.window_number = c.number - 1 AND v.voted_root = c.root)\
                  """)),
          true);

  private static final String CREDITED =
      "(w.credited_miners + w.credited_validators + w.credited_treasury)";

  /** Of final windows; the lists' condition says so. */
  static final Listing REWARD_WINDOWS =
      new Listing(
          "training_window w",
          "w.number",
          List.of(
              Column.number("window", "w.number").sortable(),
              Column.number("finalizedAtMs", "w.finalized_at_ms").sortable(),
              Column.decimal("emission", "w.emission").sortable(),
              Column.decimal("miners", "w.credited_miners"),
              Column.decimal("validators", "w.credited_validators"),
              Column.decimal("treasury", "w.credited_treasury"),
              Column.decimal("credited", CREDITED),
              Column.truth("holds", "(" + CREDITED + " = w.emission)").filterable()),
          true);

  static final Listing CLAIMS =
      new Listing(
          "claim c",
          "c.sequence",
          List.of(
              Column.number("sequence", "c.sequence").sortable(),
              Column.number("claimedAtMs", "c.claimed_at_ms").sortable(),
              Column.text("payee", "c.payee").filterable(),
              Column.text("recipient", "c.recipient").filterable(),
              Column.decimal("amount", "c.amount").sortable()),
          true);

  static final Listing EVENTS =
      new Listing(
          "chain_event e",
          "e.sequence",
          List.of(
              Column.number("sequence", "e.sequence").sortable(),
              Column.number("timeMs", "e.time_ms"),
              Column.text("kind", "e.kind").filterable(),
              Column.text("topic", "e.topic").filterable(),
              Column.number("window", "e.window_number").filterable(),
              Column.number("miner", "e.miner_uid").filterable(),
              Column.number("validator", "e.validator_uid").filterable(),
              Column.json("body", "e.body")),
          true);

  /** The events without their bodies. */
  static final Listing EVENT_SUMMARIES =
      new Listing(
          "chain_event e",
          "e.sequence",
          List.of(
              Column.number("sequence", "e.sequence").sortable(),
              Column.number("timeMs", "e.time_ms"),
              Column.text("kind", "e.kind"),
              Column.number("window", "e.window_number"),
              Column.number("miner", "e.miner_uid"),
              Column.number("validator", "e.validator_uid")),
          true);

  /** Of final windows; the lists' condition says so. */
  static final Listing TRAINING =
      new Listing(
          "training_window w",
          "w.number",
          List.of(
              Column.number("window", "w.number").sortable(),
              Column.number("finalizedAtMs", "w.finalized_at_ms"),
              Column.decimal("tokens", "w.tokens"),
              Column.number("commits", "w.commits"),
              Column.number("accepted", "w.accepted"),
              Column.number("merged", "w.merged"),
              Column.number("payloadBytes", "w.payload_bytes"),
              Column.decimal("bestGain", "w.best_gain"),
              Column.decimal("mergedGain", "w.merged_gain"),
              Column.decimal("summedGain", "w.summed_gain")),
          false);

  private Listings() {}
}

package io.vramhub.vramscan;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The part of the fold that happens inside a window, from its opening to its checkpoint. */
final class WindowProjection {
  private static final String INSERT_MINER =
      "INSERT INTO window_miner (window_number, miner_uid, slot) VALUES (?, ?, ?)";
  private static final String INSERT_VALIDATOR =
      "INSERT INTO window_validator (window_number, validator_uid, stake) VALUES (?, ?, ?)";

  private final Session session;

  WindowProjection(Session session) {
    this.session = session;
  }

  void open(ChainEvent.WindowOpened event, ChainRecord happened) throws SQLException {
    long window = event.window().number();
    session.update(
        """
        INSERT INTO training_window (number, outcome, opened_sequence, opened_at_ms,
          base_checkpoint, base_root, assignment_seed, miners, validators)
        VALUES (?, 'TRAINING', ?, ?, ?, ?, ?, ?, ?)
        """,
        window,
        happened.sequence(),
        happened.timeMs(),
        event.base().window().number(),
        event.base().root().hex(),
        event.assignmentSeed().hex(),
        event.miners().size(),
        event.validators().size());
    List<Object[]> miners = new ArrayList<>();
    for (MinerUid miner : event.miners()) {
      miners.add(new Object[] {window, miner.value(), miners.size()});
    }
    session.updateAll(INSERT_MINER, miners);
    List<Object[]> validators = new ArrayList<>();
    List<Object[]> listed = new ArrayList<>();
    for (ChainEvent.Bond bond : event.validators()) {
      validators.add(new Object[] {window, bond.validator().value(), bond.stake().baseUnits()});
      listed.add(new Object[] {bond.validator().value()});
    }
    session.updateAll(INSERT_VALIDATOR, validators);
    session.updateAll("UPDATE validator SET windows = windows + 1 WHERE uid = ?", listed);
  }

  void commit(ChainEvent.GradientCommitted event, ChainRecord happened) throws SQLException {
    long window = event.window().number();
    long miner = event.miner().value();
    change(
        INSERT_MINER,
        """
        UPDATE window_miner SET commit_sequence = ?, committed_at_ms = ?,
          commit_order = (SELECT commits FROM training_window WHERE number = ?),
          content_hash = ?, size = ?, storage_reference = ?, codec = ?
        WHERE window_number = ? AND miner_uid = ?
        """,
        happened.sequence(),
        happened.timeMs(),
        window,
        event.contentHash().hex(),
        event.size(),
        event.storageReference(),
        event.codec(),
        window,
        miner);
    session.update(
        """
        UPDATE training_window SET commits = commits + 1, payload_bytes = payload_bytes + ?
        WHERE number = ?
        """,
        event.size(),
        window);
    session.update(
        "UPDATE miner SET commits = commits + 1, last_window = ? WHERE uid = ?", window, miner);
  }

  /**
   * Changes somebody's row of a window. Whoever acts in a window without having been listed at its
   * opening gets a row then.
   *
   * @param arguments end with the window and the uid
   */
  private void change(String insert, String update, Object... arguments) throws SQLException {
    if (session.update(update, arguments) == 0) {
      Object window = arguments[arguments.length - 2];
      Object uid = arguments[arguments.length - 1];
      session.update(insert, window, uid, OptionalLong.empty());
      session.update(update, arguments);
    }
  }

  void openScoring(ChainEvent.ScoringOpened event, ChainRecord happened) throws SQLException {
    session.update(
        """
        UPDATE training_window SET outcome = 'SCORING', scoring_at_ms = ?, evaluation_seed = ?
        WHERE number = ?
        """,
        happened.timeMs(),
        event.evaluationSeed().hex(),
        event.window().number());
  }

  void score(SignedScoreReport scores, ChainRecord happened) throws SQLException {
    long window = scores.report().window().number();
    long validator = scores.report().validator().value();
    long entries = scores.report().entries().size();
    OptionalLong scoringAt =
        session
            .first(
                "SELECT scoring_at_ms FROM training_window WHERE number = ?",
                row -> row.optionalNumber("scoring_at_ms"),
                window)
            .orElse(OptionalLong.empty());
    OptionalLong delay =
        scoringAt.isPresent()
            ? OptionalLong.of(happened.timeMs() - scoringAt.getAsLong())
            : OptionalLong.empty();
    change(
        INSERT_VALIDATOR,
        """
        UPDATE window_validator SET report_sequence = ?, reported_at_ms = ?, delay_ms = ?,
          enclave_epoch = ?, entries = ?, report = ?
        WHERE window_number = ? AND validator_uid = ?
        """,
        happened.sequence(),
        happened.timeMs(),
        delay,
        scores.report().enclaveEpoch(),
        entries,
        StoredReport.stored(scores),
        window,
        validator);
    session.update("UPDATE training_window SET reports = reports + 1 WHERE number = ?", window);
    session.update(
        """
        UPDATE validator SET reports = reports + 1, entries = entries + ?, delay_ms = delay_ms + ?,
          last_window = ?
        WHERE uid = ?
        """,
        entries,
        delay.orElse(0),
        window,
        validator);
    session.update(
        "UPDATE enclave SET reports = reports + 1 WHERE validator_uid = ? AND epoch = ?",
        validator,
        scores.report().enclaveEpoch());
  }

  void deviate(ChainEvent.DeviationObserved event) throws SQLException {
    long window = event.window().number();
    long validator = event.validator().value();
    session.update(
        "INSERT INTO deviation VALUES (?, ?, ?)", window, validator, event.miner().value());
    session.update(
        "UPDATE training_window SET deviations = deviations + 1 WHERE number = ?", window);
    session.update("UPDATE validator SET deviations = deviations + 1 WHERE uid = ?", validator);
    session.update(
        """
        UPDATE window_validator SET deviations = deviations + 1
        WHERE window_number = ? AND validator_uid = ?
        """,
        window,
        validator);
  }

  void finish(WindowResult result, ChainRecord happened) throws SQLException {
    long window = result.window().number();
    keepStateBefore(window);
    countAgreement(window);
    Totals totals = Totals.of(result);
    session.update(
        """
        UPDATE training_window SET outcome = ?, finalized_sequence = ?, finalized_at_ms = ?,
          accepted = ?, rejected = ?, unscored = commits - ?, merged = ?, best_gain = ?,
          merged_gain = ?, top_g = ?, top_g_digest = ?, drifted = ?, emission = ?,
          credited_miners = ?, credited_validators = ?, credited_treasury = ?,
          issued_before = (SELECT issued FROM progress)
        WHERE number = ?
        """,
        result.empty() ? "EMPTY" : "FINAL",
        happened.sequence(),
        happened.timeMs(),
        totals.accepted(),
        result.miners().size() - totals.accepted(),
        result.miners().size(),
        result.topG().size(),
        totals.bestGain(),
        totals.mergedGain(),
        ApiJson.text(result.topG()),
        result.topGDigest().hex(),
        ApiJson.text(result.drifted()),
        result.emission().baseUnits(),
        totals.miners(),
        totals.validators(),
        totals.treasury(),
        window);
    session.update(
        """
        UPDATE progress SET issued = issued + ?, credited = credited + ?,
          summed_gain = summed_gain + ?,
          tokens = tokens + ? * (SELECT tokens_per_miner FROM parameter_set WHERE effective <= ?
            ORDER BY effective DESC, sequence DESC LIMIT 1)
        """,
        result.emission().baseUnits(),
        totals.miners() + totals.validators() + totals.treasury(),
        totals.mergedGain().orElse(0),
        totals.accepted(),
        window);
    session.update(
        """
        UPDATE training_window SET tokens = (SELECT tokens FROM progress),
          summed_gain = (SELECT summed_gain FROM progress)
        WHERE number = ?
        """,
        window);
    if (!result.empty()) {
      countAbsences(window);
      rate(result);
      drift(result);
      credit(result);
    }
  }

  /** What the window's outcome is computed from, for whoever recomputes it. */
  private void keepStateBefore(long window) throws SQLException {
    session.updateAll(
        """
        UPDATE window_miner SET mu_before = ?, sigma_before = ?, proof_before = ?,
          absences_before = ?
        WHERE window_number = ? AND miner_uid = ?
        """,
        session.rows(
            """
            SELECT m.uid, m.mu, m.sigma, m.proof, m.absences FROM window_miner w
            JOIN miner m ON m.uid = w.miner_uid WHERE w.window_number = ?
            """,
            row ->
                new Object[] {
                  row.number("mu"),
                  row.number("sigma"),
                  row.number("proof"),
                  row.number("absences"),
                  window,
                  row.number("uid")
                },
            window));
    session.updateAll(
        """
        UPDATE window_validator SET deviations_before = ?, jailed_before = ?
        WHERE window_number = ? AND validator_uid = ?
        """,
        session.rows(
            """
            SELECT v.uid, v.deviations, v.jailed_by FROM window_validator w
            JOIN validator v ON v.uid = w.validator_uid WHERE w.window_number = ?
            """,
            row ->
                new Object[] {
                  row.number("deviations"),
                  row.optionalNumber("jailed_by").isPresent(),
                  window,
                  row.number("uid")
                },
            window));
  }

  private void countAbsences(long window) throws SQLException {
    session.updateAll(
        "UPDATE miner SET windows = windows + 1, absences = ? WHERE uid = ?",
        session.rows(
            """
            SELECT m.uid, m.absences, w.commit_sequence FROM window_miner w
            JOIN miner m ON m.uid = w.miner_uid
            WHERE w.window_number = ? AND w.slot IS NOT NULL
            """,
            row ->
                new Object[] {
                  row.optionalNumber("commit_sequence").isPresent()
                      ? 0L
                      : row.number("absences") + 1,
                  row.number("uid")
                },
            window));
  }

  private void rate(WindowResult result) throws SQLException {
    long window = result.window().number();
    Map<MinerUid, Integer> ranks = new HashMap<>();
    result.topG().forEach(miner -> ranks.put(miner, ranks.size()));
    List<Object[]> lines = new ArrayList<>();
    List<Object[]> miners = new ArrayList<>();
    for (MinerResult line : result.miners()) {
      long accepted = line.verdict() == Verdict.ACCEPTED ? 1 : 0;
      Optional<Integer> rank = Optional.ofNullable(ranks.get(line.miner()));
      lines.add(
          new Object[] {
            line.verdict().name(),
            line.heldoutGain().value(),
            line.assignedGain().value(),
            line.proofNanos(),
            line.after().muNanos(),
            line.after().sigmaNanos(),
            line.eligible(),
            line.weightNanos(),
            rank,
            window,
            line.miner().value()
          });
      miners.add(
          new Object[] {
            line.after().muNanos(),
            line.after().sigmaNanos(),
            line.after().ordinalNanos(),
            line.proofNanos(),
            line.weightNanos(),
            accepted,
            rank.isPresent() ? 1L : 0L,
            line.miner().value()
          });
    }
    session.updateAll(
        """
        UPDATE window_miner SET verdict = ?, heldout_gain = ?, assigned_gain = ?, proof_after = ?,
          mu_after = ?, sigma_after = ?, eligible = ?, weight = ?, merge_rank = ?
        WHERE window_number = ? AND miner_uid = ?
        """,
        lines);
    // Whoever is not in this window's result has no share of it.
    session.update("UPDATE miner SET weight = 0 WHERE weight <> 0");
    session.updateAll(
        """
        UPDATE miner SET mu = ?, sigma = ?, ordinal = ?, proof = ?, weight = ?,
          scored_windows = scored_windows + 1, accepted = accepted + ?, merged = merged + ?
        WHERE uid = ?
        """,
        miners);
  }

  private void drift(WindowResult result) throws SQLException {
    for (RatingChange change : result.drifted()) {
      session.update(
          "UPDATE miner SET mu = ?, sigma = ?, ordinal = ? WHERE uid = ?",
          change.after().muNanos(),
          change.after().sigmaNanos(),
          change.after().ordinalNanos(),
          change.miner().value());
      session.update(
          """
          UPDATE window_miner SET mu_after = ?, sigma_after = ?
          WHERE window_number = ? AND miner_uid = ?
          """,
          change.after().muNanos(),
          change.after().sigmaNanos(),
          result.window().number(),
          change.miner().value());
    }
  }

  private void credit(WindowResult result) throws SQLException {
    long window = result.window().number();
    for (Credit credit : result.credits()) {
      long amount = credit.amount().baseUnits();
      switch (credit.payee()) {
        case Payee.Miner payee -> {
          session.update(
              "UPDATE miner SET earned = earned + ? WHERE uid = ?", amount, payee.uid().value());
          session.update(
              "UPDATE window_miner SET pay = pay + ? WHERE window_number = ? AND miner_uid = ?",
              amount,
              window,
              payee.uid().value());
        }
        case Payee.Validator payee -> {
          session.update(
              "UPDATE validator SET earned = earned + ? WHERE uid = ?",
              amount,
              payee.uid().value());
          session.update(
              """
              UPDATE window_validator SET pay = pay + ?
              WHERE window_number = ? AND validator_uid = ?
              """,
              amount,
              window,
              payee.uid().value());
        }
        case Payee.Treasury treasury -> {
          // The window's row holds it.
        }
      }
    }
  }

  private void countAgreement(long window) throws SQLException {
    List<SignedScoreReport> reports =
        StoredReport.ofWindow(session, window).stream().map(StoredReport::scores).toList();
    for (int first = 0; first < reports.size(); first++) {
      for (int second = first + 1; second < reports.size(); second++) {
        countAgreement(reports.get(first), reports.get(second));
      }
    }
  }

  private void countAgreement(SignedScoreReport first, SignedScoreReport second)
      throws SQLException {
    Map<MinerUid, ScoreEntry> said = new HashMap<>();
    first.report().entries().forEach(entry -> said.put(entry.miner(), entry));
    long compared = 0;
    long equal = 0;
    for (ScoreEntry entry : second.report().entries()) {
      Optional<ScoreEntry> other = Optional.ofNullable(said.get(entry.miner()));
      compared += other.isPresent() ? 1 : 0;
      equal += other.filter(entry::equals).isPresent() ? 1 : 0;
    }
    long a = first.report().validator().value();
    long b = second.report().validator().value();
    int known =
        session.update(
            """
            UPDATE agreement SET compared = compared + ?, equal = equal + ?
            WHERE first_uid = ? AND second_uid = ?
            """,
            compared,
            equal,
            a,
            b);
    if (known == 0) {
      session.update("INSERT INTO agreement VALUES (?, ?, ?, ?)", a, b, compared, equal);
    }
  }

  void vote(ChainEvent.CheckpointVoted event, ChainRecord happened) throws SQLException {
    long window = event.checkpoint().previous().number();
    long validator = event.validator().value();
    change(
        INSERT_VALIDATOR,
        """
        UPDATE window_validator SET voted_root = ?, vote_sequence = ?, voted_at_ms = ?
        WHERE window_number = ? AND validator_uid = ?
        """,
        event.root().hex(),
        happened.sequence(),
        happened.timeMs(),
        window,
        validator);
    session.update(
        """
        UPDATE validator SET votes = votes + 1, agreeing_votes = agreeing_votes
          + (SELECT COUNT(*) FROM checkpoint WHERE number = ? AND root = ?)
        WHERE uid = ?
        """,
        event.checkpoint().number(),
        event.root().hex(),
        validator);
  }

  /** Votes that came before the anchoring; later ones count when they come. */
  void countAgreeingVotes(CheckpointRef anchored) throws SQLException {
    session.updateAll(
        "UPDATE validator SET agreeing_votes = agreeing_votes + 1 WHERE uid = ?",
        session.rows(
            """
            SELECT validator_uid FROM window_validator WHERE window_number = ? AND voted_root = ?
            """,
            row -> new Object[] {row.number("validator_uid")},
            anchored.window().number() - 1,
            anchored.root().hex()));
  }

  /** Sums over a result. */
  private record Totals(
      long accepted,
      OptionalLong bestGain,
      OptionalLong mergedGain,
      long miners,
      long validators,
      long treasury) {
    static Totals of(WindowResult result) {
      long accepted = 0;
      OptionalLong best = OptionalLong.empty();
      Map<MinerUid, Long> gains = new HashMap<>();
      for (MinerResult line : result.miners()) {
        if (line.verdict() == Verdict.ACCEPTED) {
          accepted++;
          long gain = line.heldoutGain().value();
          gains.put(line.miner(), gain);
          best = OptionalLong.of(Math.max(gain, best.orElse(gain)));
        }
      }
      long merged = result.topG().stream().mapToLong(uid -> gains.getOrDefault(uid, 0L)).sum();
      long miners = 0;
      long validators = 0;
      long treasury = 0;
      for (Credit credit : result.credits()) {
        long amount = credit.amount().baseUnits();
        switch (credit.payee()) {
          case Payee.Miner payee -> miners += amount;
          case Payee.Validator payee -> validators += amount;
          case Payee.Treasury payee -> treasury += amount;
        }
      }
      return new Totals(
          accepted,
          best,
          result.topG().isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(Math.floorDiv(merged, result.topG().size())),
          miners,
          validators,
          treasury);
    }
  }
}

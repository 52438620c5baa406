package io.vramhub.vramscan;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.CheckpointRecord;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that is known after some events, line by line: once from the protocol's own fold, once
 * from the tables. The two are the same text, or the index is wrong.
 */
final class Picture {
  private final List<String> lines = new ArrayList<>();

  private Picture() {}

  private void line(Object... parts) {
    lines.add(
        List.of(parts).stream()
            .map(
                part ->
                    part instanceof Optional<?> maybe
                        ? maybe.map(String::valueOf).orElse("-")
                        : String.valueOf(part))
            .collect(Collectors.joining(" ")));
  }

  static List<String> of(ChainState state) {
    Picture picture = new Picture();
    picture.line("at", state.sequence(), state.timeMs(), state.network());
    picture.line("sums", state.issued().baseUnits(), state.claimed().baseUnits());
    state.miners().forEach(miner -> picture.miner(state, miner));
    state.validators().forEach(validator -> picture.validator(state, validator));
    state.windows().forEach(window -> picture.window(state, window));
    state.checkpoints().forEach(picture::checkpoint);
    return picture.lines;
  }

  private void miner(ChainState state, MinerRecord miner) {
    line(
        "miner",
        miner.uid(),
        miner.owner(),
        miner.payout(),
        miner.label().replace('\0', '\ufffd'),
        miner.stake().baseUnits(),
        miner.rating().muNanos(),
        miner.rating().sigmaNanos(),
        miner.proofNanos(),
        miner.scoredWindows(),
        miner.consecutiveAbsences(),
        miner.withdrawableAtMs().orElse(0),
        state.credit(new Payee.Miner(miner.uid())).baseUnits());
  }

  private void validator(ChainState state, ValidatorRecord validator) {
    line(
        "validator",
        validator.uid(),
        validator.owner(),
        validator.payout(),
        validator.label().replace('\0', '\ufffd'),
        validator.stake().baseUnits(),
        validator.deviations(),
        validator.jailed(),
        validator.withdrawableAtMs().orElse(0),
        state.credit(new Payee.Validator(validator.uid())).baseUnits());
    validator
        .enclaves()
        .values()
        .forEach(
            enclave ->
                line(
                    "enclave",
                    validator.uid(),
                    enclave.epoch(),
                    enclave.publicKey().hex(),
                    enclave.kind(),
                    Digest.sha256(enclave.attestation().document().array())));
  }

  private void window(ChainState state, WindowRecord window) {
    NetworkParameters parameters = state.parameters(window.window());
    line(
        "window",
        window.window(),
        window.openedAtMs(),
        window.opened().base().window(),
        window.opened().base().root(),
        window.opened().assignmentSeed(),
        window.scoring().map(ChainEvent.ScoringOpened::evaluationSeed),
        window.commits().size(),
        window.scores().size(),
        window.deviations().size(),
        parameters.data().root());
    List<MinerUid> slots = window.opened().miners();
    slots.forEach(miner -> line("slot", window.window(), miner, slots.indexOf(miner)));
    window
        .opened()
        .validators()
        .forEach(bond -> line("bond", window.window(), bond.validator(), bond.stake().baseUnits()));
    window.commits().values().forEach(this::commit);
    window.scores().values().forEach(this::report);
    window.votes().forEach((validator, root) -> line("vote", window.window(), validator, root));
    window
        .result()
        .ifPresent(
            result -> {
              line(
                  "result",
                  window.window(),
                  result.empty(),
                  result.topG(),
                  result.topGDigest(),
                  result.emission().baseUnits());
              result.miners().forEach(line -> scored(window.window(), line));
              result.drifted().forEach(change -> drifted(window.window(), change));
              credits(window.window(), result.credits());
            });
  }

  private void commit(WindowRecord.Commit commit) {
    line(
        "commit",
        commit.gradient().window(),
        commit.gradient().miner(),
        commit.order(),
        commit.timeMs(),
        commit.gradient().contentHash(),
        commit.gradient().size(),
        commit.gradient().storageReference(),
        commit.gradient().codec());
  }

  private void report(SignedScoreReport scores) {
    line("report", scores.report(), scores.timestampMs(), scores.signature().hex());
  }

  private void scored(WindowId window, MinerResult result) {
    line(
        "scored",
        window,
        result.miner(),
        result.verdict(),
        result.heldoutGain(),
        result.assignedGain(),
        result.proofNanos(),
        result.before().muNanos(),
        result.before().sigmaNanos(),
        result.after().muNanos(),
        result.after().sigmaNanos(),
        result.eligible(),
        result.weightNanos());
  }

  private void drifted(WindowId window, RatingChange change) {
    line(
        "drifted",
        window,
        change.miner(),
        change.before().muNanos(),
        change.before().sigmaNanos(),
        change.after().muNanos(),
        change.after().sigmaNanos());
  }

  private void credits(WindowId window, List<Credit> credits) {
    Map<String, Long> sums = new TreeMap<>();
    credits.stream()
        .filter(credit -> credit.amount().compareTo(Coins.ZERO) > 0)
        .forEach(
            credit ->
                sums.merge(ApiJson.payee(credit.payee()), credit.amount().baseUnits(), Long::sum));
    sums.forEach((payee, amount) -> line("credit", window, payee, amount));
  }

  private void checkpoint(CheckpointRecord checkpoint) {
    line(
        "checkpoint",
        checkpoint.checkpoint().window(),
        checkpoint.checkpoint().root(),
        checkpoint.parent(),
        checkpoint.topGDigest(),
        checkpoint.anchoredAtMs());
  }

  static List<String> of(Session session) throws SQLException {
    Picture picture = new Picture();
    Head head = Head.read(session);
    picture.line("at", head.height(), head.timeMs(), head.network());
    session.rows(
        "SELECT issued, claimed FROM progress",
        row -> {
          picture.line("sums", row.number("issued"), row.number("claimed"));
          return true;
        });
    picture.copy(
        session,
        "miner",
        """
        SELECT uid, owner, payout, label, stake, mu, sigma, proof, scored_windows, absences,
          COALESCE(withdrawable_at_ms, 0) AS withdrawable, earned - claimed AS credit
        FROM miner ORDER BY uid
        """,
        "uid owner payout label stake mu sigma proof scored_windows absences withdrawable credit");
    for (long uid :
        session.rows("SELECT uid FROM validator ORDER BY uid", row -> row.number("uid"))) {
      picture.copy(
          session,
          "validator",
          """
          SELECT uid, owner, payout, label, stake, deviations, jailed_by,
            COALESCE(withdrawable_at_ms, 0) AS withdrawable, earned - claimed AS credit
          FROM validator WHERE uid = ?
          """,
          "uid owner payout label stake deviations jailed_by withdrawable credit",
          uid);
      session.rows(
          "SELECT * FROM enclave WHERE validator_uid = ? ORDER BY epoch",
          row -> {
            picture.line(
                "enclave",
                uid,
                row.number("epoch"),
                row.text("public_key"),
                row.text("kind"),
                Digest.sha256(row.bytes("document")));
            return true;
          },
          uid);
    }
    for (long window :
        session.rows(
            "SELECT number FROM training_window ORDER BY number", row -> row.number("number"))) {
      picture.window(session, window);
    }
    picture.copy(
        session,
        "checkpoint",
        "SELECT * FROM checkpoint ORDER BY number",
        "number root parent top_g_digest anchored_at_ms");
    return picture.lines;
  }

  private void window(Session session, long window) throws SQLException {
    String data = ParametersInForce.of(session, window).values().data().root().hex();
    session.rows(
        "SELECT * FROM training_window WHERE number = ?",
        row -> {
          line(
              "window",
              window,
              row.number("opened_at_ms"),
              row.number("base_checkpoint"),
              row.text("base_root"),
              row.text("assignment_seed"),
              row.optionalText("evaluation_seed"),
              row.number("commits"),
              row.number("reports"),
              row.number("deviations"),
              data);
          return true;
        },
        window);
    copy(
        session,
        "slot",
        """
        SELECT window_number, miner_uid, slot FROM window_miner
        WHERE window_number = ? AND slot IS NOT NULL ORDER BY slot
        """,
        "window_number miner_uid slot",
        window);
    copy(
        session,
        "bond",
        """
        SELECT window_number, validator_uid, stake FROM window_validator
        WHERE window_number = ? AND stake IS NOT NULL ORDER BY validator_uid
        """,
        "window_number validator_uid stake",
        window);
    copy(
        session,
        "commit",
        """
        SELECT * FROM window_miner
        WHERE window_number = ? AND commit_sequence IS NOT NULL ORDER BY miner_uid
        """,
        "window_number miner_uid commit_order committed_at_ms content_hash size"
            + " storage_reference codec",
        window);
    StoredReport.ofWindow(session, window).forEach(stored -> report(stored.scores()));
    copy(
        session,
        "vote",
        """
        SELECT window_number, validator_uid, voted_root FROM window_validator
        WHERE window_number = ? AND voted_root IS NOT NULL ORDER BY validator_uid
        """,
        "window_number validator_uid voted_root",
        window);
    result(session, window);
  }

  private void result(Session session, long window) throws SQLException {
    session.rows(
        "SELECT * FROM training_window WHERE number = ? AND finalized_at_ms IS NOT NULL",
        row -> {
          line(
              "result",
              window,
              row.text("outcome").equals("EMPTY"),
              row.text("top_g").replace(",", ", "),
              row.text("top_g_digest"),
              row.number("emission"));
          return true;
        },
        window);
    copy(
        session,
        "scored",
        "SELECT * FROM window_miner WHERE window_number = ? AND verdict IS NOT NULL"
            + " ORDER BY miner_uid",
        "window_number miner_uid verdict heldout_gain assigned_gain proof_after mu_before"
            + " sigma_before mu_after sigma_after eligible weight",
        window);
    copy(
        session,
        "drifted",
        "SELECT * FROM window_miner WHERE window_number = ? AND verdict IS NULL"
            + " AND mu_after IS NOT NULL ORDER BY miner_uid",
        "window_number miner_uid mu_before sigma_before mu_after sigma_after",
        window);
    Map<String, Long> credits = new TreeMap<>();
    session.rows(
        """
        SELECT 'miner:' || miner_uid AS payee, pay FROM window_miner
          WHERE window_number = ? AND pay > 0
        UNION ALL SELECT 'validator:' || validator_uid, pay FROM window_validator
          WHERE window_number = ? AND pay > 0
        UNION ALL SELECT 'treasury', credited_treasury FROM training_window
          WHERE number = ? AND credited_treasury > 0
        """,
        row -> credits.put(row.text("payee"), row.number("pay")),
        window,
        window,
        window);
    credits.forEach((payee, amount) -> line("credit", window, payee, amount));
  }

  private void copy(Session session, String kind, String sql, String columns, Object... arguments)
      throws SQLException {
    session.rows(
        sql,
        row -> {
          List<Object> parts = new ArrayList<>();
          parts.add(kind);
          for (String column : columns.split(" ")) {
            parts.add(
                column.equals("eligible") ? row.optionalTruth(column) : row.optionalText(column));
          }
          line(parts.toArray());
          return true;
        },
        arguments);
  }
}

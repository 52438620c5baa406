package io.vramhub.vramscan;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.ParametersMessage;
import java.sql.SQLException;

/**
 * Folds the chain's events into the tables, one after the other: the same fold as {@link
 * io.vramhub.protocol.chain.ChainState}, which the tests hold it to, in SQL. What happens inside a
 * window is in {@link WindowProjection}.
 */
final class Projection {
  private final Session session;
  private final WindowProjection windows;

  Projection(Session session) {
    this.session = session;
    this.windows = new WindowProjection(session);
  }

  /**
   * Applies the next record.
   *
   * @throws HubException {@code CHAIN_CORRUPT} if it is not the next one
   */
  void apply(ChainRecord happened) throws SQLException {
    int advanced =
        session.update(
            "UPDATE progress SET height = ?, time_ms = ? WHERE height = ?",
            happened.sequence(),
            happened.timeMs(),
            happened.sequence() - 1);
    if (advanced != 1) {
      throw new HubException(
          ErrorCode.CHAIN_CORRUPT,
          "the node hands over chain event "
              + happened.sequence()
              + ", which is not the one after the last that VRAMScan has indexed");
    }
    record(happened);
    project(happened);
  }

  private void record(ChainRecord happened) throws SQLException {
    EventSubject subject = EventSubject.of(happened.event());
    session.update(
        "INSERT INTO chain_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        happened.sequence(),
        happened.timeMs(),
        kind(happened.event()),
        subject.topic().text(),
        subject.window(),
        subject.miner(),
        subject.validator(),
        ApiJson.text(happened.event()));
  }

  /** The name of the event's record. */
  static String kind(ChainEvent event) {
    return event.getClass().getSimpleName();
  }

  private void project(ChainRecord happened) throws SQLException {
    switch (happened.event()) {
      case ChainEvent.NetworkCreated event -> create(event, happened);
      case ChainEvent.ParametersScheduled event ->
          schedule(event.effective(), event.parameters(), happened);
      case ChainEvent.FaucetPaid event -> {
        // Test coins are nobody's record here; the event itself is kept.
      }
      case ChainEvent.CredentialsPublished event -> {
        // Sealed for validators: nothing here can be shown but that it happened, and the event is
        // kept.
      }
      case ChainEvent.MinerRegistered event -> register(event, happened);
      case ChainEvent.ValidatorRegistered event -> register(event, happened);
      case ChainEvent.MinerStakeAdded event ->
          stake("miner", event.miner().value(), event.amount().baseUnits());
      case ChainEvent.ValidatorStakeAdded event ->
          stake("validator", event.validator().value(), event.amount().baseUnits());
      case ChainEvent.MinerStakeWithdrawn event ->
          stake("miner", event.miner().value(), -event.amount().baseUnits());
      case ChainEvent.ValidatorStakeWithdrawn event ->
          stake("validator", event.validator().value(), -event.amount().baseUnits());
      case ChainEvent.MinerLeft event ->
          session.update(
              "UPDATE miner SET withdrawable_at_ms = ? WHERE uid = ?",
              event.withdrawableAtMs(),
              event.miner().value());
      case ChainEvent.ValidatorLeft event ->
          session.update(
              "UPDATE validator SET withdrawable_at_ms = ? WHERE uid = ?",
              event.withdrawableAtMs(),
              event.validator().value());
      case ChainEvent.EnclaveRegistered event -> register(event, happened);
      case ChainEvent.WindowOpened event -> windows.open(event, happened);
      case ChainEvent.GradientCommitted event -> windows.commit(event, happened);
      case ChainEvent.ScoringOpened event -> windows.openScoring(event, happened);
      case ChainEvent.ScoresSubmitted event -> windows.score(event.scores(), happened);
      case ChainEvent.DeviationObserved event -> windows.deviate(event);
      case ChainEvent.ValidatorJailed event ->
          session.update(
              "UPDATE validator SET jailed_by = ? WHERE uid = ?",
              event.window().number(),
              event.validator().value());
      case ChainEvent.WindowFinalized event -> windows.finish(event.result(), happened);
      case ChainEvent.CheckpointVoted event -> windows.vote(event, happened);
      case ChainEvent.CheckpointAnchored event -> {
        anchor(
            event.checkpoint().window(),
            event.checkpoint().root(),
            event.parent(),
            event.topGDigest(),
            happened);
        windows.countAgreeingVotes(event.checkpoint());
      }
      case ChainEvent.Claimed event -> claim(event, happened);
    }
  }

  private void create(ChainEvent.NetworkCreated event, ChainRecord happened) throws SQLException {
    session.update(
        "UPDATE progress SET network = ?, attestation_policy = ?",
        event.network().digest().hex(),
        ApiJson.text(event.attestation()));
    schedule(new WindowId(0), event.parameters(), happened);
    anchor(event.genesis().window(), event.genesis().root(), Digest.ZERO, Digest.ZERO, happened);
  }

  private void schedule(WindowId effective, NetworkParameters parameters, ChainRecord happened)
      throws SQLException {
    session.update(
        "INSERT INTO parameter_set VALUES (?, ?, ?, ?, ?, ?)",
        happened.sequence(),
        effective.number(),
        happened.timeMs(),
        (long) parameters.model().pagesPerMiner() * parameters.data().pageTokens(),
        ParametersMessage.encode(parameters),
        ApiJson.text(parameters));
  }

  private void register(ChainEvent.MinerRegistered event, ChainRecord happened)
      throws SQLException {
    session.update(
        """
        INSERT INTO miner (uid, label, owner, payout, stake, mu, sigma, ordinal, proof,
          registered_sequence, registered_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
        """,
        event.miner().value(),
        storable(event.label()),
        event.owner().toString(),
        event.payout().toString(),
        event.stake().baseUnits(),
        Rating.INITIAL.muNanos(),
        Rating.INITIAL.sigmaNanos(),
        Rating.INITIAL.ordinalNanos(),
        happened.sequence(),
        happened.timeMs());
  }

  private void register(ChainEvent.ValidatorRegistered event, ChainRecord happened)
      throws SQLException {
    session.update(
        """
        INSERT INTO validator (uid, label, owner, payout, stake, registered_sequence,
          registered_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        event.validator().value(),
        storable(event.label()),
        event.owner().toString(),
        event.payout().toString(),
        event.stake().baseUnits(),
        happened.sequence(),
        happened.timeMs());
  }

  /** A label is anybody's text; PostgreSQL holds every character but this one. */
  private static String storable(String label) {
    return label.replace('\0', '\uFFFD');
  }

  private void register(ChainEvent.EnclaveRegistered event, ChainRecord happened)
      throws SQLException {
    byte[] document = event.attestation().document().array();
    session.update(
        "INSERT INTO enclave VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        event.validator().value(),
        event.epoch(),
        event.publicKey().hex(),
        event.kind().name(),
        document,
        document.length,
        happened.sequence(),
        happened.timeMs());
    session.update(
        "UPDATE validator SET enclave_epoch = ?, enclave_kind = ? WHERE uid = ?",
        event.epoch(),
        event.kind().name(),
        event.validator().value());
  }

  private void stake(String table, long uid, long signedAmount) throws SQLException {
    session.update("UPDATE " + table + " SET stake = stake + ? WHERE uid = ?", signedAmount, uid);
  }

  private void anchor(
      WindowId number, Digest root, Digest parent, Digest topGDigest, ChainRecord happened)
      throws SQLException {
    session.update(
        "INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)",
        number.number(),
        root.hex(),
        parent.hex(),
        topGDigest.hex(),
        happened.sequence(),
        happened.timeMs());
  }

  private void claim(ChainEvent.Claimed event, ChainRecord happened) throws SQLException {
    Coins amount = event.amount();
    session.update(
        "INSERT INTO claim VALUES (?, ?, ?, ?, ?)",
        happened.sequence(),
        happened.timeMs(),
        ApiJson.payee(event.payee()),
        event.recipient().toString(),
        amount.baseUnits());
    session.update("UPDATE progress SET claimed = claimed + ?", amount.baseUnits());
    switch (event.payee()) {
      case Payee.Miner payee ->
          session.update(
              "UPDATE miner SET claimed = claimed + ? WHERE uid = ?",
              amount.baseUnits(),
              payee.uid().value());
      case Payee.Validator payee ->
          session.update(
              "UPDATE validator SET claimed = claimed + ? WHERE uid = ?",
              amount.baseUnits(),
              payee.uid().value());
      case Payee.Treasury treasury -> {
        // Its claims are the rows of the table.
      }
    }
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CanonicalHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.h2.jdbc.JdbcConnection;

/**
 * The ledger's file: every accepted call with its signature, and every event, in H2 tables anyone
 * can read with SQL.
 *
 * <p>Each event row carries a hash over the row and the hash of the row before, so that a row that
 * was changed, dropped or swapped in between is found when the ledger is opened; the file is
 * evidence, not only storage. (The last rows could be cut off together; {@link Heartbeat} notices
 * that.) An append returns once its rows are on the disk.
 *
 * <p>Not thread-safe: the ledger's writer thread owns it.
 */
final class LedgerStore implements AutoCloseable {
  /** Version of the tables; another one is refused, never guessed at. */
  static final int SCHEMA_VERSION = 1;

  private static final String NAME = "ledger";

  private final Path file;
  private final Connection connection;
  private final EventJson json;
  private final boolean checked;
  private Digest chainHash = Digest.ZERO;

  /** An accepted call, with its place in the order of calls from 1. */
  record StoredCall(long number, long timeMs, SignedCall call) {}

  /**
   * An event and the call it came from.
   *
   * @param call number of the call; 0 for genesis and faucet
   */
  record StoredEvent(ChainRecord event, long call) {}

  /** Everything in the file. */
  record Contents(List<StoredCall> calls, List<StoredEvent> events) {
    Contents {
      calls = List.copyOf(calls);
      events = List.copyOf(events);
    }
  }

  private LedgerStore(Path file, Connection connection, EventJson json, boolean checked) {
    this.checked = checked;
    this.file = file;
    this.connection = connection;
    this.json = json;
  }

  /** Where the ledger of a directory lies. */
  static Path file(Path directory) {
    return directory.resolve(NAME + ".mv.db");
  }

  /** Opens or creates the file for writing; the caller holds the directory's lock. */
  static LedgerStore open(Path directory, EventJson json) {
    LedgerStore store = connect(directory, json, "", true);
    store.prepare();
    return store;
  }

  /**
   * Opens an existing file and changes nothing in it.
   *
   * @param checked whether rows that were changed after they were written are refused
   */
  static LedgerStore openReadOnly(Path directory, EventJson json, boolean checked) {
    if (!Files.exists(file(directory))) {
      throw new HubException(
          ErrorCode.NOT_FOUND, "there is no ledger in " + directory + ": check \"directory\"");
    }
    return connect(directory, json, ";ACCESS_MODE_DATA=r", checked);
  }

  private static LedgerStore connect(Path directory, EventJson json, String mode, boolean checked) {
    Path file = file(directory);
    String url =
        "jdbc:h2:file:"
            + directory.resolve(NAME).toAbsolutePath()
            // A commit writes at once, and no background thread holds rows back.
            + ";WRITE_DELAY=0"
            // The owner closes it; a shutdown hook would race with the writer thread.
            + ";DB_CLOSE_ON_EXIT=FALSE"
            + ";TRACE_LEVEL_FILE=0"
            + mode;
    Connection connection = null;
    try {
      // Not through DriverManager: its registration would keep a swapped-out plugin in memory.
      connection = new JdbcConnection(url, new Properties(), "", "", false);
      connection.setAutoCommit(false);
      return new LedgerStore(file, connection, json, checked);
    } catch (SQLException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private void prepare() {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS ledger_schema (version INT NOT NULL PRIMARY KEY)");
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS ledger_call (
            sequence BIGINT NOT NULL PRIMARY KEY,
            time_ms BIGINT NOT NULL,
            sender VARCHAR(66) NOT NULL,
            idempotency_key VARCHAR(200) NOT NULL UNIQUE,
            public_key VARBINARY(32) NOT NULL,
            message VARBINARY(1048576) NOT NULL,
            signature VARBINARY(64) NOT NULL)
          """);
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS ledger_event (
            sequence BIGINT NOT NULL PRIMARY KEY,
            call_sequence BIGINT NOT NULL,
            time_ms BIGINT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            window_number BIGINT,
            miner_uid INT,
            validator_uid INT,
            body VARCHAR NOT NULL,
            chain_hash VARBINARY(32) NOT NULL)
          """);
      try (ResultSet versions = statement.executeQuery("SELECT version FROM ledger_schema")) {
        if (!versions.next()) {
          statement.execute("INSERT INTO ledger_schema VALUES (" + SCHEMA_VERSION + ")");
        }
      }
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      close(e);
      throw unreadable(file, e);
    }
  }

  /** Closes after a failure, which stays the one to tell of. */
  void close(Exception failure) {
    try {
      close();
    } catch (RuntimeException second) {
      failure.addSuppressed(second);
    }
  }

  /** Reads and checks everything, once, before the first append. */
  Contents read() {
    try (Statement statement = connection.createStatement()) {
      demandVersion(statement);
      List<StoredCall> calls = readCalls(statement);
      return new Contents(calls, readEvents(statement, calls));
    } catch (HubException e) {
      throw e;
    } catch (SQLException | RuntimeException e) {
      // A damaged page can give a value of any form, and the database a fault of any kind.
      throw unreadable(file, e);
    }
  }

  private void demandVersion(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT version FROM ledger_schema")) {
      if (!row.next() || row.getInt(1) != SCHEMA_VERSION) {
        throw new HubException(
            ErrorCode.CHAIN_CORRUPT,
            file
                + " is not a ledger of schema version "
                + SCHEMA_VERSION
                + ": open it with the version of VRAM HUB that wrote it");
      }
    }
  }

  private List<StoredCall> readCalls(Statement statement) throws SQLException {
    List<StoredCall> calls = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT sequence, time_ms, public_key, message, signature FROM ledger_call"
                + " ORDER BY sequence")) {
      while (row.next()) {
        if (row.getLong(1) != calls.size() + 1) {
          throw corrupt("call " + (calls.size() + 1) + " is missing");
        }
        calls.add(
            new StoredCall(
                row.getLong(1),
                row.getLong(2),
                new SignedCall(
                    new Bytes(row.getBytes(3)),
                    new Bytes(row.getBytes(4)),
                    new Bytes(row.getBytes(5)))));
      }
    }
    return calls;
  }

  private List<StoredEvent> readEvents(Statement statement, List<StoredCall> calls)
      throws SQLException {
    List<StoredEvent> events = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT sequence, call_sequence, time_ms, kind, body, chain_hash FROM ledger_event"
                + " ORDER BY sequence")) {
      long lastCall = 0;
      while (row.next()) {
        long sequence = row.getLong(1);
        if (sequence != events.size() + 1) {
          throw corrupt("event " + (events.size() + 1) + " is missing");
        }
        long call = row.getLong(2);
        if (call < 0
            || call > calls.size()
            || call > lastCall + 1
            || call != 0 && call < lastCall) {
          throw corrupt("event " + sequence + " names call " + call + ", which is not its own");
        }
        lastCall = Math.max(lastCall, call);
        String kind = row.getString(4);
        String body = row.getString(5);
        chainHash = hash(sequence, call, row.getLong(3), kind, body, callBefore(calls, call));
        if (checked && !chainHash.equals(Digest.of(row.getBytes(6)))) {
          throw corrupt("event " + sequence + " or its call was changed after it was written");
        }
        events.add(
            new StoredEvent(
                new ChainRecord(sequence, row.getLong(3), decode(sequence, kind, body)), call));
      }
      if (lastCall != calls.size()) {
        throw corrupt("the events of call " + (lastCall + 1) + " are missing");
      }
    }
    return events;
  }

  private io.vramhub.api.model.ChainEvent decode(long sequence, String kind, String body) {
    try {
      return json.read(kind, body);
    } catch (HubException e) {
      throw corrupt("event " + sequence + " cannot be read: " + e.getMessage());
    }
  }

  /** Writes calls with their events, in order, in one transaction; on the disk when it returns. */
  void append(List<StoredCall> calls, List<StoredEvent> events) {
    Digest before = chainHash;
    try (PreparedStatement call =
            connection.prepareStatement("INSERT INTO ledger_call VALUES (?, ?, ?, ?, ?, ?, ?)");
        PreparedStatement event =
            connection.prepareStatement(
                "INSERT INTO ledger_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (StoredCall stored : calls) {
        insert(call, stored);
      }
      for (StoredEvent stored : events) {
        insert(event, stored, calls);
      }
      connection.commit();
      sync();
    } catch (SQLException | RuntimeException e) {
      chainHash = before;
      throw new HubException(
          ErrorCode.DISK,
          "the ledger cannot write "
              + file
              + " and stops, so that nothing is acknowledged that is not kept: "
              + e.getMessage()
              + ". Free or repair the disk and start again.",
          e);
    }
  }

  private static void insert(PreparedStatement statement, StoredCall stored) throws SQLException {
    SignedCall call = stored.call();
    statement.setLong(1, stored.number());
    statement.setLong(2, stored.timeMs());
    statement.setString(3, call.sender().toString());
    statement.setString(4, call.open().key().toString());
    statement.setBytes(5, call.publicKey().array());
    statement.setBytes(6, call.message().array());
    statement.setBytes(7, call.signature().array());
    statement.executeUpdate();
  }

  private void insert(PreparedStatement statement, StoredEvent stored, List<StoredCall> calls)
      throws SQLException {
    ChainRecord at = stored.event();
    String kind = EventJson.kind(at.event());
    String body = json.write(at.event());
    Optional<StoredCall> call =
        calls.stream().filter(each -> each.number() == stored.call()).findFirst();
    chainHash = hash(at.sequence(), stored.call(), at.timeMs(), kind, body, call);
    EventColumns columns = EventColumns.of(at.event());
    statement.setLong(1, at.sequence());
    statement.setLong(2, stored.call());
    statement.setLong(3, at.timeMs());
    statement.setString(4, kind);
    statement.setObject(5, columns.window().map(window -> window.number()).orElse(null));
    statement.setObject(6, columns.miner().map(miner -> miner.value()).orElse(null));
    statement.setObject(7, columns.validator().map(validator -> validator.value()).orElse(null));
    statement.setString(8, body);
    statement.setBytes(9, chainHash.array());
    statement.executeUpdate();
  }

  /** A commit is in the file; this brings the file through the operating system to the disk. */
  private void sync() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    }
  }

  private static Optional<StoredCall> callBefore(List<StoredCall> calls, long number) {
    return number == 0 ? Optional.empty() : Optional.of(calls.get(Math.toIntExact(number) - 1));
  }

  private Digest hash(
      long sequence,
      long callNumber,
      long timeMs,
      String kind,
      String body,
      Optional<StoredCall> call) {
    BcsWriter row = new BcsWriter().u64(sequence).u64(callNumber).u64(timeMs).string(kind);
    byte[] calling =
        call.map(stored -> new BcsWriter().u64(stored.timeMs()).fixed(stored.call().encode()))
            .map(BcsWriter::toByteArray)
            .orElse(new byte[0]);
    return CanonicalHash.of(
        "vramhub/local-ledger-row/1",
        chainHash.array(),
        row.toByteArray(),
        body.getBytes(StandardCharsets.UTF_8),
        calling);
  }

  private HubException corrupt(String what) {
    return new HubException(
        ErrorCode.CHAIN_CORRUPT, "the ledger " + file + " is damaged: " + what + ". " + REMEDY);
  }

  private static HubException unreadable(Path file, Exception cause) {
    return new HubException(
        ErrorCode.CHAIN_CORRUPT,
        "the ledger " + file + " cannot be read: " + cause.getMessage() + ". " + REMEDY,
        cause);
  }

  static final String REMEDY =
      "Put back a copy of its directory, or remove the directory to start a new network.";

  /** Closes the file; repeats have no effect. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException | RuntimeException e) {
      throw new HubException(
          ErrorCode.DISK, "the ledger " + file + " did not close: " + e.getMessage(), e);
    }
  }
}

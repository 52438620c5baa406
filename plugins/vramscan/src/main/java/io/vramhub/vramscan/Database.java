package io.vramhub.vramscan;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import org.h2.jdbc.JdbcConnection;
import org.postgresql.Driver;

/**
 * The database and its few connections. Work runs on the calling thread, which waits for a
 * connection if all are lent: readers see one snapshot, the writer all or nothing. Thread-safe.
 *
 * <p>A pool of its own, because it must open connections without {@code DriverManager}: a driver
 * registered there would keep a swapped-out plugin in memory.
 */
final class Database implements AutoCloseable {
  private final DatabaseSettings settings;
  private final Semaphore permits;
  private final Deque<Session> idle = new ArrayDeque<>();
  private boolean closed;

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T with(Session session) throws SQLException;
  }

  private Database(DatabaseSettings settings) {
    this.settings = settings;
    this.permits = new Semaphore(settings.connections(), true);
  }

  /**
   * Opens the database and brings its tables to this version's.
   *
   * @param anew whether everything in it is dropped first
   * @throws HubException {@code CONFIG_INVALID} if it cannot be reached, {@code DISK} if its tables
   *     are of a newer version
   */
  static Database open(DatabaseSettings settings, boolean anew) {
    Database database = new Database(settings);
    try {
      database.give(database.connect());
    } catch (SQLException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "VRAMScan cannot open its database "
              + settings.publicUrl()
              + ": "
              + e.getMessage()
              + ". Check 'database', or stop the process that has the file open.",
          e);
    }
    database.write(
        session -> {
          if (anew) {
            Schema.drop(session);
          }
          Schema.migrate(session);
          return true;
        });
    return database;
  }

  /** Reads from one snapshot; nothing it does is kept. */
  <T> T read(Work<T> work) {
    return lend(
        session -> {
          try {
            return work.with(session);
          } finally {
            session.connection().rollback();
          }
        });
  }

  /** Does all of the work or, if it fails, nothing. */
  <T> T write(Work<T> work) {
    return lend(
        session -> {
          T done;
          try {
            done = work.with(session);
          } catch (SQLException | RuntimeException e) {
            session.connection().rollback();
            throw e;
          }
          session.connection().commit();
          return done;
        });
  }

  private <T> T lend(Work<T> work) {
    permits.acquireUninterruptibly();
    Optional<Session> lent = Optional.empty();
    try {
      lent = Optional.of(take());
      T done = work.with(lent.get());
      give(lent.get());
      return done;
    } catch (SQLException e) {
      lent.ifPresent(Database::discard);
      throw new HubException(
          ErrorCode.DISK,
          "VRAMScan's database " + settings.publicUrl() + " failed: " + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      lent.ifPresent(this::give);
      throw e;
    } finally {
      permits.release();
    }
  }

  private Session take() throws SQLException {
    synchronized (idle) {
      if (closed) {
        throw new SQLException("it is closed");
      }
      Optional<Session> session = Optional.ofNullable(idle.poll());
      if (session.isPresent()) {
        return session.get();
      }
    }
    return connect();
  }

  private void give(Session session) {
    synchronized (idle) {
      idle.push(session);
    }
  }

  private Session connect() throws SQLException {
    Connection connection = settings.postgresql() ? postgresql() : h2();
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return new Session(connection);
  }

  private Connection h2() throws SQLException {
    return new JdbcConnection(
        settings.url()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0",
        settings.properties(),
        settings.user(),
        settings.password().text(),
        false);
  }

  private Connection postgresql() throws SQLException {
    if (Driver.isRegistered()) {
      Driver.deregister();
    }
    Properties properties = settings.properties();
    properties.setProperty("reWriteBatchedInserts", "true");
    return Optional.ofNullable(new Driver().connect(settings.url(), properties))
        .orElseThrow(() -> new SQLException("the URL is not PostgreSQL's"));
  }

  private static void discard(Session session) {
    try {
      session.close();
    } catch (SQLException ignored) {
      // It failed before; the failure that is told of is the first one.
    }
  }

  /** Waits for the work that has begun, and closes every connection; later work is refused. */
  @Override
  public void close() {
    permits.acquireUninterruptibly(settings.connections());
    try {
      synchronized (idle) {
        closed = true;
        idle.forEach(Database::discard);
        idle.clear();
      }
    } finally {
      permits.release(settings.connections());
    }
  }
}

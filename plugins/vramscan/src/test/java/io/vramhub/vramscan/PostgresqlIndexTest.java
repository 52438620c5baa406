package io.vramhub.vramscan;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The same on a real PostgreSQL server, which the test starts and stops. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresqlIndexTest implements IndexContract {
  private EmbeddedPostgres server;

  @BeforeAll
  void start() throws IOException {
    server = EmbeddedPostgres.builder().start();
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  @Override
  public DatabaseSettings settings() {
    return new DatabaseSettings(
        server.getJdbcUrl("postgres", "postgres"), "", DatabaseSettings.Secret.NONE, 2);
  }
}

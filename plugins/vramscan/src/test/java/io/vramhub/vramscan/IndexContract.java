package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.protocol.chain.ChainState;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the tables owe the chain, whichever database they are in. */
interface IndexContract {
  /** Settings of a database that is this test's own. */
  DatabaseSettings settings();

  private static void apply(Database database, List<ChainRecord> batch) {
    database.write(
        session -> {
          Projection projection = new Projection(session);
          for (ChainRecord happened : batch) {
            projection.apply(happened);
          }
          return true;
        });
  }

  private static List<String> picture(Database database) {
    return database.read(Picture::of);
  }

  /** Random batches, and every now and then another process. */
  @Test
  default void isTheProtocolsOwnFoldAtEveryHeight() {
    for (int seed = 1; seed <= 4; seed++) {
      List<ChainRecord> chain = new RandomChain(seed).events(220);
      Random random = new Random(seed);
      ChainState expected = new ChainState();
      Database database = Database.open(settings(), true);
      try {
        int done = 0;
        while (done < chain.size()) {
          int end = Math.min(chain.size(), done + 1 + random.nextInt(12));
          List<ChainRecord> batch = chain.subList(done, end);
          apply(database, batch);
          batch.forEach(expected::apply);
          done = end;
          assertThat(picture(database))
              .as("seed %s at event %s", seed, done)
              .isEqualTo(Picture.of(expected));
          if (random.nextInt(8) == 0) {
            database.close();
            database = Database.open(settings(), false);
          }
        }
      } finally {
        database.close();
      }
    }
  }

  @Test
  default void keepsNothingOfABatchThatFails() {
    List<ChainRecord> chain = new RandomChain(9).events(60);
    try (Database database = Database.open(settings(), true)) {
      apply(database, chain.subList(0, 30));
      List<String> before = picture(database);
      List<ChainRecord> gap = List.of(chain.get(30), chain.get(31), chain.get(33));
      assertThatThrownBy(() -> apply(database, gap))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("event 34");
      assertThat(picture(database)).isEqualTo(before);
      apply(database, chain.subList(30, 40));
      assertThat(picture(database)).isEqualTo(Picture.of(ChainState.of(chain.subList(0, 40))));
    }
  }

  @Test
  default void allSumsOfMoneyAgree() {
    try (Database database = Database.open(settings(), true)) {
      apply(database, new RandomChain(3).events(300));
      assertThat(database.read(RewardAnswers::rewards).get("holds").booleanValue()).isTrue();
    }
  }

  @Test
  default void startsAnewOnlyWhenItIsTold() {
    List<ChainRecord> chain = new RandomChain(5).events(20);
    try (Database database = Database.open(settings(), true)) {
      apply(database, chain);
    }
    try (Database database = Database.open(settings(), false)) {
      assertThat(database.read(Head::read).height()).isEqualTo(chain.size());
    }
    try (Database database = Database.open(settings(), true)) {
      assertThat(database.read(Head::read)).isEqualTo(Head.NONE);
    }
  }

  @Test
  default void tablesOfANewerVersionAreRefused() {
    try (Database database = Database.open(settings(), true)) {
      database.write(session -> session.update("INSERT INTO vramscan_schema VALUES (99)"));
    }
    assertThatThrownBy(() -> Database.open(settings(), false))
        .hasMessageContaining("version 99")
        .hasMessageContaining("rebuild = true");
  }
}

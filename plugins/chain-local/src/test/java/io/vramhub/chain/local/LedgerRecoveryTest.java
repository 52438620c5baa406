package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.miner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.protocol.message.GenesisMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger remembers after every kind of end. */
final class LedgerRecoveryTest {
  @TempDir Path temporary;

  private Path directory() throws IOException {
    return Files.createDirectories(temporary.resolve("ledger"));
  }

  private static List<ChainRecord> records(Ledger ledger) {
    return ledger.log().between(1, ledger.log().lastSequence());
  }

  private static void register(Ledger ledger, int number) {
    Receipt receipt =
        TestLedgers.submit(
            ledger,
            miner(number % 5 + 1),
            new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "v" + number),
            0,
            "register " + number);
    assertThat(receipt).isInstanceOf(Receipt.Executed.class);
  }

  /** A ledger with a window in it, closed. */
  private List<ChainRecord> played(Path directory) {
    ManualTime time = new ManualTime();
    Ledger ledger = TestLedgers.open(directory, time);
    TestLedgers.playWindow(ledger, time);
    List<ChainRecord> records = records(ledger);
    ledger.close().join();
    return records;
  }

  @Test
  void replayGivesTheSameRecords() throws IOException {
    List<ChainRecord> before = played(directory());
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    assertThat(records(ledger)).isEqualTo(before);
    ledger.close().join();
    assertThat(Ledger.readRecords(directory(), true)).isEqualTo(before);
  }

  @Test
  void aSeededNetworkRepeatsItself() throws IOException {
    List<ChainRecord> first = played(Files.createDirectories(temporary.resolve("first")));
    List<ChainRecord> second = played(Files.createDirectories(temporary.resolve("second")));
    assertThat(second).filteredOn(LedgerRecoveryTest::isSeeded).hasSize(2);
    assertThat(second.stream().filter(LedgerRecoveryTest::isSeeded).toList())
        .isEqualTo(first.stream().filter(LedgerRecoveryTest::isSeeded).toList());
  }

  private static boolean isSeeded(ChainRecord record) {
    return record.event() instanceof ChainEvent.WindowOpened
        || record.event() instanceof ChainEvent.ScoringOpened;
  }

  @Test
  void callsAreStillKnownAfterARestart() throws IOException {
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    ChainCall call = new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m");
    Receipt first = TestLedgers.submit(ledger, miner(1), call, 0, "register");
    ledger.close().join();
    Ledger again = TestLedgers.open(directory(), new ManualTime());
    assertThat(TestLedgers.submit(again, miner(1), call, 0, "register")).isEqualTo(first);
    assertThat(
            TestLedgers.submit(
                again,
                miner(1),
                new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "other"),
                0,
                "register"))
        .isInstanceOfSatisfying(
            Receipt.Aborted.class,
            aborted -> assertThat(aborted.code()).isEqualTo(AbortCode.KEY_REUSED));
    assertThat(TestLedgers.state(again).miners()).hasSize(1);
    again.close().join();
  }

  @Test
  void timeStandsStillWhileTheLedgerIsClosed() throws IOException {
    ManualTime time = new ManualTime();
    Ledger ledger = TestLedgers.open(directory(), time);
    time.advance(12_345);
    ledger.close().join();
    time.advance(86_400_000);
    Ledger again = TestLedgers.open(directory(), time);
    assertThat(again.head().timeMs()).isEqualTo(World.GENESIS_MS + 12_345);
    again.close().join();
  }

  @Test
  void aTornHeartbeatCostsTimeAndNothingElse() throws IOException {
    ManualTime time = new ManualTime();
    Ledger ledger = TestLedgers.open(directory(), time);
    time.advance(500);
    register(ledger, 1);
    time.advance(5_000);
    ledger.close().join();
    Path heartbeat = directory().resolve(Heartbeat.NAME);
    byte[] bytes = Files.readAllBytes(heartbeat);
    bytes[3] ^= 1;
    Files.write(heartbeat, bytes);
    Ledger again = TestLedgers.open(directory(), time);
    assertThat(again.head().timeMs()).isEqualTo(World.GENESIS_MS + 500);
    again.close().join();
    Files.write(heartbeat, new byte[5]);
    Ledger short5 = TestLedgers.open(directory(), time);
    assertThat(short5.head().sequence()).isEqualTo(14);
    short5.close().join();
  }

  @Test
  void whatWasAcknowledgedIsInTheFileAtThatMoment() throws IOException {
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    for (int number = 1; number <= 8; number++) {
      register(ledger, number);
      // The file as a machine that lost its power now would find it.
      Path crashed = Files.createDirectories(temporary.resolve("crashed " + number));
      Files.copy(LedgerStore.file(directory()), LedgerStore.file(crashed));
      assertThat(Ledger.readRecords(crashed, true)).isEqualTo(records(ledger));
      Ledger recovered = TestLedgers.open(crashed, new ManualTime());
      assertThat(records(recovered)).isEqualTo(records(ledger));
      recovered.close().join();
    }
    ledger.close().join();
  }

  @Test
  void aKilledProcessLosesNothingItAcknowledged() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                KilledLedger.class.getName(),
                directory().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Long> acknowledged = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      while (acknowledged.size() < 40) {
        String line = lines.readLine();
        assertThat(line).as("the child process speaks").isNotNull();
        acknowledged.add(Long.parseLong(String.valueOf(line)));
      }
      child.destroyForcibly().waitFor();
    }
    Ledger recovered = TestLedgers.open(directory(), new ManualTime());
    List<ChainRecord> records = records(recovered);
    assertThat(records)
        .extracting(ChainRecord::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, records.size()).boxed().toList())
        .containsAll(acknowledged);
    register(recovered, 1_000_000);
    recovered.close().join();
  }

  /** The process that is killed: registers for ever, and says what has been acknowledged. */
  static final class KilledLedger {
    private KilledLedger() {}

    public static void main(String[] arguments) {
      Ledger ledger = TestLedgers.open(Path.of(arguments[0]), new ManualTime());
      for (int number = 0; ; number++) {
        Receipt receipt =
            TestLedgers.submit(
                ledger,
                miner(number % 6 + 1),
                number < 6
                    ? new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m" + number)
                    : new ChainCall.RegisterValidator(
                        World.VALIDATOR_STAKE, World.PAYOUT, "v" + number),
                0,
                "register " + number);
        if (receipt instanceof Receipt.Executed executed) {
          System.out.println(executed.records().getLast().sequence());
        }
      }
    }
  }

  @Test
  void aWriteThatFailsStopsTheLedgerAndAcknowledgesNothing() throws Exception {
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    register(ledger, 1);
    List<ChainRecord> acknowledged = records(ledger);
    // Pulls the file away under the running ledger, as a failing disk does.
    try (Connection connection = connect(directory());
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
    ChainCall call =
        new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "not kept");
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(ledger.submit(TestLedgers.signed(miner(1), call, 0, "not kept")))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .havingCause()
          .isInstanceOfSatisfying(
              HubException.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DISK));
    }
    assertThat(ledger.log().lastSequence()).isEqualTo(acknowledged.size());
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> ledger.log().next(acknowledged.size() + 1L).block())
        .matches(failure -> failure.code() == ErrorCode.DISK);
    ledger.close().join();
    Ledger recovered = TestLedgers.open(directory(), new ManualTime());
    assertThat(records(recovered)).isEqualTo(acknowledged);
    recovered.close().join();
  }

  private static Connection connect(Path directory) throws SQLException {
    return new JdbcConnection(
        "jdbc:h2:file:" + directory.resolve("ledger"), new Properties(), "", "", false);
  }

  private void sql(Path directory, String... statements) throws SQLException {
    try (Connection connection = connect(directory);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        assertThat(statement.executeUpdate(each)).isPositive();
      }
    }
  }

  private void refusesAsCorrupt(Path directory, String... words) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> TestLedgers.open(directory, new ManualTime()).close().join())
        .matches(failure -> failure.code() == ErrorCode.CHAIN_CORRUPT)
        .withMessageContaining(LedgerStore.file(directory).toString())
        .withMessageContaining("Put back a copy")
        .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
  }

  private Path copyOf(Path directory, String name) throws IOException {
    Path copy = Files.createDirectories(temporary.resolve(name));
    for (String file : List.of("ledger.mv.db", Heartbeat.NAME)) {
      Files.copy(directory.resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  @Test
  void aRowSomebodyChangedIsFound() throws Exception {
    played(directory());
    String[] changes = {
      "UPDATE ledger_event SET body = REPLACE(body, '\"size\":500', '\"size\":501')"
          + " WHERE kind = 'GradientCommitted' AND miner_uid = 2",
      "UPDATE ledger_event SET time_ms = time_ms + 1 WHERE sequence = 20",
      "UPDATE ledger_event SET body = REPLACE(body, '100000000000', '900000000000')"
          + " WHERE sequence = 3",
      "UPDATE ledger_event SET chain_hash = (SELECT chain_hash FROM ledger_event WHERE sequence ="
          + " 4) WHERE sequence = 5",
      "UPDATE ledger_call SET signature = (SELECT signature FROM ledger_call WHERE sequence = 1)"
          + " WHERE sequence = 2",
      "UPDATE ledger_call SET time_ms = time_ms + 1 WHERE sequence = 3",
      "UPDATE ledger_event SET call_sequence = call_sequence + 1 WHERE sequence = 25",
    };
    for (int i = 0; i < changes.length; i++) {
      Path copy = copyOf(directory(), "changed " + i);
      sql(copy, changes[i]);
      refusesAsCorrupt(copy, "event ");
    }
  }

  @Test
  void anAuditMayReadAChangedFileToSayWhatWasChanged() throws Exception {
    List<ChainRecord> records = played(directory());
    sql(
        directory(),
        "UPDATE ledger_event SET body = REPLACE(body, '\"size\":500', '\"size\":501')"
            + " WHERE kind = 'GradientCommitted' AND miner_uid = 2");
    Path directory = directory();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> Ledger.readRecords(directory, true))
        .matches(failure -> failure.code() == ErrorCode.CHAIN_CORRUPT);
    List<ChainRecord> changed = Ledger.readRecords(directory, false);
    assertThat(changed).hasSameSizeAs(records);
    assertThat(changed.stream().filter(record -> !records.contains(record)).toList())
        .singleElement()
        .extracting(ChainRecord::event)
        .isInstanceOfSatisfying(
            ChainEvent.GradientCommitted.class,
            commit -> {
              assertThat(commit.miner()).isEqualTo(new MinerUid(2));
              assertThat(commit.size()).isEqualTo(501);
            });
  }

  @Test
  void aRowSomebodyRemovedIsFound() throws Exception {
    List<ChainRecord> records = played(directory());
    Path middle = copyOf(directory(), "middle");
    sql(middle, "DELETE FROM ledger_event WHERE sequence = 17");
    refusesAsCorrupt(middle, "event 17 is missing");
    Path call = copyOf(directory(), "call");
    sql(call, "DELETE FROM ledger_call WHERE sequence = 2");
    refusesAsCorrupt(call, "call 2 is missing");
    Path last = copyOf(directory(), "last");
    sql(last, "DELETE FROM ledger_event WHERE sequence = " + records.size());
    refusesAsCorrupt(last, "are missing");
    Path end = copyOf(directory(), "end");
    sql(
        end,
        "DELETE FROM ledger_event WHERE sequence = " + records.size(),
        "DELETE FROM ledger_call WHERE sequence = (SELECT MAX(sequence) FROM ledger_call)");
    refusesAsCorrupt(end, "was acknowledged");
  }

  @Test
  void anEmptiedFileIsNotTakenForANewLedger() throws Exception {
    played(directory());
    Files.delete(LedgerStore.file(directory()));
    refusesAsCorrupt(directory(), "ends with event 0");
  }

  @Test
  void anotherSchemaVersionIsRefused() throws Exception {
    played(directory());
    sql(directory(), "UPDATE ledger_schema SET version = 2");
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> TestLedgers.open(directory(), new ManualTime()))
        .matches(failure -> failure.code() == ErrorCode.CHAIN_CORRUPT)
        .withMessageContaining("schema version 1");
  }

  @Test
  void aDamagedFileGivesItsRecordsOrIsRefused() throws Exception {
    List<ChainRecord> records = played(directory());
    long length = Files.size(LedgerStore.file(directory()));
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int i = 0; i < 24; i++) {
      Path copy = copyOf(directory(), "damaged " + i);
      try (RandomAccessFile file = new RandomAccessFile(LedgerStore.file(copy).toFile(), "rw")) {
        if (i % 3 == 0) {
          file.setLength(random.nextLong(length));
        } else {
          for (int flip = 0; flip < 20; flip++) {
            long at = random.nextLong(length);
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1 << random.nextInt(8));
          }
        }
      }
      try {
        Ledger ledger = TestLedgers.open(copy, new ManualTime());
        assertThat(records(ledger)).isEqualTo(records);
        ledger.close().join();
      } catch (HubException e) {
        refused++;
        assertThat(e.code()).isEqualTo(ErrorCode.CHAIN_CORRUPT);
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aMissingLedgerWithoutGenesisIsAMatterOfSettings() throws IOException {
    Path empty = directory();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(
            () -> Ledger.open(empty, Optional.empty(), TestLedgers.machine(new ManualTime())))
        .matches(failure -> failure.code() == ErrorCode.CONFIG_INVALID)
        .withMessageContaining("genesis")
        .withMessageContaining(empty.toString());
  }

  @Test
  void anotherNetworksGenesisIsRefused() throws IOException {
    played(directory());
    GenesisMessage own = World.genesis();
    GenesisMessage other =
        new GenesisMessage(
            new NetworkId(World.digest("another network")),
            own.parameters(),
            own.attestation(),
            own.governance(),
            own.genesisRoot(),
            own.startMs(),
            own.funded());
    Path directory = directory();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(
            () -> Ledger.open(directory, Optional.of(other), TestLedgers.machine(new ManualTime())))
        .matches(failure -> failure.code() == ErrorCode.CONFIG_INVALID);
    // And the file was let go.
    TestLedgers.open(directory, new ManualTime()).close().join();
  }

  @Test
  void theFaucetFillsAnAccountUpToItsCeiling() throws IOException {
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    assertThat(ledger.faucet(miner(1).address(), Coins.whole(900)).join())
        .isInstanceOf(Receipt.Executed.class);
    for (Coins amount : List.of(new Coins(1), Coins.ZERO, new Coins(Long.MAX_VALUE))) {
      assertThat(ledger.faucet(miner(1).address(), amount).join())
          .isInstanceOfSatisfying(
              Receipt.Aborted.class,
              aborted -> assertThat(aborted.code()).isEqualTo(AbortCode.FAUCET_LIMIT));
    }
    assertThat(TestLedgers.state(ledger).sui(miner(1).address())).isEqualTo(Ledger.FAUCET_CEILING);
    ledger.close().join();
    assertThat(ledger.faucet(miner(2).address(), new Coins(1))).failsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aMinerUidIsNeverReusedAcrossRestarts() throws IOException {
    Ledger ledger = TestLedgers.open(directory(), new ManualTime());
    ChainCall register = new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m");
    TestLedgers.submit(ledger, miner(1), register, 0, "a");
    TestLedgers.submit(ledger, miner(1), new ChainCall.LeaveMiner(new MinerUid(1)), 0, "b");
    ledger.close().join();
    Ledger again = TestLedgers.open(directory(), new ManualTime());
    TestLedgers.submit(again, miner(1), register, 0, "c");
    assertThat(TestLedgers.state(again).activeMiners()).containsExactly(new MinerUid(2));
    again.close().join();
  }
}

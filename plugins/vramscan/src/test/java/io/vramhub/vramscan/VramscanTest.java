package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.tck.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class VramscanTest {
  @TempDir private Path directory;

  private static TestNode node(List<ChainRecord> chain) {
    TestNode node = new TestNode();
    chain.forEach(happened -> node.happens(happened.event()));
    return node;
  }

  @Test
  void goesOnWhereItStopped() {
    List<ChainRecord> chain = new RandomChain(1).events(90);
    OpenedScan.of(directory, chain.subList(0, 40)).close();
    try (OpenedScan scan = OpenedScan.of(directory, chain)) {
      assertThat(scan.json("/v1/status").get("height").longValue()).isEqualTo(chain.size());
      JsonNode first = scan.json("/v1/events?sort=sequence&limit=1000").get("items");
      assertThat(first.valueStream().map(event -> event.get("sequence").longValue()))
          .containsExactlyElementsOf(chain.stream().map(ChainRecord::sequence).toList());
    }
  }

  @Test
  void aDatabaseOfAnotherChainIsRefusedAndSaysWhatToDo() {
    OpenedScan.of(directory, new RandomChain(1).events(60)).close();
    TestNode other = node(new RandomChain(2).events(70));
    try (OpenedScan scan = OpenedScan.of(directory, other, "")) {
      JsonNode status = scan.json("/v1/status");
      assertThat(status.get("state").stringValue()).isEqualTo("STOPPED");
      assertThat(status.get("problem").stringValue())
          .contains("another history")
          .contains("rebuild = true");
      assertThat(scan.json("/v1/windows").get("items").isEmpty()).isFalse();
    }
    try (OpenedScan scan = OpenedScan.of(directory, other, "rebuild = true")) {
      assertThat(scan.json("/v1/status").get("state").stringValue()).isEqualTo("FOLLOWING");
      assertThat(scan.json("/v1/status").get("problem").isNull()).isTrue();
    }
  }

  @Test
  void aChainThatEndsBeforeTheIndexIsAnotherOne() {
    List<ChainRecord> chain = new RandomChain(1).events(60);
    OpenedScan.of(directory, chain).close();
    try (OpenedScan scan = OpenedScan.of(directory, chain.subList(0, 30))) {
      assertThat(scan.json("/v1/status").get("problem").stringValue()).contains("ends at 30");
    }
  }

  @Test
  void pagesHoldEveryRowOnceInEveryOrder() {
    try (OpenedScan scan = OpenedScan.of(directory, new RandomChain(4).events(300))) {
      for (String sort : List.of("window", "-window", "-bestGain", "commits", "-anomalies")) {
        List<Long> whole = windows(scan.json("/v1/windows?limit=1000&sort=" + sort));
        List<Long> paged = new ArrayList<>();
        String after = "";
        do {
          JsonNode page = scan.json("/v1/windows?limit=3&sort=" + sort + after);
          paged.addAll(windows(page));
          after = page.get("next").stringValueOpt().map(next -> "&after=" + next).orElse("");
        } while (!after.isEmpty());
        assertThat(paged).as(sort).isEqualTo(whole).doesNotHaveDuplicates().isNotEmpty();
      }
    }
  }

  private static List<Long> windows(JsonNode page) {
    return page.get("items").valueStream().map(item -> item.get("window").longValue()).toList();
  }

  @Test
  void filtersAndCsvGiveTheSameRows() {
    try (OpenedScan scan = OpenedScan.of(directory, new RandomChain(4).events(300))) {
      JsonNode commits = scan.json("/v1/events?kind=GradientCommitted&miner=1&limit=1000");
      assertThat(commits.get("items").valueStream())
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.get("miner").longValue()).isEqualTo(1));
      String csv =
          OpenedScan.text(
              scan.ask(
                  "GET",
                  "/v1/events?kind=GradientCommitted&miner=1&limit=1000",
                  Map.of("accept", "text/csv")));
      assertThat(csv.split("\r\n")).hasSize(commits.get("items").size() + 1);
      String names = OpenedScan.text(scan.get("/v1/miners?format=csv"));
      assertThat(names).doesNotContain(",=HYPERLINK").contains("'=HYPERLINK");
    }
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() {
    List<ChainRecord> chain = new RandomChain(6).events(120);
    try (OpenedScan scan = OpenedScan.of(directory, chain)) {
      String living = scan.get("/v1/miners").headers().get("etag");
      String settled = scan.get("/v1/windows/1").headers().get("etag");
      assertThat(scan.ask("GET", "/v1/miners", Map.of("if-none-match", living)).status())
          .isEqualTo(304);
      scan.node().happens(new ChainEvent.MinerLeft(new MinerUid(1), 1));
      scan.awaitHeight();
      assertThat(scan.ask("GET", "/v1/miners", Map.of("if-none-match", living)).status())
          .isEqualTo(200);
      assertThat(scan.ask("GET", "/v1/windows/1", Map.of("if-none-match", settled)).status())
          .isEqualTo(304);
    }
  }

  @Test
  void aSignedReportIsShownToItsLastByte() {
    List<ChainRecord> chain = new RandomChain(6).events(120);
    ChainRecord report =
        chain.stream()
            .filter(happened -> happened.event() instanceof ChainEvent.ScoresSubmitted)
            .findFirst()
            .orElseThrow();
    var scores = ((ChainEvent.ScoresSubmitted) report.event()).scores();
    try (OpenedScan scan = OpenedScan.of(directory, chain)) {
      JsonNode signed = scan.json("/v1/events/" + report.sequence()).get("signed");
      assertThat(signed.get("bytes").stringValue())
          .isEqualTo(
              HexFormat.of()
                  .formatHex(ScoreMessage.intentBytes(scores.report(), scores.timestampMs())));
      assertThat(signed.get("signature").stringValue()).isEqualTo(scores.signature().hex());
      int end = 0;
      for (JsonNode field : signed.get("fields")) {
        assertThat(field.get("offset").intValue()).isEqualTo(end);
        end += field.get("length").intValue();
      }
      assertThat(end * 2).isEqualTo(signed.get("bytes").stringValue().length());
    }
  }

  @Test
  void aRecordHoldsTheStateItsWindowWasComputedFrom() {
    List<ChainRecord> chain = new RandomChain(8).events(200);
    try (OpenedScan scan = OpenedScan.of(directory, chain)) {
      ChainState before = new ChainState();
      for (ChainRecord happened : chain) {
        if (happened.event() instanceof ChainEvent.WindowFinalized finalized) {
          JsonNode record = scan.json("/v1/windows/" + finalized.result().window() + "/record");
          assertThat(record.get("issuedBefore").stringValue())
              .isEqualTo(Long.toString(before.issued().baseUnits()));
          for (JsonNode line : record.get("miners")) {
            var miner = before.miner(new MinerUid(line.get("miner").intValue())).orElseThrow();
            assertThat(line.get("muNanos").stringValue())
                .isEqualTo(Long.toString(miner.rating().muNanos()));
            assertThat(line.get("proofNanos").stringValue())
                .isEqualTo(Long.toString(miner.proofNanos()));
            assertThat(line.get("consecutiveAbsences").intValue())
                .isEqualTo(miner.consecutiveAbsences());
          }
        }
        before.apply(happened);
      }
    }
  }

  @Test
  void aCheckpointsFileComesWholeOrInRanges() {
    byte[] file = new byte[2_500_000];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) (i * 31 + i / 1_000);
    }
    try (OpenedScan scan = OpenedScan.of(directory, new RandomChain(3).events(30))) {
      scan.node().store(CheckpointNames.file(new WindowId(0)), file);
      HttpReply whole = scan.get("/v1/checkpoints/0/file");
      assertThat(OpenedScan.bytes(whole)).isEqualTo(file);
      HttpReply part =
          scan.ask("GET", "/v1/checkpoints/0/file", Map.of("range", "bytes=1000000-2099999"));
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.headers()).containsEntry("content-range", "bytes 1000000-2099999/2500000");
      assertThat(OpenedScan.bytes(part)).isEqualTo(Arrays.copyOfRange(file, 1_000_000, 2_100_000));
      HttpReply end = scan.ask("GET", "/v1/checkpoints/0/file", Map.of("range", "bytes=-7"));
      assertThat(OpenedScan.bytes(end)).hasSize(7);
      HttpReply beyond =
          scan.ask("GET", "/v1/checkpoints/0/file", Map.of("range", "bytes=2500000-"));
      assertThat(beyond.status()).isEqualTo(416);
      assertThat(scan.get("/v1/checkpoints/0/leaves").status()).isEqualTo(404);
    }
  }

  @Test
  void searchFindsByNumberNameAndPrefixOfAHash() {
    try (OpenedScan scan = OpenedScan.of(directory, new RandomChain(3).events(200))) {
      JsonNode window = scan.json("/v1/windows/1").get("window");
      assertThat(found(scan, "1")).contains("window 1", "miner 1", "validator 1", "event 1");
      assertThat(found(scan, window.get("assignmentSeed").stringValue().substring(0, 10)))
          .contains("window 1");
      JsonNode miner = scan.json("/v1/miners/2");
      assertThat(found(scan, miner.get("owner").stringValue())).contains("miner 2");
      assertThat(found(scan, "VALIDATOR")).anyMatch(item -> item.startsWith("validator"));
      assertThat(found(scan, "100%_")).isEmpty();
    }
  }

  private static List<String> found(OpenedScan scan, String query) {
    return scan.json("/v1/search?q=" + query.replace("%", "%25"))
        .get("items")
        .valueStream()
        .map(item -> item.get("type").stringValue() + " " + item.get("id").stringValue())
        .toList();
  }

  @Test
  void isOnlyRead() {
    try (OpenedScan scan = OpenedScan.of(directory, new RandomChain(3).events(10))) {
      assertThat(scan.ask("POST", "/v1/status", Map.of()).status()).isEqualTo(405);
      assertThat(scan.ask("HEAD", "/v1/status", Map.of()).status()).isEqualTo(200);
    }
  }

  @Test
  void settingsThatCannotBeMeantAreNamed() {
    TestNode node = new TestNode();
    for (Map.Entry<String, String> wrong :
        Map.of(
                "database = \"jdbc:oracle:x\"", "'database'",
                "connections = 1", "'connections'",
                "rebuild = maybe", "'rebuild'",
                "password-file = /no/such/file, database = \"jdbc:h2:mem:x\"", "'password-file'",
                "databse = x", "'databse'")
            .entrySet()) {
      assertThatThrownBy(() -> OpenedScan.of(directory, node, wrong.getKey()))
          .hasMessageContaining(wrong.getValue());
    }
  }
}

package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ValidatorUid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class EventJsonTest {
  private static final Address SOMEBODY = Address.ofHex("0x" + "00".repeat(30) + "0abc");
  private final EventJson json = new EventJson();

  /** At least one event of every kind, most of them from a played window. */
  private static List<ChainEvent> everyKind() {
    World world = World.finalized(1);
    world.does(World.validator(1), world.anchor(2, 1, World.digest("merged")));
    world.does(World.validator(2), world.anchor(2, 2, World.digest("merged")));
    world.does(World.miner(3), new ChainCall.ClaimMiner(new MinerUid(3)));
    List<ChainEvent> events = new ArrayList<>();
    world.records().forEach(record -> events.add(record.event()));
    MinerUid miner = new MinerUid(4);
    ValidatorUid validator = new ValidatorUid(5);
    events.add(new ChainEvent.ParametersScheduled(World.window(9), World.PARAMETERS));
    events.add(new ChainEvent.MinerStakeAdded(miner, new Coins(Long.MAX_VALUE)));
    events.add(new ChainEvent.ValidatorStakeAdded(validator, new Coins(2)));
    events.add(new ChainEvent.CredentialsPublished(miner, 258, Bytes.ofHex("c0ffee")));
    events.add(new ChainEvent.MinerLeft(miner, 7));
    events.add(new ChainEvent.ValidatorLeft(validator, 8));
    events.add(new ChainEvent.MinerStakeWithdrawn(miner, new Coins(3)));
    events.add(new ChainEvent.ValidatorStakeWithdrawn(validator, new Coins(4)));
    events.add(new ChainEvent.DeviationObserved(World.window(9), validator, miner));
    events.add(new ChainEvent.ValidatorJailed(validator, World.window(9)));
    events.add(new ChainEvent.Claimed(new Payee.Treasury(), SOMEBODY, new Coins(5)));
    events.add(new ChainEvent.Claimed(new Payee.Validator(validator), SOMEBODY, new Coins(6)));
    return events;
  }

  @Test
  void everyKindComesBackAndIsWrittenInOneWay() {
    TreeSet<String> kinds = new TreeSet<>();
    for (ChainEvent event : everyKind()) {
      String kind = EventJson.kind(event);
      kinds.add(kind);
      String body = json.write(event);
      assertThat(json.read(kind, body)).isEqualTo(event);
      assertThat(json.write(json.read(kind, body))).isEqualTo(body);
    }
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ChainEvent.class.getPermittedSubclasses())
                .filter(type -> !type.equals(ChainEvent.Bond.class))
                .map(Class::getSimpleName)
                .toList());
  }

  @Test
  void formIsFrozen() {
    assertThat(
            json.write(
                new ChainEvent.MinerRegistered(
                    new MinerUid(3), SOMEBODY, SOMEBODY, Coins.whole(2), "a \"b\" <c>")))
        .isEqualTo(
            "{\"miner\":3,\"owner\":\""
                + SOMEBODY
                + "\",\"payout\":\""
                + SOMEBODY
                + "\",\"stake\":2000000000,\"label\":\"a \\\"b\\\" <c>\"}");
    assertThat(
            json.write(
                new ChainEvent.Claimed(new Payee.Miner(new MinerUid(3)), SOMEBODY, new Coins(1))))
        .isEqualTo("{\"payee\":\"miner:3\",\"recipient\":\"" + SOMEBODY + "\",\"amount\":1}");
    assertThat(
            json.write(
                new ChainEvent.WindowOpened(
                    World.window(2),
                    World.digest("seed"),
                    new CheckpointRef(World.window(1), World.digest("root")),
                    List.of(new MinerUid(1), new MinerUid(4)),
                    List.of(new ChainEvent.Bond(new ValidatorUid(2), new Coins(10))))))
        .isEqualTo(
            "{\"window\":2,\"assignmentSeed\":\""
                + World.digest("seed")
                + "\",\"base\":{\"window\":1,\"root\":\""
                + World.digest("root")
                + "\"},\"miners\":[1,4],\"validators\":[{\"validator\":2,\"stake\":10}]}");
  }

  @Test
  void refusesWhatIsNotExactlyAnEvent() {
    String good = json.write(new ChainEvent.MinerStakeAdded(new MinerUid(4), new Coins(1)));
    assertThat(good).isEqualTo("{\"miner\":4,\"amount\":1}");
    for (String bad :
        List.of(
            "",
            "null",
            "{}",
            "[]",
            "{\"miner\":4}",
            "{\"miner\":4,\"amount\":null}",
            "{\"miner\":4,\"amount\":-1}",
            "{\"miner\":0,\"amount\":1}",
            "{\"miner\":4,\"amount\":1,\"more\":2}",
            "{\"miner\":4,\"miner\":5,\"amount\":1}",
            "{\"miner\":4,\"amount\":\"1\"}",
            "{\"miner\":4,\"amount\":1.5}",
            "{\"miner\":4,\"amount\":99999999999999999999}",
            good + good,
            good.substring(1))) {
      assertThatExceptionOfType(HubException.class)
          .as(bad)
          .isThrownBy(() -> json.read("MinerStakeAdded", bad))
          .matches(failure -> failure.code() == ErrorCode.MESSAGE_INVALID);
    }
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> json.read("MoneyPrinted", good))
        .matches(failure -> failure.code() == ErrorCode.MESSAGE_INVALID);
  }

  @Test
  void refusesOtherKindsOfValues() {
    String good = json.write(new ChainEvent.MinerLeft(new MinerUid(4), 7));
    assertThat(good).isEqualTo("{\"miner\":4,\"withdrawableAtMs\":7}");
    for (String bad : List.of("7.0", "\"7\"", "true", "[7]", "null")) {
      assertThatExceptionOfType(HubException.class)
          .as(bad)
          .isThrownBy(() -> json.read("MinerLeft", good.replace("7", bad)));
    }
    String paid = json.write(new ChainEvent.FaucetPaid(SOMEBODY, new Coins(1)));
    for (String bad : List.of("7", "\"0x12\"", "\"\"", "null", "{}")) {
      assertThatExceptionOfType(HubException.class)
          .as(bad)
          .isThrownBy(() -> json.read("FaucetPaid", paid.replace("\"" + SOMEBODY + "\"", bad)));
    }
  }

  @Test
  void mutatedTextsFailAsMessages() {
    SplittableRandom random = new SplittableRandom(3);
    for (ChainEvent event : everyKind()) {
      String kind = EventJson.kind(event);
      String body = json.write(event);
      for (int i = 0; i < 60; i++) {
        char[] text = body.toCharArray();
        text[random.nextInt(text.length)] = (char) (32 + random.nextInt(95));
        try {
          json.read(kind, new String(text));
        } catch (HubException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
        }
      }
    }
  }

  @Test
  void wireCarriesHeadsRecordsAndReceipts() {
    LedgerWire wire = new LedgerWire();
    ChainHead head = new ChainHead(World.NETWORK, 5, 6);
    assertThat(wire.readHead(wire.head(head))).isEqualTo(head);
    List<ChainRecord> records = World.scored(1).records();
    assertThat(wire.readRecords(wire.records(records))).isEqualTo(records);
    assertThat(wire.records(records).lines()).hasSize(records.size());
    Receipt executed = new Receipt.Executed(records);
    assertThat(wire.readReceipt(wire.receipt(executed))).isEqualTo(executed);
    Receipt aborted = new Receipt.Aborted(AbortCode.TOO_LATE, "a\nsecond line");
    assertThat(wire.readReceipt(wire.receipt(aborted))).isEqualTo(aborted);
    HubException failure = new HubException(ErrorCode.ACCESS_DENIED, "not yet");
    assertThat(wire.readFailure(403, wire.failure(failure)))
        .hasMessage("not yet")
        .extracting(HubException::code)
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(wire.readFailure(502, "<html>Bad Gateway</html>").code())
        .isEqualTo(ErrorCode.CHAIN_UNAVAILABLE);
  }
}

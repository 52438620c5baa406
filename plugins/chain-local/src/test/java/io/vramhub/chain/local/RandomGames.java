package io.vramhub.chain.local;

import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.scoring.ScorerAssignment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes scenarios nobody thought of: games of four windows in which most do their duty, some lie,
 * stay away or leave, and calls without sense come in between. A game follows from its seed.
 *
 * <p>Not part of the build, like {@link ScenarioRecorder}: the games are committed and are
 * scenarios like others. Run it with {@code -Dtest=RandomGames} when the rules have changed.
 */
final class RandomGames {
  private static final int WINDOWS = 4;
  private static final long COIN = 1_000_000_000L;
  private static final int ACCOUNTS = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void write(int seed) throws IOException {
    String name = "random-game-" + seed;
    Files.writeString(
        Scenario.DIRECTORY.resolve(name + ".json"), ScenarioRecorder.text(new Game(seed).play()));
  }

  private static final class Game {
    private final Random random;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ArrayNode steps;
    private final ScenarioPlayer player;
    private final Map<Integer, String> enclaves = new HashMap<>();
    private String moment = "0+0";

    Game(int seed) {
      random = new Random(seed);
      root.put("title", "A game of four windows at random, number " + seed);
      root.putArray("protocol").add("1").add("2").add("5").add("6").add("7").add("8").add("10");
      root.putObject("parameters")
          .putObject("scoring")
          .put("absenceWindows", 1)
          .put("maxDeviations", 4)
          .put("proofThresholdNanos", -150_000_000L);
      steps = root.putArray("steps");
      player = ScenarioPlayer.before(new Scenario("random", root));
    }

    ObjectNode play() {
      for (int account = 1; account <= 4; account++) {
        perform(registerMiner(account).put("stake", COIN));
        perform(registerValidator(account).put("stake", (9 + account) * COIN));
        perform(registerEnclave(account, "enclave " + account));
      }
      for (int window = 1; window <= WINDOWS; window++) {
        train(window);
        score(window);
        settle(window);
      }
      return root;
    }

    private void train(int window) {
      at(window, random.nextInt(9_000));
      nonsense(3);
      perform(call("anyone", "OpenWindow").put("window", window));
      if (state().window(new WindowId(window)).isEmpty()) {
        at(window, 10_000 + random.nextInt(1_000));
        perform(call("anyone", "OpenWindow").put("window", window));
      }
      for (MinerRecord miner : state().miners()) {
        if (mostly()) {
          perform(commit(window, miner.uid().value(), owner(miner)));
        }
      }
      at(window, 20_000 + random.nextInt(50_000));
      nonsense(3);
    }

    private void score(int window) {
      at(window, 80_000 + random.nextInt(100));
      perform(call("anyone", "OpenScoring").put("window", window));
      for (ValidatorRecord validator : state().validators()) {
        if (mostly()) {
          perform(submit(window, validator));
        }
      }
      nonsense(2);
    }

    private void settle(int window) {
      at(window + 1, 0);
      nonsense(1);
      perform(call("anyone", "FinalizeWindow").put("window", window));
      for (ValidatorRecord validator : state().validators()) {
        if (mostly()) {
          perform(anchor(window + 1, validator));
        }
      }
      for (MinerRecord miner : state().miners()) {
        if (!mostly()) {
          perform(call(owner(miner), "ClaimMiner").put("miner", miner.uid().value()));
        }
      }
      ask();
    }

    /** Calls by anybody with anything. */
    private void nonsense(int atMost) {
      for (int i = random.nextInt(atMost + 1); i > 0; i--) {
        int account = 1 + random.nextInt(ACCOUNTS);
        int uid = 1 + random.nextInt(ACCOUNTS);
        int window = random.nextInt(WINDOWS + 2);
        perform(
            switch (random.nextInt(14)) {
              case 0 -> registerMiner(account);
              case 1 -> registerValidator(account);
              case 2 -> registerEnclave(uid, "enclave " + account + " of " + uid);
              case 3 -> call("anyone", "OpenWindow").put("window", window);
              case 4 -> commit(window, uid, "miner " + account);
              case 5 -> call("anyone", "OpenScoring").put("window", window);
              case 6 -> call("anyone", "FinalizeWindow").put("window", window);
              case 7 -> call("miner " + account, "LeaveMiner").put("miner", uid);
              case 8 -> call("validator " + account, "LeaveValidator").put("validator", uid);
              case 9 -> call("miner " + account, "WithdrawMinerStake").put("miner", uid);
              case 10 -> call("validator " + account, "ClaimValidator").put("validator", uid);
              case 11 ->
                  call("validator " + account, "AddValidatorStake")
                      .put("validator", uid)
                      .put("amount", random.nextInt(3) * COIN);
              case 12 -> scheduleParameters(window);
              default ->
                  call("validator " + account, "WithdrawValidatorStake").put("validator", uid);
            });
      }
    }

    private ObjectNode registerMiner(int account) {
      return call("miner " + account, "RegisterMiner")
          .put("stake", (random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2)) * COIN)
          .put("payout", "@payout of miner " + account)
          .put("label", "miner of account " + account);
    }

    private ObjectNode registerValidator(int account) {
      return call("validator " + account, "RegisterValidator")
          .put("stake", (random.nextInt(8) == 0 ? 9 : 10 + random.nextInt(6)) * COIN)
          .put("payout", "@payout of validator " + account)
          .put("label", "validator of account " + account);
    }

    private ObjectNode registerEnclave(int validator, String enclave) {
      ObjectNode call = call("validator " + validator, "RegisterEnclave");
      call.put("validator", validator).putObject("document").put("enclave", enclave);
      return call;
    }

    private ObjectNode commit(int window, int miner, String owner) {
      return call(owner, "CommitGradient").put("window", window).put("miner", miner);
    }

    private ObjectNode scheduleParameters(int window) {
      ObjectNode call = call("governance", "ScheduleParameters").put("effective", window);
      ObjectNode changes = call.putObject("changes");
      switch (random.nextInt(4)) {
        case 0 -> changes.putObject("model").put("topG", 1 + random.nextInt(3));
        case 1 -> changes.putObject("scoring").put("gainFloor", random.nextInt(3) * 1_000_000);
        case 2 -> changes.putObject("scoring").put("scorersPerMiner", 2 + random.nextInt(3));
        default -> changes.putObject("stake").put("minMiner", (1 + random.nextInt(2)) * COIN);
      }
      return call;
    }

    /** Reports what is so on what the validator was drawn for; or, seldom, something else. */
    private ObjectNode submit(int window, ValidatorRecord validator) {
      int uid = validator.uid().value();
      ObjectNode call = call(owner(validator), "SubmitScores");
      call.put("validator", uid).put("window", window);
      call.put("enclaveEpoch", validator.enclave().map(each -> each.epoch()).orElse(1L));
      call.put("signedBy", Optional.ofNullable(enclaves.get(uid)).orElse("enclave " + uid));
      ArrayNode entries = JsonNodeFactory.instance.arrayNode();
      Optional<WindowRecord> record = state().window(new WindowId(window));
      if (record.isPresent() && record.get().scoring().isPresent()) {
        call.put("baseRoot", record.get().opened().base().root().hex());
        for (MinerUid miner : record.get().commits().keySet()) {
          if (isScorer(record.get(), miner, validator.uid()) && random.nextInt(12) > 0) {
            entries.add(entry(window, miner));
          }
        }
      }
      call.set("entries", entries);
      return call;
    }

    private boolean isScorer(WindowRecord window, MinerUid miner, ValidatorUid validator) {
      List<Bond> bonds = window.opened().validators();
      Digest seed = window.scoring().orElseThrow().evaluationSeed();
      return random.nextInt(20) == 0
          || ScorerAssignment.scorers(state().parameters(window.window()), seed, bonds, miner)
              .contains(validator);
    }

    private ObjectNode entry(int window, MinerUid miner) {
      ObjectNode entry = JsonNodeFactory.instance.objectNode().put("miner", miner.value());
      // The truth of a gradient follows from window and miner; about one line in twelve is a lie.
      int truth = random.nextInt(12) == 0 ? random.nextInt(100) : 7 * window + 5 * miner.value();
      if (truth % 6 == 0) {
        return entry.put("verdict", "MISSING");
      }
      return entry
          .put("heldoutGain", (truth % 5 - 1) * 1_000_000)
          .put("assignedGain", (truth % 7 - 2) * 1_000_000);
    }

    private ObjectNode anchor(int checkpoint, ValidatorRecord validator) {
      Optional<WindowRecord> merged = state().window(new WindowId(checkpoint - 1));
      String parent = merged.map(each -> each.opened().base().root().hex()).orElse("#nothing");
      String digest =
          merged
              .flatMap(WindowRecord::result)
              .map(result -> result.topGDigest().hex())
              .orElse("#nothing");
      String root = random.nextInt(6) == 0 ? "#another merge of " : "#merge of ";
      return call(owner(validator), "AnchorCheckpoint")
          .put("validator", validator.uid().value())
          .put("checkpoint", checkpoint)
          .put("parent", parent)
          .put("root", root + (checkpoint - 1))
          .put("topGDigest", digest);
    }

    private void ask() {
      ObjectNode step = JsonNodeFactory.instance.objectNode();
      ObjectNode expect = step.putObject("expect");
      expect.putNull("issued").putNull("claimed").putNull("checkpoint");
      ObjectNode miners = expect.putObject("miners");
      ObjectNode validators = expect.putObject("validators");
      ObjectNode credits = expect.putObject("credits").putNull("treasury");
      for (MinerRecord miner : state().miners()) {
        ObjectNode record = miners.putObject(miner.uid().toString());
        List.of("stake", "mu", "sigma", "proof", "absences", "active").forEach(record::putNull);
        credits.putNull("miner:" + miner.uid());
      }
      for (ValidatorRecord validator : state().validators()) {
        ObjectNode record = validators.putObject(validator.uid().toString());
        List.of("stake", "epoch", "deviations", "jailed", "active").forEach(record::putNull);
        credits.putNull("validator:" + validator.uid());
      }
      perform(step);
    }

    private ObjectNode call(String by, String call) {
      return JsonNodeFactory.instance.objectNode().put("by", "@" + by).put("call", call);
    }

    private void perform(ObjectNode said) {
      ObjectNode step = JsonNodeFactory.instance.objectNode().put("at", moment);
      step.setAll(player.named(said));
      player.signature(step).ifPresent(signature -> step.put("signature", signature.hex()));
      ObjectNode happened = player.perform(step);
      // On Sui whoever lacks the coins cannot make the call.
      if (happened.path("aborts").asString("").equals("4 INSUFFICIENT_BALANCE")) {
        return;
      }
      if (happened.path("call").asString("").equals("RegisterEnclave") && happened.has("events")) {
        enclaves.put(
            happened.get("validator").intValue(),
            happened.get("document").get("enclave").stringValue());
      }
      steps.add(happened);
    }

    private void at(int window, int offsetMs) {
      moment = window + "+" + offsetMs;
    }

    private boolean mostly() {
      return random.nextInt(6) > 0;
    }

    private String owner(MinerRecord miner) {
      return "miner " + accountOf(miner.label());
    }

    private String owner(ValidatorRecord validator) {
      return "validator " + accountOf(validator.label());
    }

    private static String accountOf(String label) {
      return label.substring(label.lastIndexOf(' ') + 1);
    }

    private ChainState state() {
      return player.state();
    }
  }
}

package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Plays the scenarios the Move package is held to on the local ledger's rules. */
final class ScenarioTest {
  /** Refusals that only a ledger with accounts of its own, idempotency keys and a faucet has. */
  private static final Set<AbortCode> LEDGER_ONLY =
      EnumSet.of(AbortCode.KEY_REUSED, AbortCode.FAUCET_LIMIT);

  /** The attacks of which a chain, rather than a node, decides the outcome. */
  private static final List<Integer> ATTACKS = List.of(7, 8, 15, 16, 17, 19, 20, 21);

  static List<String> scenarios() {
    return Scenario.names();
  }

  /** What is expected is hidden from the player, so that it cannot tell it back. */
  @ParameterizedTest
  @MethodSource("scenarios")
  void playsAsTold(String name) {
    Scenario scenario = Scenario.read(name);
    ScenarioPlayer player = ScenarioPlayer.before(scenario);
    ArrayNode happened = JsonNodeFactory.instance.arrayNode();
    for (ObjectNode step : scenario.steps()) {
      happened.add(player.perform(withoutOutcome(step)));
    }
    // As texts, because trees tell an int from a long of the same value.
    assertThat(ScenarioRecorder.text(happened))
        .isEqualTo(ScenarioRecorder.text(scenario.root().get("steps")));
  }

  /** The step with its outcome blank: each field in its place, with nothing in it. */
  private static ObjectNode withoutOutcome(ObjectNode step) {
    ObjectNode blank = step.deepCopy();
    for (String outcome : List.of("aborts", "events")) {
      if (step.has(outcome)) {
        blank.putNull(outcome);
      }
    }
    if (step.has("expect")) {
      blank.set("expect", blank(step.get("expect")));
    }
    return blank;
  }

  private static JsonNode blank(JsonNode answers) {
    if (!answers.isObject()) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode blank = JsonNodeFactory.instance.objectNode();
    answers.properties().forEach(answer -> blank.set(answer.getKey(), blank(answer.getValue())));
    return blank;
  }

  @Test
  void everySharedAbortCodeIsMet() {
    Set<String> met = new TreeSet<>();
    for (ObjectNode step : steps()) {
      if (step.has("aborts")) {
        met.add(step.get("aborts").stringValue());
      }
    }
    Set<String> shared = new TreeSet<>();
    for (AbortCode code : EnumSet.complementOf(EnumSet.copyOf(LEDGER_ONLY))) {
      shared.add(code.number() + " " + code);
    }
    assertThat(met).containsExactlyInAnyOrderElementsOf(shared);
  }

  @Test
  void everyEventIsMet() {
    Set<String> met = new TreeSet<>();
    for (ObjectNode step : steps()) {
      step.path("events").forEach(event -> met.add(event.get("event").stringValue()));
    }
    Set<String> kinds = new TreeSet<>();
    for (Class<?> kind : ChainEvent.class.getPermittedSubclasses()) {
      kinds.add(kind.getSimpleName());
    }
    // The beginning of every network, and test coins.
    kinds.removeAll(Set.of("NetworkCreated", "FaucetPaid"));
    assertThat(met).containsExactlyInAnyOrderElementsOf(kinds);
  }

  @Test
  void everyAttackTheChainDecidesIsPlayed() {
    Set<Integer> played = new TreeSet<>();
    for (String name : Scenario.names()) {
      Scenario.read(name).root().path("attack").forEach(row -> played.add(row.intValue()));
    }
    assertThat(played).containsExactlyElementsOf(ATTACKS);
  }

  @Test
  void theReadmeListsEveryScenario() throws IOException {
    List<String> rows =
        Files.readAllLines(Scenario.DIRECTORY.resolve("README.md")).stream()
            .filter(line -> line.startsWith("| `") && line.split("\\|", -1).length == 6)
            .toList();
    List<String> expected = new ArrayList<>();
    for (String name : Scenario.names()) {
      ObjectNode root = Scenario.read(name).root();
      expected.add(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  name,
                  root.get("title").stringValue(),
                  joined(root.path("protocol")),
                  joined(root.path("attack"))));
    }
    assertThat(rows).isEqualTo(expected);
  }

  private static String joined(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asString()));
    return String.join(", ", words);
  }

  @Test
  void scenariosAreWrittenAsTheRecorderWritesThem() {
    for (String name : Scenario.names()) {
      assertThat(Scenario.DIRECTORY.resolve(name + ".json"))
          .hasContent(ScenarioRecorder.text(Scenario.read(name).root()));
    }
  }

  private static List<ObjectNode> steps() {
    List<ObjectNode> steps = new ArrayList<>();
    for (String name : Scenario.names()) {
      steps.addAll(Scenario.read(name).steps());
    }
    return steps;
  }
}

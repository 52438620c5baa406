package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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

  @ParameterizedTest
  @MethodSource("scenarios")
  void playsAsTold(String name) {
    Scenario scenario = Scenario.read(name);
    ScenarioPlayer player = ScenarioPlayer.before(scenario, new ScenarioNames());
    int number = 0;
    for (ObjectNode step : scenario.steps()) {
      number++;
      player.turnClock(step);
      String what = name + ", step " + number + ": " + step;
      if (step.has("expect")) {
        assertTold(what, player.observe(step.get("expect")), step.get("expect"));
      }
      if (step.has("call")) {
        if (step.get("call").stringValue().equals("SubmitScores")) {
          assertSigned(what, player, step);
        }
        assertDecision(what, player, step);
      }
    }
  }

  private static void assertSigned(String what, ScenarioPlayer player, ObjectNode step) {
    Optional<Bytes> signature = player.signature(step);
    if (signature.isPresent()) {
      assertThat(step.get("signature").stringValue())
          .as("%s: the signature is what ScenarioRecorder writes", what)
          .isEqualTo(signature.get().hex());
    }
  }

  private static void assertDecision(String what, ScenarioPlayer player, ObjectNode step) {
    switch (player.play(step)) {
      case Decision.Refusal(AbortCode code, String sentence) ->
          assertThat(code.number() + " " + code)
              .as("%s: %s", what, sentence)
              .isEqualTo(step.path("aborts").asString("an effect"));
      case Decision.Effect(List<ChainEvent> events) -> {
        assertThat(step.has("aborts")).as("%s took effect: %s", what, events).isFalse();
        ArrayNode told = JsonNodeFactory.instance.arrayNode();
        events.forEach(event -> told.add(player.tell(event)));
        assertTold(what, told, step.path("events"));
      }
    }
  }

  /** Compares texts, because trees tell an int from a long of the same value. */
  private static void assertTold(String what, JsonNode actual, JsonNode expected) {
    assertThat(ScenarioRecorder.text(actual)).as(what).isEqualTo(ScenarioRecorder.text(expected));
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

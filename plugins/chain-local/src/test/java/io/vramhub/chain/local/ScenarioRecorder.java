package io.vramhub.chain.local;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in what no human writes into a scenario file: the enclaves' signatures, the events of a
 * step that has none yet, and every answer an {@code expect} leaves open with {@code "?"}. What
 * stands already is left alone, for it is what the test is about; aborts are never filled in.
 *
 * <p>Not part of the build: its name keeps it from the tests that run by themselves. Read the
 * difference before committing it.
 *
 * <pre>
 *   mvn -q -Dquick -pl plugins/chain-local -am test -Dtest=ScenarioRecorder \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class ScenarioRecorder {
  private static final int LINE = 120;

  @Test
  void recordAll() throws IOException {
    List<Scenario> scenarios = new ArrayList<>();
    for (String name : Scenario.names()) {
      scenarios.add(Scenario.read(name));
    }
    // A scenario is continued with the signatures it has on the disk.
    scenarios.sort(Comparator.comparing(Scenario::depth));
    for (Scenario scenario : scenarios) {
      record(scenario);
      Files.writeString(
          Scenario.DIRECTORY.resolve(scenario.name() + ".json"), text(scenario.root()));
    }
  }

  private static void record(Scenario scenario) {
    ScenarioPlayer player = ScenarioPlayer.before(scenario);
    for (ObjectNode step : scenario.steps()) {
      player.signature(step).ifPresent(signature -> step.put("signature", signature.hex()));
      ObjectNode happened = player.perform(step);
      if (happened.has("aborts") && !step.has("aborts")) {
        throw new IllegalStateException(scenario.name() + " is refused: " + happened);
      }
      if (happened.has("expect")) {
        fill((ObjectNode) step.get("expect"), happened.get("expect"));
      }
      if (happened.has("events") && !step.has("events") && !step.has("aborts")) {
        step.set("events", happened.get("events"));
      }
    }
  }

  private static void fill(ObjectNode expected, JsonNode observed) {
    expected
        .properties()
        .forEach(
            answer -> {
              if (answer.getValue() instanceof ObjectNode inner) {
                fill(inner, observed.get(answer.getKey()));
              } else if (answer.getValue().isString()
                  && answer.getValue().stringValue().equals("?")) {
                expected.set(answer.getKey(), observed.get(answer.getKey()));
              }
            });
  }

  /** The one text of a scenario: whatever fits stands on one line. */
  static String text(JsonNode node) {
    StringBuilder out = new StringBuilder();
    write(out, node, 0, 0);
    return out.append('\n').toString();
  }

  /**
   * @param before characters that stand before the node on its line
   */
  private static void write(StringBuilder out, JsonNode node, int indent, int before) {
    String line = oneLine(node);
    if (node.isValueNode() || node.isEmpty() || indent > 0 && before + line.length() < LINE) {
      out.append(line);
      return;
    }
    String inner = "\n" + " ".repeat(indent + 2);
    String separator = inner;
    out.append(node.isObject() ? '{' : '[');
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        String key = oneLine(JsonNodeFactory.instance.stringNode(field.getKey())) + ": ";
        out.append(separator).append(key);
        write(out, field.getValue(), indent + 2, indent + 2 + key.length());
        separator = "," + inner;
      }
    } else {
      for (JsonNode element : node) {
        out.append(separator);
        write(out, element, indent + 2, indent + 2);
        separator = "," + inner;
      }
    }
    out.append('\n').append(" ".repeat(indent)).append(node.isObject() ? '}' : ']');
  }

  private static String oneLine(JsonNode node) {
    StringBuilder out = new StringBuilder();
    if (node instanceof ObjectNode object) {
      String separator = "{";
      for (var field : object.properties()) {
        out.append(separator)
            .append(oneLine(JsonNodeFactory.instance.stringNode(field.getKey())))
            .append(": ")
            .append(oneLine(field.getValue()));
        separator = ", ";
      }
      return out.append(separator.equals("{") ? "{}" : "}").toString();
    }
    if (node instanceof ArrayNode array) {
      String separator = "[";
      for (JsonNode element : array) {
        out.append(separator).append(oneLine(element));
        separator = ", ";
      }
      return out.append(separator.equals("[") ? "[]" : "]").toString();
    }
    return node.toString();
  }
}

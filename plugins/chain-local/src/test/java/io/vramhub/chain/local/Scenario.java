package io.vramhub.chain.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scenario file: calls, the clock, and what must come of them, on the local ledger and in Move
 * alike. {@code move/scenarios/README.md} is the definition of the format.
 *
 * @param name the file's name without its ending
 * @param root the file's content
 */
record Scenario(String name, ObjectNode root) {
  static final Path DIRECTORY = Path.of("../../move/scenarios");

  /** The network all scenarios are played on. */
  static final Path NETWORK = DIRECTORY.resolve("network.json");

  private static final List<String> FIELDS =
      List.of("title", "protocol", "attack", "after", "parameters", "issued", "steps");

  static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  Scenario {
    root.propertyNames()
        .forEach(
            field -> {
              if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException(
                    name + ": a scenario has no field \"" + field + "\"");
              }
            });
    if (root.has("after") && (root.has("parameters") || root.has("issued"))) {
      throw new IllegalArgumentException(
          name + ": parameters and issued are the beginning's; a sequel has none of its own");
    }
  }

  static Scenario read(String name) {
    return new Scenario(name, readObject(DIRECTORY.resolve(name + ".json")));
  }

  /** The names of all scenarios, in order. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json") && !file.equals("network.json"))
          .map(file -> file.substring(0, file.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode readObject(Path file) {
    return (ObjectNode) JSON.readTree(file);
  }

  /** The scenario this one continues. */
  Optional<Scenario> before() {
    return root.has("after")
        ? Optional.of(read(root.get("after").stringValue()))
        : Optional.empty();
  }

  /** The first scenario of the line this one continues. */
  Scenario beginning() {
    return before().map(Scenario::beginning).orElse(this);
  }

  /** How many scenarios this one continues. */
  int depth() {
    return before().map(earlier -> earlier.depth() + 1).orElse(0);
  }

  List<ObjectNode> steps() {
    List<ObjectNode> steps = new ArrayList<>();
    for (JsonNode step : root.get("steps")) {
      steps.add((ObjectNode) step);
    }
    return steps;
  }
}

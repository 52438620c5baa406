package io.vramhub.chain.local;

import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names for people in scenario files. {@code #name} stands for the 32 bytes SHA-256(name) in hex,
 * {@code @name} for the account whose address they are. Remembers the names it has met, so that
 * what a tool writes back can be named again.
 */
final class ScenarioNames {
  private final Map<String, String> byValue = new HashMap<>();

  ScenarioNames copy() {
    ScenarioNames copy = new ScenarioNames();
    copy.byValue.putAll(byValue);
    return copy;
  }

  /** The same tree with every name, in values and in keys, replaced by what it stands for. */
  JsonNode expand(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode expanded = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(field -> expanded.set(expand(field.getKey()), expand(field.getValue())));
        yield expanded;
      }
      case ArrayNode array -> {
        ArrayNode expanded = JsonNodeFactory.instance.arrayNode();
        array.forEach(element -> expanded.add(expand(element)));
        yield expanded;
      }
      default ->
          node.isString() ? JsonNodeFactory.instance.stringNode(expand(node.stringValue())) : node;
    };
  }

  private String expand(String text) {
    if (text.startsWith("#")) {
      return remember(text, hex(text.substring(1)));
    }
    if (text.startsWith("@")) {
      return remember(text, "0x" + hex(text.substring(1)));
    }
    return text;
  }

  /** The same tree with every value that was expanded before under its name. */
  JsonNode abridge(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode abridged = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(field -> abridged.set(name(field.getKey()), abridge(field.getValue())));
        yield abridged;
      }
      case ArrayNode array -> {
        ArrayNode abridged = JsonNodeFactory.instance.arrayNode();
        array.forEach(element -> abridged.add(abridge(element)));
        yield abridged;
      }
      default ->
          node.isString() ? JsonNodeFactory.instance.stringNode(name(node.stringValue())) : node;
    };
  }

  private String name(String value) {
    return Optional.ofNullable(byValue.get(value)).orElse(value);
  }

  private String remember(String name, String value) {
    byValue.put(value, name);
    return value;
  }

  private static String hex(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex();
  }
}

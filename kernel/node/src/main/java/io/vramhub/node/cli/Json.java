package io.vramhub.node.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of {@code --output json}. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A record as JSON, by the names of its components. */
  static JsonNode tree(Object record) {
    return MAPPER.valueToTree(record);
  }
}

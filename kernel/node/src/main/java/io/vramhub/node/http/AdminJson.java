package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How orders and reports are written between a command and a node. */
final class AdminJson {
  static final String CONTENT_TYPE = "application/json";
  static final String LINES_TYPE = "application/x-ndjson";
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private AdminJson() {}

  /** Why an order changed nothing. */
  record Refusal(ErrorCode code, String message) {}
}

package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The description of the API and the API say the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiTest {
  private static final String JSON = "application/json";

  private final JsonNode description = description();
  private OpenedScan scan;

  private static JsonNode description() {
    try (InputStream in = Api.class.getResourceAsStream("openapi.yaml")) {
      assertThat(in).isNotNull();
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  void open(@TempDir Path directory) {
    scan = OpenedScan.of(directory, new RandomChain(7).events(400));
    scan.node().store(CheckpointNames.file(new WindowId(0)), new byte[3_000_000]);
  }

  @AfterAll
  void close() {
    scan.close();
  }

  @Test
  void everyPathIsDescribedAndEveryDescribedPathIsThere() {
    assertThat(new TreeSet<>(scan.service().api().paths()))
        .containsExactlyElementsOf(new TreeSet<>(names(description.get("paths"))));
  }

  @Test
  void everyAnswerIsAsDescribed() {
    Map<String, String> names = new HashMap<>();
    names.put("window", "2");
    names.put("miner", "1");
    names.put("validator", "1");
    names.put("enclave", "1-1");
    names.put("checkpoint", "0");
    names.put("sequence", "1");
    for (String path : names(description.get("paths"))) {
      Optional<JsonNode> schema = answerSchema(path);
      if (schema.isPresent()) {
        String asked = path;
        for (Map.Entry<String, String> name : names.entrySet()) {
          asked = asked.replace("{" + name.getKey() + "}", name.getValue());
        }
        HttpReply reply = scan.get(asked + (path.equals("/v1/search") ? "?q=miner" : ""));
        assertThat(reply.status()).as(path).isEqualTo(200);
        assertMatches(path, scan.json(reply), schema.get());
      }
    }
  }

  @Test
  void everyWindowMinerAndEventIsAsDescribed() {
    for (JsonNode window : scan.json("/v1/windows?limit=1000").get("items")) {
      String path = "/v1/windows/" + window.get("window").intValue();
      assertMatches(path, scan.json(path), schema("WindowDetail"));
      assertMatches(path, scan.json(path + "/record"), schema("WindowRecord"));
    }
    for (JsonNode event : scan.json("/v1/events?limit=1000").get("items")) {
      String path = "/v1/events/" + event.get("sequence").longValue();
      assertMatches(path, scan.json(path), schema("EventDetail"));
    }
  }

  @Test
  void errorsAreAsDescribed() {
    for (String path :
        List.of(
            "/v1/windows/999999",
            "/v1/miners/77777",
            "/v1/validators/77777/windows",
            "/v1/enclaves/9-9",
            "/v1/checkpoints/4444",
            "/v1/checkpoints/4444/file",
            "/v1/events/123456789",
            "/v1/nothing",
            "/v1/windows?limit=0",
            "/v1/windows?limit=x",
            "/v1/windows?sort=colour",
            "/v1/windows?colour=red",
            "/v1/windows?after=x",
            "/v1/windows/99999999999999999999",
            "/v1/events?window=x",
            "/v1/stream?topics=gossip",
            "/v1/search?q=")) {
      HttpReply reply = scan.get(path);
      assertThat(reply.status()).as(path).isIn(400, 404);
      JsonNode error = scan.json(reply);
      assertMatches(path, error, schema("Error"));
      assertThat(error.get("status").intValue()).isEqualTo(reply.status());
    }
  }

  @Test
  void everyExampleIsAsDescribed() {
    for (String name : names(description.get("components").get("schemas"))) {
      assertExamples(name, schema(name));
    }
  }

  @Test
  void whatTheDescriptionLetsAClientSortAndFilterByIsWhatTheApiDoes() {
    Map<String, Listing> lists =
        Map.of(
            "Window", Listings.WINDOWS,
            "MinerWindow", Listings.MINER_WINDOWS,
            "ValidatorWindow", Listings.VALIDATOR_WINDOWS,
            "Miner", Listings.MINERS,
            "Validator", Listings.VALIDATORS,
            "Enclave", Listings.ENCLAVES,
            "Checkpoint", Listings.CHECKPOINTS,
            "RewardWindow", Listings.REWARD_WINDOWS,
            "Claim", Listings.CLAIMS,
            "Event", Listings.EVENTS);
    lists.forEach(
        (name, listing) -> {
          JsonNode properties = schema(name).get("properties");
          for (Column column : listing.columns()) {
            JsonNode property = properties.get(column.name());
            assertThat(property.has("x-sort")).as(name + column).isEqualTo(column.sorts());
            assertThat(property.has("x-filter")).as(name + column).isEqualTo(column.filters());
          }
        });
  }

  private void assertExamples(String place, JsonNode schema) {
    if (schema.has("example")) {
      assertMatches(place, schema.get("example"), schema);
    }
    if (schema.has("properties")) {
      schema
          .get("properties")
          .properties()
          .forEach(
              property -> assertExamples(place + "." + property.getKey(), property.getValue()));
    }
  }

  private Optional<JsonNode> answerSchema(String path) {
    return Optional.ofNullable(
            description.get("paths").get(path).get("get").get("responses").get("200"))
        .map(answer -> answer.get("content").get(JSON))
        .map(content -> content.get("schema"));
  }

  private JsonNode schema(String name) {
    return description.get("components").get("schemas").get(name);
  }

  private static List<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }

  private JsonNode resolved(JsonNode schema) {
    if (!schema.has("$ref")) {
      return schema;
    }
    String reference = schema.get("$ref").stringValue();
    return schema(reference.substring(reference.lastIndexOf('/') + 1));
  }

  /** The part of JSON Schema that the description uses; objects have no more than is described. */
  private void assertMatches(String place, JsonNode value, JsonNode unresolved) {
    JsonNode schema = resolved(unresolved);
    if (schema.has("oneOf")) {
      JsonNode choice = schema.get("oneOf").get(value.isNull() ? 1 : 0);
      assertMatches(place, value, choice);
      return;
    }
    if (schema.has("allOf")) {
      List<String> properties = new ArrayList<>();
      for (JsonNode part : schema.get("allOf")) {
        properties.addAll(names(resolved(part).get("properties")));
        resolved(part)
            .get("properties")
            .properties()
            .forEach(
                property ->
                    assertMatches(
                        place + "." + property.getKey(),
                        value.get(property.getKey()),
                        property.getValue()));
      }
      assertThat(names(value)).as(place).containsExactlyInAnyOrderElementsOf(properties);
      return;
    }
    assertType(place, value, schema);
    if (schema.has("enum")) {
      assertThat(schema.get("enum").valueStream().toList()).as(place).contains(value);
    }
    if (schema.has("pattern")) {
      assertThat(value.stringValue())
          .as(place)
          .matches(Pattern.compile(schema.get("pattern").stringValue()));
    }
    if (schema.has("properties") && !value.isNull()) {
      assertThat(names(value))
          .as(place)
          .containsExactlyInAnyOrderElementsOf(names(schema.get("properties")));
      schema
          .get("properties")
          .properties()
          .forEach(
              property ->
                  assertMatches(
                      place + "." + property.getKey(),
                      value.get(property.getKey()),
                      property.getValue()));
    }
    if (schema.has("items") && value.isArray()) {
      for (JsonNode item : value) {
        assertMatches(place + "[]", item, schema.get("items"));
      }
    }
  }

  private static void assertType(String place, JsonNode value, JsonNode schema) {
    List<String> types =
        schema.get("type").isArray()
            ? schema.get("type").valueStream().map(JsonNode::stringValue).toList()
            : List.of(schema.get("type").stringValue());
    String type =
        switch (value.getNodeType()) {
          case NULL -> "null";
          case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
          case STRING -> "string";
          case BOOLEAN -> "boolean";
          case ARRAY -> "array";
          case OBJECT -> "object";
          case BINARY, MISSING, POJO -> "no JSON";
        };
    assertThat(types).as("%s = %s", place, value).contains(type);
  }
}

package io.vramhub.seal.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpReply;
import io.vramhub.seal.scheme.ProofOfPossession;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.wire.ObjectIds;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of Seal's key servers, and the headers that go with every answer. Thread-safe. */
final class KeyServerJson {
  /** Largest request, as with Seal's own servers. */
  static final int LARGEST_REQUEST_BYTES = 180 << 10;

  /** The version of Seal's servers whose interface this is; clients demand at least this one. */
  private static final String VERSION = "0.4.1";

  private static final String JSON = "application/json";

  private final JsonMapper mapper =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** An identity's key, packed for the reader. */
  record PackedKey(SealId id, TransportKey.Parcel parcel) {}

  private record KeysJson(@JsonProperty("decryption_keys") List<KeyJson> keys) {}

  private record KeyJson(
      @JsonProperty("id") List<Integer> id,
      @JsonProperty("encrypted_key") List<String> encryptedKey) {}

  private record ServiceJson(
      @JsonProperty("service_id") String serviceId, @JsonProperty("pop") String proof) {}

  private record ErrorJson(
      @JsonProperty("error") String error, @JsonProperty("message") String message) {}

  /** {@code INVALID_REQUEST}: the body is not the JSON of a request. */
  FetchKeyRequest request(byte[] body) {
    try {
      // The text "null" is well-formed and gives null.
      return Optional.ofNullable(mapper.readValue(body, FetchKeyJson.class))
          .map(FetchKeyRequest::of)
          .orElseThrow(() -> new DeniedException(Denial.INVALID_REQUEST, "the body is null"));
    } catch (JacksonException e) {
      throw new DeniedException(Denial.INVALID_REQUEST, e.getOriginalMessage(), e);
    }
  }

  HttpReply keys(List<PackedKey> keys) {
    return reply(
        200,
        new KeysJson(
            keys.stream()
                .map(
                    key ->
                        new KeyJson(
                            unsigned(key.id().bytes()),
                            List.of(
                                base64(key.parcel().ephemeral().compressed()),
                                base64(key.parcel().masked().compressed()))))
                .toList()));
  }

  HttpReply service(Digest serverId, ProofOfPossession proof) {
    return reply(
        200, new ServiceJson(ObjectIds.text(serverId), base64(proof.signature().compressed())));
  }

  HttpReply health(int status, Health health) {
    return reply(status, health);
  }

  HttpReply denial(Denial denial, String reason) {
    String message = reason.isEmpty() ? denial.meaning() : denial.meaning() + ": " + reason;
    return reply(denial.status(), new ErrorJson(denial.code(), message));
  }

  /** What is not there, or not to be asked that way. */
  HttpReply plain(int status, String text) {
    return withHeaders(HttpReply.text(status, "text/plain", text + "\n"));
  }

  /** A browser's question whether a page of another origin may ask; everyone may. */
  HttpReply preflight() {
    HttpReply reply = withHeaders(HttpReply.text(204, "text/plain", ""));
    SortedMap<String, String> headers = new TreeMap<>(reply.headers());
    headers.remove("content-length");
    headers.put("access-control-allow-methods", "GET, POST");
    headers.put("access-control-allow-headers", "*");
    headers.put("access-control-max-age", "3600");
    return new HttpReply(reply.status(), headers, reply.body());
  }

  private HttpReply reply(int status, Object value) {
    return withHeaders(HttpReply.text(status, JSON, mapper.writeValueAsString(value)));
  }

  private static HttpReply withHeaders(HttpReply reply) {
    SortedMap<String, String> headers = new TreeMap<>(reply.headers());
    headers.putAll(
        Map.of(
            "x-keyserver-version", VERSION,
            "x-keyserver-gitversion", "vramhub",
            "access-control-allow-origin", "*",
            "access-control-expose-headers", "*",
            "cache-control", "no-store",
            "x-content-type-options", "nosniff"));
    return new HttpReply(reply.status(), headers, reply.body());
  }

  private static List<Integer> unsigned(Bytes bytes) {
    List<Integer> numbers = new ArrayList<>();
    for (byte each : bytes.array()) {
      numbers.add(each & 0xff);
    }
    return numbers;
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}

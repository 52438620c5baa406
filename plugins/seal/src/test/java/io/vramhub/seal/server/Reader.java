package io.vramhub.seal.server;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.spi.Signer;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.Session;
import io.vramhub.seal.wire.SuiSignature;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TestSigner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes requests as Seal's clients do, one field at a time, so that a test can spoil exactly one.
 */
final class Reader {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final TestSigner sessionKey = new TestSigner("session");
  private final TransportKey transportKey = TransportKey.random(new SecureRandom());
  private final SortedMap<String, List<String>> headers =
      new TreeMap<>(
          Map.of(
              "request-id", List.of("1"),
              "client-sdk-type", List.of("typescript"),
              "client-sdk-version", List.of("1.4.12")));
  private final Map<String, Object> body = new LinkedHashMap<>();
  private final Map<String, Object> certificate = new LinkedHashMap<>();
  private final Signer user;
  private Session session;

  private Reader(Signer user, Digest packageId) {
    this.user = user;
    this.session = new Session(packageId, TestPluginContext.NOW, 10, sessionKey.publicKey());
    certificate.put("user", user.address().toString());
    opens(session);
  }

  /** Comes with a session of ten minutes that has just begun. */
  static Reader of(Signer user, Digest packageId) {
    return new Reader(user, packageId);
  }

  private void opens(Session opened) {
    session = opened;
    certificate.put("session_vk", base64(opened.key().array()));
    certificate.put("creation_time", opened.created().toEpochMilli());
    certificate.put("ttl_min", opened.minutes());
    certificate.put(
        "signature", base64(SuiSignature.sign(user, opened.personalMessage()).encode()));
    body.put("certificate", certificate);
  }

  Reader from(Instant created, int minutes) {
    opens(new Session(session.packageId(), created, minutes, session.key()));
    return this;
  }

  Reader asks(ApprovalTransaction transaction) {
    return asks(transaction.encode());
  }

  Reader asks(Bytes transaction) {
    TransportKey.Public packedFor = transportKey.publicKey();
    byte[] signed =
        Session.request(
            transaction,
            packedFor.encryption().compressed(),
            packedFor.verification().compressed());
    body.put("ptb", base64(transaction.array()));
    body.put("enc_key", base64(packedFor.encryption().compressed().array()));
    body.put("enc_verification_key", base64(packedFor.verification().compressed().array()));
    body.put("request_signature", base64(sessionKey.sign(signed).array()));
    return this;
  }

  Reader says(String field, Object value) {
    body.put(field, value);
    return this;
  }

  Reader certifies(String field, Object value) {
    certificate.put(field, value);
    return this;
  }

  Reader sends(String header, String value) {
    headers.put(header, List.of(value));
    return this;
  }

  Reader doesNotSend(String header) {
    headers.remove(header);
    return this;
  }

  TransportKey transportKey() {
    return transportKey;
  }

  HttpCall call() {
    return call(JSON.writeValueAsString(body));
  }

  HttpCall call(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    return new HttpCall("POST", "/v1/fetch_key", new TreeMap<>(), headers, Flux.just(bytes));
  }

  HttpCall service(String id) {
    return new HttpCall(
        "GET",
        "/v1/service",
        new TreeMap<>(Map.of("service_id", List.of(id))),
        headers,
        Flux.empty());
  }

  static HttpCall health() {
    return new HttpCall("GET", "/health", new TreeMap<>(), new TreeMap<>(), Flux.empty());
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

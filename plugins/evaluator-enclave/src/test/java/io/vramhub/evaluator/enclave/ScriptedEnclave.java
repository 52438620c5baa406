package io.vramhub.evaluator.enclave;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.protocol.message.ScoreMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers each path as a test says, to see what the client makes of a broken enclave. */
final class ScriptedEnclave implements AutoCloseable {
  /** One answer. */
  interface Script {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Bytes PCR = new Bytes(new byte[48]);
  private static final SoftwareAttestor ATTESTOR =
      new SoftwareAttestor(SoftwareRoot.generate(NOW, RANDOM), new Measurement(PCR, PCR, PCR));

  final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final KeyPair key;

  ScriptedEnclave() throws IOException, GeneralSecurityException {
    key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            scripts.get(path).answer(exchange);
          }
        });
    server.start();
    on("/get_attestation", attestation(publicKey(), Optional.empty()));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void on(String path, Script script) {
    scripts.put(path, script);
  }

  Bytes publicKey() {
    byte[] encoded = key.getPublic().getEncoded();
    return new Bytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  static Script attestation(Bytes publicKey, Optional<Bytes> nonce) {
    return answer(
        200,
        "{\"attestation\":\"" + ATTESTOR.attest(publicKey, nonce, NOW).document().hex() + "\"}");
  }

  static Script answer(int status, String text) {
    return answer(status, text.getBytes(StandardCharsets.UTF_8));
  }

  static Script answer(int status, byte[] body) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream output = exchange.getResponseBody()) {
          output.write(body);
        }
      }
    };
  }

  /** A properly signed report on the request, with another enclave epoch if that is asked for. */
  SignedScoreReport sign(EvaluationRequest request, long epoch) throws GeneralSecurityException {
    ScoreReport report =
        new ScoreReport(
            request.network(),
            request.validator(),
            epoch,
            request.window(),
            request.parameters().scoring().evaluator(),
            request.baseRoot(),
            request.parameters().data().root(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            List.of());
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(key.getPrivate());
    signer.update(ScoreMessage.intentBytes(report, 5));
    return new SignedScoreReport(report, 5, new Bytes(signer.sign()));
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

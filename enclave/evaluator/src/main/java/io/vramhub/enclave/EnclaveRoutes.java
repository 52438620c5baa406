package io.vramhub.enclave;

import static io.vramhub.enclave.RefusedRequestException.BAD_REQUEST;
import static io.vramhub.enclave.RefusedRequestException.BUSY;
import static io.vramhub.enclave.RefusedRequestException.LENGTH_REQUIRED;
import static io.vramhub.enclave.RefusedRequestException.METHOD_NOT_ALLOWED;
import static io.vramhub.enclave.RefusedRequestException.NOT_FOUND;
import static io.vramhub.enclave.RefusedRequestException.TOO_LARGE;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests that {@link EnclaveServer} lists. */
final class EnclaveRoutes implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(EnclaveRoutes.class);
  private static final String CHECKPOINT = "/checkpoint";
  private static final int MAXIMUM_NONCE_BYTES = 512;
  private static final int OK = 200;
  private static final int INTERNAL_ERROR = 500;
  private static final int DRAIN_CHUNK = 1 << 16;

  private record Answer(int status, String type, byte[] body) {
    static Answer text(String text) {
      return new Answer(OK, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(int status, String json) {
      return new Answer(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    static Answer error(int status, String sentence) {
      return json(status, "{\"error\":" + quoted(sentence) + "}");
    }
  }

  private final EnclaveSettings settings;
  private final Bytes publicKey;
  private final CheckpointStore checkpoints;
  private final WindowEvaluation evaluation;
  private final Semaphore uploading = new Semaphore(1);
  private final Semaphore evaluating = new Semaphore(1);

  EnclaveRoutes(
      EnclaveSettings settings,
      Bytes publicKey,
      CheckpointStore checkpoints,
      WindowEvaluation evaluation) {
    this.settings = settings;
    this.publicKey = publicKey;
    this.checkpoints = checkpoints;
    this.evaluation = evaluation;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = route(exchange);
      } catch (RefusedRequestException e) {
        LOG.info(
            "Refused {} {}: {}",
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            e.sentence());
        answer = Answer.error(e.status(), e.sentence());
      } catch (RuntimeException e) {
        LOG.error(
            "Failed {} {}", exchange.getRequestMethod(), exchange.getRequestURI().getPath(), e);
        answer = Answer.error(INTERNAL_ERROR, "The enclave failed; its log says more: " + e + ".");
      }
      drain(exchange);
      send(exchange, answer);
    }
  }

  private Answer route(HttpExchange exchange) throws IOException, RefusedRequestException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    return switch (path) {
      case "/" -> {
        allow(method, "GET");
        yield Answer.text("Pong!");
      }
      case "/health_check" -> {
        allow(method, "GET");
        yield Answer.json(OK, health());
      }
      case "/get_attestation" -> {
        allow(method, "GET");
        yield attestation(nonce(Optional.ofNullable(exchange.getRequestURI().getRawQuery())));
      }
      case CHECKPOINT -> {
        allow(method, "PUT");
        yield upload(exchange);
      }
      case "/process_data" -> {
        allow(method, "POST");
        yield process(exchange);
      }
      default -> {
        if (!path.startsWith(CHECKPOINT + "/")) {
          throw new RefusedRequestException(NOT_FOUND, "The enclave has nothing at this path.");
        }
        allow(method, "HEAD");
        yield held(path.substring(CHECKPOINT.length() + 1));
      }
    };
  }

  private String health() {
    String roots =
        checkpoints.roots().stream()
            .map(root -> quoted(root.hex()))
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"pk\":"
        + quoted(publicKey.hex())
        + ",\"endpoints_status\":{},\"evaluator\":"
        + quoted(StrictEvaluator.NAME)
        + ",\"checkpoints\":"
        + roots
        + ",\"evaluating\":"
        + (evaluating.availablePermits() == 0)
        + "}";
  }

  private Answer attestation(Optional<Bytes> nonce) {
    return Answer.json(
        OK,
        "{\"attestation\":"
            + quoted(settings.attestor().attest(publicKey, nonce).document().hex())
            + "}");
  }

  private static Optional<Bytes> nonce(Optional<String> query) throws RefusedRequestException {
    if (query.isEmpty()) {
      return Optional.empty();
    }
    String name = "nonce=";
    if (!query.get().startsWith(name)) {
      throw new RefusedRequestException(
          BAD_REQUEST, "The one parameter of /get_attestation is nonce.");
    }
    try {
      Bytes nonce = Bytes.ofHex(query.get().substring(name.length()));
      if (nonce.length() <= MAXIMUM_NONCE_BYTES) {
        return Optional.of(nonce);
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("A nonce is not hexadecimal", e);
    }
    throw new RefusedRequestException(
        BAD_REQUEST, "A nonce is at most " + MAXIMUM_NONCE_BYTES + " bytes in hexadecimal.");
  }

  private Answer held(String hex) {
    boolean held = checkpoints.roots().stream().map(Digest::hex).anyMatch(hex::equals);
    return Answer.json(held ? OK : NOT_FOUND, "");
  }

  private Answer upload(HttpExchange exchange) throws IOException, RefusedRequestException {
    long length = length(exchange, settings.maximumCheckpointBytes());
    acquire(uploading, "The enclave is taking another checkpoint; try again.");
    try {
      Digest root = checkpoints.add(exchange.getRequestBody(), length);
      LOG.info("Took checkpoint {} of {} bytes", root.brief(), length);
      return Answer.json(OK, "{\"root\":" + quoted(root.hex()) + "}");
    } finally {
      uploading.release();
    }
  }

  private Answer process(HttpExchange exchange) throws IOException, RefusedRequestException {
    int length = (int) length(exchange, settings.maximumRequestBytes());
    // Before the body is read, so that at most one is in memory.
    acquire(evaluating, "The enclave is scoring a window; try again.");
    try {
      byte[] message = exchange.getRequestBody().readNBytes(length);
      if (message.length < length) {
        throw new EOFException("the request ended after " + message.length + " bytes");
      }
      return new Answer(OK, "application/octet-stream", evaluation.evaluate(message));
    } finally {
      evaluating.release();
    }
  }

  private static void acquire(Semaphore permit, String sentence) throws RefusedRequestException {
    if (!permit.tryAcquire()) {
      throw new RefusedRequestException(BUSY, sentence);
    }
  }

  private static void allow(String method, String allowed) throws RefusedRequestException {
    if (!method.equals(allowed)) {
      throw new RefusedRequestException(
          METHOD_NOT_ALLOWED, "This path answers " + allowed + " only.");
    }
  }

  /** The announced length of the body, which must be known before any of it is read. */
  private static long length(HttpExchange exchange, long maximum) throws RefusedRequestException {
    long length =
        announced(exchange)
            .orElseThrow(
                () ->
                    new RefusedRequestException(
                        LENGTH_REQUIRED, "The body's length must be announced in Content-Length."));
    if (length < 1 || length > maximum) {
      throw new RefusedRequestException(
          TOO_LARGE, "The body may have 1 to " + maximum + " bytes here, not " + length + ".");
    }
    return length;
  }

  /** The Content-Length, which the server has found to be a number. */
  private static OptionalLong announced(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Content-Length");
    return header == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(header));
  }

  /**
   * Throws away what the client still sends, because a client that cannot finish its request never
   * reads the answer. A body larger than any the enclave takes is not worth it; its connection is
   * cut.
   */
  private void drain(HttpExchange exchange) {
    long left = Math.max(settings.maximumCheckpointBytes(), settings.maximumRequestBytes());
    if (announced(exchange).orElse(0) > left) {
      return;
    }
    byte[] chunk = new byte[DRAIN_CHUNK];
    int read = 0;
    try {
      while (left > 0 && read >= 0) {
        read = exchange.getRequestBody().read(chunk, 0, (int) Math.min(DRAIN_CHUNK, left));
        left -= read;
      }
    } catch (IOException e) {
      LOG.debug("A client broke off its request", e);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    boolean empty = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
    if (!empty) {
      // Closed before the exchange, which would give up an answer whose request is not read whole.
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(answer.body());
      }
    }
  }

  /** A JSON string. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"' || character == '\\') {
        json.append('\\').append(character);
      } else if (character < ' ' || Character.isSurrogate(character)) {
        json.append("\\u").append(HexFormat.of().toHexDigits(character));
      } else {
        json.append(character);
      }
    }
    return json.append('"').toString();
  }
}

package io.vramhub.seal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A key server that runs, with what a test asks of it. */
final class OpenServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final TestPluginContext context;
  private final NodeService service;

  /** An answer, read. */
  record Answer(int status, JsonNode json) {
    String error() {
      return json.path("error").asString("");
    }

    String message() {
      return json.path("message").asString("");
    }
  }

  private OpenServer(TestPluginContext context, NodeService service) {
    this.context = context;
    this.service = service;
  }

  static OpenServer start(TestPluginContext context) {
    NodeService service =
        Objects.requireNonNull(new KeyServerProvider().open(context).block(PATIENCE));
    service.ready().block(PATIENCE);
    return new OpenServer(context, service);
  }

  NodeService service() {
    return service;
  }

  Answer ask(HttpCall call) {
    HttpReply reply = Objects.requireNonNull(service.answer(call).block(PATIENCE));
    return new Answer(reply.status(), JSON.readTree(text(reply.body())));
  }

  private static String text(Flux<ByteBuffer> body) {
    return Objects.requireNonNull(
        body.map(part -> StandardCharsets.UTF_8.decode(part).toString())
            .reduce("", String::concat)
            .block(PATIENCE));
  }

  /** Demands that the request is refused with this code, and gives what the client is told. */
  String refusal(HttpCall call, Denial denial) {
    Answer answer = ask(call);
    assertThat(answer.error()).as(answer.message()).isEqualTo(denial.code());
    assertThat(answer.status()).isEqualTo(denial.status());
    return answer.message();
  }

  List<String> auditLog() {
    return lines(context.dataDirectory().resolve("audit.log"));
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    service.close().block(PATIENCE);
    context.close();
  }
}

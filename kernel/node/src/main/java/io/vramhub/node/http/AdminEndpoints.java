package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.WindowId;
import io.vramhub.node.settings.SettingsException;
import io.vramhub.node.settings.SlotSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * The operator's door of a running node.
 *
 * <table>
 * <caption>What it answers</caption>
 * <tr><td>{@code GET /healthz}</td><td>200 as long as the node runs; needs no token</td></tr>
 * <tr><td>{@code GET /plugins}</td><td>a {@link PluginsReport}</td></tr>
 * <tr><td>{@code POST /plugins/scan}</td><td>{@link AdminNote}s, one a line</td></tr>
 * <tr><td>{@code POST /plugins/swap}</td><td>takes a {@link SwapOrder}; notes</td></tr>
 * <tr><td>{@code POST /config/reload}</td><td>notes</td></tr>
 * </table>
 *
 * <p>Notes come as they happen, up to the outcome of every swap; with {@code ?wait=false} they end
 * when every swap waits for its window. An order that changes nothing is answered with status 422
 * and {@code {"code", "message"}}.
 */
final class AdminEndpoints {
  private final byte[] authorization;
  private final PluginAdmin plugins;
  private final ConfigReload configuration;

  AdminEndpoints(String token, PluginAdmin plugins, ConfigReload configuration) {
    this.authorization = bytes("Bearer " + token);
    this.plugins = plugins;
    this.configuration = configuration;
  }

  Mono<HttpReply> answer(HttpCall call) {
    return switch (call.path()) {
      case "/healthz" -> get(call, () -> Map.of("status", "ok"));
      case "/plugins" -> authorized(call, () -> get(call, plugins::report));
      case "/plugins/scan" -> authorized(call, () -> post(call, body -> plugins.scan()));
      case "/plugins/swap" -> authorized(call, () -> post(call, body -> swap(order(body))));
      case "/config/reload" ->
          authorized(call, () -> post(call, body -> configuration.reload(plugins)));
      default -> Mono.error(new RefusedRequest(404, "no such page"));
    };
  }

  private Mono<HttpReply> authorized(HttpCall call, Supplier<Mono<HttpReply>> answer) {
    byte[] given = bytes(call.header("authorization").orElse(""));
    return MessageDigest.isEqual(given, authorization)
        ? answer.get()
        : Mono.error(new RefusedRequest(401, "the node's token is missing or wrong"));
  }

  private static Mono<HttpReply> get(HttpCall call, Supplier<Object> value) {
    return call.method().equals("GET")
        ? Mono.fromSupplier(() -> json(200, value.get()))
        : Mono.error(new RefusedRequest(405, "use GET"));
  }

  private static Mono<HttpReply> post(HttpCall call, Function<String, Flux<AdminStep>> order) {
    if (!call.method().equals("POST")) {
      return Mono.error(new RefusedRequest(405, "use POST"));
    }
    boolean wait = !call.parameter("wait").equals(Optional.of("false"));
    return text(call.body())
        .flatMap(body -> order.apply(body).collectList())
        .map(steps -> lines(steps, wait))
        .onErrorResume(HubException.class, AdminEndpoints::refused)
        .onErrorResume(
            SettingsException.class, e -> Mono.just(refusal(ErrorCode.CONFIG_INVALID, e)));
  }

  private Flux<AdminStep> swap(SwapOrder order) {
    SlotSettings filling = configuration.filling(order.slot(), order.use());
    return plugins.swap(order.slot(), filling, order.atWindow().map(WindowId::new)).flux();
  }

  private static SwapOrder order(String body) {
    try {
      return AdminJson.MAPPER.readValue(body, SwapOrder.class);
    } catch (JacksonException e) {
      throw new RefusedRequest(400, "not a swap order: " + e.getOriginalMessage());
    }
  }

  /** A bug of ours is a failure of the door, with a trace in the log. */
  private static Mono<HttpReply> refused(HubException failure) {
    return failure.code().kind() == ErrorKind.BUG
        ? Mono.error(failure)
        : Mono.just(refusal(failure.code(), failure));
  }

  private static HttpReply refusal(ErrorCode code, Throwable failure) {
    return json(422, new AdminJson.Refusal(code, String.valueOf(failure.getMessage())));
  }

  private static HttpReply lines(List<AdminStep> steps, boolean wait) {
    Flux<AdminNote> notes = Flux.fromIterable(steps).map(AdminStep::note);
    Flux<AdminNote> all = wait ? notes.concatWith(AdminStep.outcomes(steps)) : notes;
    return new HttpReply(
        200,
        new TreeMap<>(Map.of("content-type", AdminJson.LINES_TYPE)),
        all.map(note -> ByteBuffer.wrap(bytes(AdminJson.MAPPER.writeValueAsString(note) + "\n"))));
  }

  private static HttpReply json(int status, Object value) {
    return HttpReply.text(
        status, AdminJson.CONTENT_TYPE, AdminJson.MAPPER.writeValueAsString(value));
  }

  private static Mono<String> text(Flux<ByteBuffer> body) {
    return body.map(part -> StandardCharsets.UTF_8.decode(part).toString())
        .collect(StringBuilder::new, StringBuilder::append)
        .map(StringBuilder::toString);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

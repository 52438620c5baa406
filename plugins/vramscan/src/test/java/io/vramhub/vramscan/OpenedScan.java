package io.vramhub.vramscan;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.tck.TestNode;
import io.vramhub.tck.TestPluginContext;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** VRAMScan beside a node whose chain it has indexed, asked without a socket. */
final class OpenedScan implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestPluginContext context;
  private final TestNode node;
  private final Vramscan service;

  private OpenedScan(TestPluginContext context, TestNode node, Vramscan service) {
    this.context = context;
    this.node = node;
    this.service = service;
  }

  static OpenedScan of(Path directory, List<ChainRecord> chain) {
    TestNode node = new TestNode();
    chain.forEach(happened -> node.happens(happened.event()));
    return of(directory, node, "");
  }

  static OpenedScan of(Path directory, TestNode node, String settings) {
    TestPluginContext context =
        TestPluginContext.in(directory)
            .withSettings(ConfigFactory.parseString(settings))
            .withNode(node);
    Vramscan service =
        (Vramscan) new VramscanProvider().open(context).blockOptional(PATIENCE).orElseThrow();
    OpenedScan scan = new OpenedScan(context, node, service);
    scan.awaitHeight();
    return scan;
  }

  TestNode node() {
    return node;
  }

  Vramscan service() {
    return service;
  }

  /** Waits until everything that has happened is indexed, or nothing more will be. */
  void awaitHeight() {
    Flux.interval(Duration.ZERO, Duration.ofMillis(5))
        .onBackpressureDrop()
        .publishOn(Schedulers.boundedElastic(), 1)
        .map(tick -> json("/v1/status"))
        .filter(
            status ->
                status.get("state").stringValue().equals("STOPPED")
                    || status.get("lag").longValue() == 0)
        .next()
        .block(PATIENCE);
  }

  HttpReply get(String target) {
    return ask("GET", target, Map.of());
  }

  HttpReply ask(String method, String target, Map<String, String> headers) {
    return answer(service, call(method, target, headers));
  }

  private static HttpReply answer(Vramscan service, HttpCall call) {
    return service.answer(call).blockOptional(PATIENCE).orElseThrow();
  }

  /** The whole body of an answer. */
  static byte[] ask(Vramscan service, String target) {
    return bytes(answer(service, call(target)));
  }

  static HttpCall call(String target) {
    return call("GET", target, Map.of());
  }

  private static HttpCall call(String method, String target, Map<String, String> headers) {
    URI uri = URI.create(target);
    SortedMap<String, List<String>> query = new TreeMap<>();
    Optional.ofNullable(uri.getQuery()).stream()
        .flatMap(text -> List.of(text.split("&")).stream())
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> query.computeIfAbsent(pair[0], name -> new ArrayList<>()).add(pair[1]));
    SortedMap<String, List<String>> lines = new TreeMap<>();
    headers.forEach((name, value) -> lines.put(name, List.of(value)));
    return new HttpCall(method, uri.getPath(), query, lines, Flux.empty());
  }

  JsonNode json(String target) {
    return json(get(target));
  }

  JsonNode json(HttpReply reply) {
    return ApiJson.parse(text(reply));
  }

  static byte[] bytes(HttpReply reply) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer part : reply.body().collectList().blockOptional(PATIENCE).orElseThrow()) {
      byte[] copy = new byte[part.remaining()];
      part.duplicate().get(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }

  static String text(HttpReply reply) {
    return new String(bytes(reply), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    service.close().block(PATIENCE);
    context.close();
  }
}

package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** What every {@link NodeService} owes: an answer to whatever a browser may ask. */
public interface NodeServiceContract extends ServiceContract<NodeService> {
  @Override
  NodeService.Provider provider();

  /** A page that is there: it answers 200. */
  default String page() {
    return "/";
  }

  /** What the service sees of its node. */
  default TestNode node() {
    return new TestNode();
  }

  @Override
  default TestPluginContext context(Path directory) {
    return TestPluginContext.in(directory.resolve("data"))
        .withSettings(settings(directory))
        .withNode(node());
  }

  private static HttpCall call(String method, String path) {
    return new HttpCall(method, path, new TreeMap<>(), new TreeMap<>(), Flux.empty());
  }

  private static HttpReply answer(NodeService service, HttpCall call) {
    return Signals.value(service.answer(call));
  }

  /** Headers and one piece of the body: a body may be an endless stream of events. */
  @Override
  default Map<String, Supplier<Publisher<?>>> calls(NodeService service) {
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put(
        "answer", () -> service.answer(call("GET", page())).flatMapMany(HttpReply::body).take(1));
    return calls;
  }

  @Test
  default void answersItsPage(NodeService service) {
    HttpReply reply = answer(service, call("GET", page()));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).containsKey("content-type");
  }

  @Test
  default void headersAreLinesOfHttp(NodeService service) {
    answer(service, call("GET", page()))
        .headers()
        .forEach(
            (name, value) -> {
              assertThat(name).matches("[a-z0-9-]+");
              assertThat(value).doesNotContain("\r", "\n");
            });
  }

  @Test
  default void whatIsNotThereIsNotFound(NodeService service) {
    for (String path : List.of("/no/such/page", "/" + "x".repeat(4_000), "/%00", "/ü")) {
      assertThat(answer(service, call("GET", path)).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  default void whatNobodyMayAskIsRefused(NodeService service) {
    for (String method : List.of("DELETE", "TRACE", "BREW")) {
      assertThat(answer(service, call(method, page())).status()).as(method).isBetween(400, 499);
    }
  }

  @Test
  default void readsNoBodyThatItHasNoUseFor(NodeService service) {
    Flux<ByteBuffer> neverSent = Flux.never();
    HttpCall call = new HttpCall("GET", page(), new TreeMap<>(), new TreeMap<>(), neverSent);
    assertThat(answer(service, call).status()).isEqualTo(200);
  }

  @Test
  default void sendsNoFasterThanTheClientReads(NodeService service) {
    assertThat(OneByOne.of(answer(service, call("GET", page())).body().take(1_000))).isNotEmpty();
  }
}

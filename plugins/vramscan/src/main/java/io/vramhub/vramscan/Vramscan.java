package io.vramhub.vramscan;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.PluginContext;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The explorer as a guest of a node: an {@link Indexer} writes the database, the {@link Api} and
 * the {@link LiveStream} read from it, the {@link StaticSite} holds the pages.
 */
final class Vramscan implements NodeService {
  private static final String WITHOUT_PAGES =
      "VRAMScan answers at /v1/ as /v1/openapi.yaml describes. Its pages are not part of this"
          + " build.";

  private final Database database;
  private final Indexer indexer;
  private final Api api;
  private final StaticSite site;
  private final Scheduler blocking;
  private final Mono<Void> closing;

  private Vramscan(
      Database database, Indexer indexer, Api api, StaticSite site, Scheduler blocking) {
    this.database = database;
    this.indexer = indexer;
    this.api = api;
    this.site = site;
    this.blocking = blocking;
    this.closing = Uninterrupted.on(blocking, this::closeNow).then().cache();
  }

  /** Opens the database and begins to follow the node's chain. */
  static NodeService open(VramscanSettings settings, PluginContext context) {
    Database database = Database.open(settings.database(), settings.rebuild());
    try {
      LiveStream live = new LiveStream(context.timer(), database.read(Head::read).height());
      Indexer indexer =
          new Indexer(
              context.node(),
              database,
              context.blocking(),
              context.timer(),
              (reached, batch) -> live.publish(batch));
      Api api =
          new Api(
              context.node(),
              indexer,
              database,
              live,
              context.blocking(),
              context.clock(),
              version());
      StaticSite site = new StaticSite(WebFiles.packed());
      indexer.start();
      return new Vramscan(database, indexer, api, site, context.blocking());
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Of the plugin's jar; there is none among the classes of a build. */
  private static String version() {
    return Optional.ofNullable(Vramscan.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** What answers below {@code /v1/}. */
  Api api() {
    return api;
  }

  @Override
  public Mono<HttpReply> answer(HttpCall call) {
    return Mono.defer(
        () -> {
          if (!call.method().equals("GET") && !call.method().equals("HEAD")) {
            return Mono.just(Replies.error(405, "VRAMScan is read with GET and HEAD"));
          }
          if (call.path().startsWith(Api.PREFIX)) {
            return api.answer(call);
          }
          if (site.isEmpty() && call.path().equals("/")) {
            return Mono.just(HttpReply.text(200, "text/plain", WITHOUT_PAGES + "\n"));
          }
          return Mono.just(site.answer(call));
        });
  }

  @Override
  public Mono<Void> close() {
    return closing;
  }

  private boolean closeNow() {
    indexer.close();
    database.close();
    return true;
  }
}

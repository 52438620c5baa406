package io.vramhub.vramscan;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.NodeView;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API: which path is answered by what. {@code openapi.yaml} describes it, and a test holds the
 * two together.
 */
final class Api {
  static final String PREFIX = "/v1/";

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final String VERSION = "1";
  private static final List<String> NONE = List.of();
  private static final String FINAL = "w.finalized_at_ms IS NOT NULL";
  private static final String ANY = "1 = 1";

  private final NodeView node;
  private final Indexer indexer;
  private final Database database;
  private final LiveStream live;
  private final Scheduler blocking;
  private final InstantSource clock;
  private final String productVersion;
  private final CheckpointAnswers checkpoints;
  private final byte[] description = description();
  private final List<Route> routes = new ArrayList<>();

  /** A request that has found its route. */
  private record Asked(HttpCall http, Parameters parameters, List<String> names) {
    String name() {
      return names.getFirst();
    }

    /** The number in the path. */
    long number() {
      try {
        return Long.parseLong(name());
      } catch (NumberFormatException e) {
        throw ApiException.refused("'" + name() + "' is too great a number");
      }
    }
  }

  private record Route(
      String path, Pattern pattern, List<String> known, Function<Asked, Mono<HttpReply>> answer) {}

  /** An answer that the database alone gives. */
  @FunctionalInterface
  private interface Query {
    JsonNode of(Session session, Asked asked) throws SQLException;
  }

  /** The condition a list's rows meet, and its arguments. */
  @FunctionalInterface
  private interface Scope {
    Object[] of(Session session, Asked asked) throws SQLException;
  }

  Api(
      NodeView node,
      Indexer indexer,
      Database database,
      LiveStream live,
      Scheduler blocking,
      InstantSource clock,
      String productVersion) {
    this.node = node;
    this.indexer = indexer;
    this.database = database;
    this.live = live;
    this.blocking = blocking;
    this.clock = clock;
    this.productVersion = productVersion;
    this.checkpoints = new CheckpointAnswers(node);
    addRoutes();
  }

  private void addRoutes() {
    route(
        "/v1/openapi.yaml",
        NONE,
        asked -> Mono.just(Replies.bytes(200, "application/yaml; charset=utf-8", description)));
    route("/v1/status", NONE, asked -> status());
    route("/v1/now", NONE, asked -> now());
    list("/v1/windows", Listings.WINDOWS, ANY);
    windowDetail();
    query(
        "/v1/windows/{window}/record",
        (session, asked) -> WindowAnswers.of(session, asked.number()).record());
    list("/v1/miners", Listings.MINERS, ANY);
    query("/v1/miners/{miner}", (session, asked) -> miner(session, asked.number()));
    list(
        "/v1/miners/{miner}/windows",
        Listings.MINER_WINDOWS,
        "m.miner_uid = ?",
        (session, asked) -> {
          miner(session, asked.number());
          return new Object[] {asked.number()};
        });
    list("/v1/validators", Listings.VALIDATORS, ANY);
    query("/v1/validators/{validator}", (session, asked) -> validator(session, asked.number()));
    list(
        "/v1/validators/{validator}/windows",
        Listings.VALIDATOR_WINDOWS,
        "v.validator_uid = ?",
        (session, asked) -> {
          validator(session, asked.number());
          return new Object[] {asked.number()};
        });
    query("/v1/agreement", (session, asked) -> ChainAnswers.agreement(session));
    list("/v1/enclaves", Listings.ENCLAVES, ANY);
    query(
        "/v1/enclaves/{enclave}", (session, asked) -> EnclaveAnswers.detail(session, asked.name()));
    route("/v1/enclaves/{enclave}/document", NONE, this::document);
    list("/v1/checkpoints", Listings.CHECKPOINTS, ANY);
    route("/v1/checkpoints/{checkpoint}", NONE, this::checkpoint);
    route("/v1/checkpoints/{checkpoint}/file", NONE, asked -> download(asked, true));
    route("/v1/checkpoints/{checkpoint}/leaves", NONE, asked -> download(asked, false));
    route("/v1/training", TrainingAnswers.PARAMETERS, this::training);
    query("/v1/rewards", (session, asked) -> RewardAnswers.rewards(session));
    list("/v1/rewards/windows", Listings.REWARD_WINDOWS, FINAL);
    list("/v1/rewards/claims", Listings.CLAIMS, ANY);
    query("/v1/parameters", (session, asked) -> ChainAnswers.parameters(session));
    list("/v1/events", Listings.EVENTS, ANY);
    query("/v1/events/{sequence}", (session, asked) -> ChainAnswers.event(session, asked.number()));
    route(
        "/v1/search",
        SearchAnswers.PARAMETERS,
        asked -> cached(asked, session -> json(SearchAnswers.search(session, asked.parameters()))));
    route("/v1/stream", LiveStream.PARAMETERS, asked -> Mono.just(stream(asked)));
  }

  /** Every path it answers, as the description writes them. */
  List<String> paths() {
    return routes.stream().map(Route::path).toList();
  }

  /** Answers a path that begins with {@link #PREFIX}. */
  Mono<HttpReply> answer(HttpCall call) {
    return Mono.defer(() -> routed(call))
        .onErrorResume(
            ApiException.class,
            refusal ->
                Mono.just(Replies.error(refusal.status(), String.valueOf(refusal.getMessage()))));
  }

  private Mono<HttpReply> routed(HttpCall call) {
    for (Route route : routes) {
      Matcher matcher = route.pattern().matcher(call.path());
      if (matcher.matches()) {
        List<String> names = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
          names.add(matcher.group(group));
        }
        Parameters parameters = new Parameters(call.query()).requireOnly(route.known());
        return route.answer().apply(new Asked(call, parameters, names));
      }
    }
    throw ApiException.missing("nothing is at this path; " + PREFIX + "openapi.yaml says what is");
  }

  private void route(String path, List<String> known, Function<Asked, Mono<HttpReply>> answer) {
    String pattern =
        path.replace(".", "\\.")
            .replace("{enclave}", "([0-9]+-[0-9]+)")
            .replaceAll("\\{[a-z]+\\}", "([0-9]+)");
    routes.add(new Route(path, Pattern.compile(pattern), known, answer));
  }

  private void query(String path, Query query) {
    route(path, NONE, asked -> cached(asked, session -> json(query.of(session, asked))));
  }

  private void list(String path, Listing listing, String condition) {
    list(path, listing, condition, (session, asked) -> new Object[0]);
  }

  private void list(String path, Listing listing, String condition, Scope scope) {
    route(
        path,
        listing.parameters(),
        asked -> {
          boolean csv = csv(asked);
          return cached(
              asked,
              session -> {
                Listing.Page page =
                    listing.page(session, asked.parameters(), condition, scope.of(session, asked));
                return csv ? Replies.csv(listing, page.items()) : json(page);
              });
        });
  }

  private static HttpReply json(JsonNode body) {
    return Replies.json(200, body);
  }

  private static HttpReply json(Listing.Page page) {
    ObjectNode body = ApiJson.object();
    ArrayNode items = body.putArray("items");
    page.items().forEach(items::add);
    body.put("next", page.next().orElse(null));
    return json(body);
  }

  private static boolean csv(Asked asked) {
    return switch (asked.parameters().text("format").orElse("")) {
      case "csv" -> true;
      case "json" -> false;
      case "" -> asked.http().header("accept").orElse("").startsWith("text/csv");
      default -> throw ApiException.refused("'format' is json or csv");
    };
  }

  /**
   * Answers from the database, unless the client has the answer: it can only be another one when
   * the index is at another height. The height is read first, so a tag never promises too much.
   */
  private Mono<HttpReply> cached(Asked asked, Database.Work<HttpReply> work) {
    Head head = indexer.head();
    // A description of the form too: the same rows may be asked for as JSON and as CSV.
    String form = csvAccepted(asked) ? "c" : "j";
    return unlessKnown(asked, tag(head.network(), form + head.height()), work);
  }

  private static boolean csvAccepted(Asked asked) {
    return asked.http().header("accept").orElse("").startsWith("text/csv");
  }

  private Mono<HttpReply> unlessKnown(Asked asked, String tag, Database.Work<HttpReply> work) {
    if (Replies.matches(asked.http().header("if-none-match"), tag)) {
      return Mono.just(Replies.unchanged(tag));
    }
    return read(work).map(reply -> Replies.tagged(reply, tag));
  }

  private static String tag(String network, String state) {
    return '"' + network.substring(0, Math.min(8, network.length())) + "-" + state + '"';
  }

  private <T> Mono<T> read(Database.Work<T> work) {
    return Uninterrupted.on(blocking, () -> database.read(work));
  }

  /** Only an event of the window changes it, so a final one keeps its tag for good. */
  private void windowDetail() {
    route(
        "/v1/windows/{window}",
        NONE,
        asked ->
            read(session -> lastEvent(session, asked.number()))
                .flatMap(
                    last ->
                        unlessKnown(
                            asked,
                            tag(indexer.head().network(), "w" + last),
                            session -> json(WindowAnswers.of(session, asked.number()).detail()))));
  }

  private static long lastEvent(Session session, long window) throws SQLException {
    return session.only(
        "SELECT COALESCE(MAX(sequence), 0) AS last FROM chain_event WHERE window_number = ?",
        row -> row.number("last"),
        window);
  }

  private static ObjectNode miner(Session session, long uid) throws SQLException {
    return Listings.MINERS
        .one(session, "m.uid = ?", uid)
        .orElseThrow(() -> ApiException.missing("there is no miner " + uid));
  }

  private static ObjectNode validator(Session session, long uid) throws SQLException {
    return Listings.VALIDATORS
        .one(session, "v.uid = ?", uid)
        .orElseThrow(() -> ApiException.missing("there is no validator " + uid));
  }

  private Mono<HttpReply> document(Asked asked) {
    return read(
        session ->
            Replies.bytes(200, "application/cbor", EnclaveAnswers.document(session, asked.name())));
  }

  private Mono<HttpReply> checkpoint(Asked asked) {
    return read(session -> CheckpointAnswers.detail(session, asked.number()))
        .flatMap(detail -> checkpoints.withFiles(detail, asked.number()))
        .map(Api::json);
  }

  private Mono<HttpReply> download(Asked asked, boolean file) {
    WindowId number = new WindowId(asked.number());
    return read(session -> CheckpointAnswers.detail(session, asked.number()))
        .flatMap(
            anchored ->
                checkpoints.download(
                    file ? CheckpointNames.file(number) : CheckpointNames.leaves(number),
                    asked.http().header("range")));
  }

  private Mono<HttpReply> training(Asked asked) {
    boolean csv = csv(asked);
    return cached(
        asked,
        session ->
            csv
                ? Replies.csv(
                    Listings.TRAINING, TrainingAnswers.points(session, asked.parameters()))
                : json(TrainingAnswers.training(session, asked.parameters())));
  }

  private HttpReply stream(Asked asked) {
    return live.reply(asked.parameters(), asked.http().header("last-event-id"));
  }

  private Mono<HttpReply> status() {
    return chainHead()
        .flatMap(chain -> read(ChainAnswers::counts).map(counts -> status(chain, counts)));
  }

  private HttpReply status(Optional<ChainHead> chain, ObjectNode counts) {
    Head head = indexer.head();
    long height = head.height();
    ObjectNode status = ApiJson.object();
    status.put("network", head.network().isEmpty() ? null : head.network());
    status.put("state", state(chain, height));
    status.put(
        "problem",
        indexer
            .problem()
            .or(
                () ->
                    chain.isPresent()
                        ? Optional.empty()
                        : Optional.of("the node does not say how far its chain is"))
            .orElse(null));
    status.put("height", height);
    status.set("head", number(chain.map(ChainHead::sequence)));
    status.set("lag", number(chain.map(known -> Math.max(0, known.sequence() - height))));
    status.put("indexedTimeMs", head.timeMs());
    status.set("chainTimeMs", number(chain.map(ChainHead::timeMs)));
    status.put("serverTimeMs", clock.millis());
    status.put("version", productVersion);
    status.put("api", VERSION);
    status.put("liveClients", live.clients());
    status.set("counts", counts);
    return json(status);
  }

  private static JsonNode number(Optional<Long> number) {
    return ApiJson.number(number.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  private String state(Optional<ChainHead> chain, long height) {
    if (indexer.stopped()) {
      return "STOPPED";
    }
    boolean behind = chain.map(known -> known.sequence() > height).orElse(true);
    return behind ? "CATCHING_UP" : "FOLLOWING";
  }

  private Mono<HttpReply> now() {
    return chainHead()
        .flatMap(
            chain ->
                read(ChainAnswers::now)
                    .map(
                        now -> {
                          now.set("chainTimeMs", number(chain.map(ChainHead::timeMs)));
                          now.put("serverTimeMs", clock.millis());
                          return json(now);
                        }));
  }

  /** Empty if the node cannot reach its chain at the moment. */
  private Mono<Optional<ChainHead>> chainHead() {
    return node.head()
        .map(Optional::of)
        .onErrorResume(
            failure -> {
              LOG.warn("the node does not say how far its chain is: {}", failure.getMessage());
              return Mono.just(Optional.empty());
            });
  }

  private static byte[] description() {
    try (InputStream in = Api.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the plugin's jar lacks openapi.yaml");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

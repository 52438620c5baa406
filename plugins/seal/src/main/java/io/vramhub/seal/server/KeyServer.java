package io.vramhub.seal.server;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.message.CanonicalHash;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.scheme.PublicKey;
import io.vramhub.seal.wire.ObjectIds;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The requests a key server answers: {@code POST /v1/fetch_key}, {@code GET /v1/service}, health.
 */
final class KeyServer implements NodeService {
  private static final String DOMAIN = "vramhub/local-key-server/1";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final MasterKey masterKey;
  private final Digest id;
  private final FetchKey fetchKey;
  private final FollowedChain chain;
  private final AuditLog audit;
  private final KeyServerJson json;
  private final FetchKey.Machine machine;
  private final AtomicBoolean closed = new AtomicBoolean();

  KeyServer(
      MasterKey masterKey,
      Digest id,
      FetchKey fetchKey,
      FollowedChain chain,
      AuditLog audit,
      KeyServerJson json,
      FetchKey.Machine machine) {
    this.masterKey = masterKey;
    this.id = id;
    this.fetchKey = fetchKey;
    this.chain = chain;
    this.audit = audit;
    this.json = json;
    this.machine = machine;
  }

  /** The object id of a server that no chain has an object for: a hash of its public key. */
  static Digest localId(PublicKey key) {
    return CanonicalHash.of(DOMAIN, key.point().compressed().array());
  }

  @Override
  public Mono<Void> ready() {
    return chain.caughtUp().then();
  }

  @Override
  public Mono<HttpReply> answer(HttpCall call) {
    return Mono.defer(() -> route(call))
        .onErrorResume(
            DeniedException.class,
            denied -> Mono.just(json.denial(denied.denial(), denied.reason())));
  }

  private Mono<HttpReply> route(HttpCall call) {
    if (closed.get()) {
      throw new HubException(ErrorCode.PLUGIN_FAILED, "the key server was closed");
    }
    return switch (call.path()) {
      case "/v1/fetch_key" -> only("POST", call, () -> fetchKey.answer(call));
      case "/v1/service" -> only("GET", call, () -> service(call));
      case "/health" -> only("GET", call, this::health);
      default -> Mono.just(json.plain(404, "a key server has /v1/fetch_key, /v1/service, /health"));
    };
  }

  private Mono<HttpReply> only(String method, HttpCall call, Supplier<Mono<HttpReply>> answer) {
    if (call.method().equals(method)) {
      return answer.get();
    }
    return Mono.just(
        call.method().equals("OPTIONS")
            ? json.preflight()
            : json.plain(405, call.path() + " is for " + method));
  }

  private Mono<HttpReply> service(HttpCall call) {
    ClientSoftware.demand(call);
    String asked = call.parameter("service_id").orElse("");
    if (!asked.equals(ObjectIds.text(id))) {
      throw new DeniedException(Denial.INVALID_SERVICE_ID, "send service_id=" + ObjectIds.text(id));
    }
    return Mono.fromCallable(() -> json.service(id, masterKey.prove(id)))
        .subscribeOn(machine.blocking());
  }

  private Mono<HttpReply> health() {
    return chain
        .caughtUp()
        .timeout(PATIENCE, machine.timer())
        .map(head -> json.health(200, health("ready")))
        .onErrorResume(
            failure ->
                Mono.just(json.health(503, health("not caught up with the chain: " + failure))));
  }

  private Health health(String status) {
    AuditChain logged = audit.chain();
    return new Health(
        status,
        ObjectIds.text(id),
        masterKey.publicKey().point().compressed().hex(),
        chain.read(ChainState::sequence),
        logged.entries(),
        logged.last().hex());
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(
        () -> {
          if (closed.compareAndSet(false, true)) {
            chain.close();
            audit.close();
          }
        });
  }
}

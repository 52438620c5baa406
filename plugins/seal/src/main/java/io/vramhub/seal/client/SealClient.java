package io.vramhub.seal.client;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.Signer;
import io.vramhub.seal.scheme.EncryptedObject;
import io.vramhub.seal.scheme.Mode;
import io.vramhub.seal.scheme.PublicKey;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.ThresholdEncryption;
import io.vramhub.seal.scheme.UserKey;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.PolicyObjects;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seals for all servers of the committee, without asking any; opens with the keys of as many as the
 * threshold says. Thread-safe.
 */
final class SealClient implements CredentialSealer {
  private static final Logger LOG = LoggerFactory.getLogger(SealClient.class);

  /** What is sealed are keys and credentials, not data. */
  private static final int MOST_SECRET_BYTES = 4_096;

  private static final int REMEMBERED_CERTIFICATES = 64;

  /** A validator opens one gradient of each miner it scores; keys are of 48 bytes. */
  private static final int REMEMBERED_KEYS = 4_096;

  private record CertificateKey(Reader reader, Digest packageId) {}

  private record UserKeyOf(Reader reader, SealId id, Digest server) {}

  private final SealSettings settings;
  private final Map<Digest, PublicKey> publicKeys;
  private final KeyServerHttp http;
  private final JsonMapper json;
  private final Scheduler blocking;
  private final Clock clock;
  private final SecureRandom random;
  private final Bounded<CertificateKey, Certificate> certificates =
      new Bounded<>(REMEMBERED_CERTIFICATES);
  private final Bounded<UserKeyOf, UserKey> userKeys = new Bounded<>(REMEMBERED_KEYS);
  private final Sinks.Empty<Void> end = Sinks.empty();
  private final Mono<Void> close;

  private SealClient(
      SealSettings settings,
      KeyServerHttp http,
      JsonMapper json,
      PluginContext context,
      SecureRandom random) {
    this.settings = settings;
    this.http = http;
    this.json = json;
    this.blocking = context.blocking();
    this.clock = context.clock();
    this.random = random;
    this.publicKeys =
        settings.servers().stream().collect(Collectors.toMap(KeyServer::id, KeyServer::key));
    this.close =
        Mono.defer(
                () -> {
                  end.tryEmitError(
                          new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the sealer was closed"))
                      .orThrow();
                  return http.close();
                })
            .cache();
  }

  static SealClient open(SealSettings settings, PluginContext context, SecureRandom random) {
    JsonMapper json = JsonMapper.shared();
    KeyServerHttp http =
        new KeyServerHttp(json, settings.timeout(), context.blocking(), context.timer());
    return new SealClient(settings, http, json, context, random);
  }

  /**
   * Refuses a committee of which a server proves to be another one. Servers that are down are only
   * warned of: sealing needs none of them, and by the time of opening they may be back.
   */
  @Override
  public Mono<Void> ready() {
    return whileOpen(
        Flux.fromIterable(settings.servers())
            .flatMap(
                server ->
                    http.verify(server)
                        .onErrorResume(
                            SealClient::isOutage,
                            error -> {
                              LOG.warn("Sealing goes on, but {}.", error.getMessage());
                              return Mono.empty();
                            }),
                settings.servers().size())
            .then());
  }

  private static boolean isOutage(Throwable error) {
    return error instanceof HubException known && known.code() == ErrorCode.CHAIN_UNAVAILABLE;
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return whileOpen(Mono.fromCallable(() -> sealed(credential, policy)).subscribeOn(blocking));
  }

  private SealedCredential sealed(Credential credential, SealPolicy policy) {
    byte[] secret = credential.secret().array();
    if (secret.length > MOST_SECRET_BYTES) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "a credential has at most " + MOST_SECRET_BYTES + " bytes; seal a key, not the data");
    }
    List<ThresholdEncryption.Server> recipients =
        settings.servers().stream().map(KeyServer::recipient).toList();
    return new SealedCredential(
        ThresholdEncryption.seal(
                id(policy), recipients, settings.threshold(), Mode.AES_256_GCM, secret, random)
            .object()
            .encode());
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    return whileOpen(
        Mono.fromCallable(() -> decoded(sealed, policy))
            .subscribeOn(blocking)
            .flatMap(
                object ->
                    keys(object, policy, reader)
                        .publishOn(blocking)
                        .map(keys -> ThresholdEncryption.open(object, keys, publicKeys)))
            .map(Credential::new));
  }

  /** {@code MESSAGE_INVALID}: not sealed to this policy and this committee. */
  private EncryptedObject decoded(SealedCredential sealed, SealPolicy policy) {
    EncryptedObject object = EncryptedObject.decode(sealed.bytes().array());
    if (!object.id().equals(id(policy))) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID, "it is sealed to another policy than " + policy);
    }
    object
        .shares()
        .forEach(
            share -> {
              if (!publicKeys.containsKey(share.server())) {
                throw new HubException(
                    ErrorCode.MESSAGE_INVALID,
                    "it is sealed for key server 0x"
                        + share.server()
                        + ", which is none of those configured");
              }
            });
    return object;
  }

  private SealId id(SealPolicy policy) {
    return new SealId(objects(policy).packageId(), policy.identity());
  }

  private PolicyObjects objects(SealPolicy policy) {
    return settings.objects(
        switch (policy) {
          case SealPolicy.Gradient gradient -> gradient.network();
          case SealPolicy.Credentials credentials -> credentials.network();
        });
  }

  /** Verified keys of enough servers. */
  private Mono<Map<Digest, UserKey>> keys(
      EncryptedObject object, SealPolicy policy, SealReader sealReader) {
    Reader reader = Reader.of(sealReader);
    Flux<Answer> answers =
        Flux.concat(
            Flux.fromStream(
                () ->
                    servers(object).stream()
                        .flatMap(
                            server ->
                                userKeys
                                    .get(new UserKeyOf(reader, object.id(), server.id()))
                                    .stream()
                                    .map(key -> new Answer.Granted(server, key)))),
            Flux.defer(() -> fetched(object, policy, sealReader)));
    return answers
        .scan(new Tally(object, List.of()), Tally::with)
        .takeUntil(Tally::isDecided)
        .last()
        .map(
            tally -> {
              if (!tally.isEnough()) {
                throw tally.refusal();
              }
              return tally.keys();
            });
  }

  private Flux<Answer> fetched(EncryptedObject object, SealPolicy policy, SealReader sealReader) {
    Reader reader = Reader.of(sealReader);
    List<KeyServer> missing =
        servers(object).stream()
            .filter(
                server -> userKeys.get(new UserKeyOf(reader, object.id(), server.id())).isEmpty())
            .toList();
    KeyRequest request =
        KeyRequest.of(
            object.id(),
            ApprovalTransaction.of(objects(policy), policy, reader.validator()),
            certificate(sealReader, object.id().packageId()),
            json,
            random);
    return Flux.fromIterable(missing)
        .flatMap(server -> http.fetch(server, request), missing.size())
        .doOnNext(answer -> remember(reader, object.id(), answer));
  }

  private List<KeyServer> servers(EncryptedObject object) {
    return settings.servers().stream()
        .filter(
            server ->
                object.shares().stream().anyMatch(share -> share.server().equals(server.id())))
        .toList();
  }

  private void remember(Reader reader, SealId id, Answer answer) {
    if (answer instanceof Answer.Granted(var server, var key)) {
      userKeys.put(new UserKeyOf(reader, id, server.id()), key);
    }
  }

  private Certificate certificate(SealReader reader, Digest packageId) {
    CertificateKey key = new CertificateKey(Reader.of(reader), packageId);
    Instant now = clock.instant();
    return certificates
        .get(key)
        .filter(certificate -> certificate.isOfUse(now))
        .orElseGet(
            () -> {
              Certificate fresh = Certificate.of(user(reader), packageId, now, random);
              certificates.put(key, fresh);
              return fresh;
            });
  }

  private Signer user(SealReader reader) {
    return switch (reader) {
      case SealReader.Anyone() -> new ThrowawayKey(random);
      case SealReader.Validator(var _, var signer) -> signer;
    };
  }

  private <T> Mono<T> whileOpen(Mono<T> work) {
    return Mono.firstWithSignal(end.asMono().then(Mono.never()), work);
  }

  @Override
  public Mono<Void> close() {
    return close;
  }
}

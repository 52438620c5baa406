package io.vramhub.evaluator.enclave;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.attestation.AttestationDocument;
import io.vramhub.protocol.message.EvaluationMessage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Speaks to one enclave. Thread-safe; nothing is retried in here, because the caller knows how much
 * of the window is left.
 */
final class EnclaveClient implements LossEvaluator {
  private static final int OK = 200;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** The longest answer that is read; a report has about 100 bytes for each miner. */
  private static final int MAXIMUM_ANSWER_BYTES = 16 << 20;

  /** Uploads whose root is remembered; the enclave keeps the newest two. */
  private static final int REMEMBERED_UPLOADS = 4;

  private final EnclaveClientSettings settings;
  private final Scheduler blocking;
  private final HttpClient http;

  /** The key of the newest document, under which reports must be signed. */
  private final AtomicReference<Optional<Bytes>> attestedKey =
      new AtomicReference<>(Optional.empty());

  /** The root the enclave computed, by the SHA-256 of the file it was given; oldest first. */
  private final Map<Digest, Digest> uploads = new LinkedHashMap<>();

  EnclaveClient(EnclaveClientSettings settings, Scheduler blocking) {
    this.settings = settings;
    this.blocking = blocking;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  @Override
  public Mono<Void> ready() {
    return exchange(request("health_check").GET().build())
        .map(this::succeeded)
        .map(body -> json(body).getString("pk"))
        .onErrorMap(ConfigException.class, this::noEnclave)
        .then();
  }

  @Override
  public Mono<Attestation> attest(Bytes nonce) {
    String query = nonce.length() == 0 ? "" : "?nonce=" + nonce.hex();
    return exchange(request("get_attestation" + query).GET().build())
        .map(this::succeeded)
        .map(body -> new Attestation(Bytes.ofHex(json(body).getString("attestation"))))
        .onErrorMap(ConfigException.class, this::noEnclave)
        .onErrorMap(IllegalArgumentException.class, this::noEnclave)
        .doOnNext(attestation -> attestedKey.set(Optional.of(key(attestation, nonce))));
  }

  @Override
  public Mono<Void> loadCheckpoint(BlobSource file) {
    return isHeld(file).filter(held -> !held).flatMap(_ -> upload(file)).then();
  }

  @Override
  public Mono<SignedScoreReport> evaluate(EvaluationRequest request) {
    Mono<Bytes> key =
        Mono.fromSupplier(attestedKey::get)
            .flatMap(Mono::justOrEmpty)
            .switchIfEmpty(
                Mono.defer(() -> attest(Bytes.EMPTY))
                    .map(attestation -> key(attestation, Bytes.EMPTY)));
    Mono<byte[]> message =
        Mono.fromCallable(() -> EvaluationMessage.encode(request)).subscribeOn(blocking);
    return key.flatMap(
        attested ->
            message
                .flatMap(
                    body ->
                        exchange(
                            request("process_data")
                                .header("Content-Type", "application/octet-stream")
                                .POST(BodyPublishers.ofByteArray(body))
                                .build()))
                .map(this::succeeded)
                .map(EvaluationMessage::decodeScores)
                .map(scores -> checked(scores, request, attested)));
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromCallable(
            () -> {
              http.shutdownNow();
              boolean unused = http.awaitTermination(CLOSE_TIMEOUT);
              return null;
            })
        .subscribeOn(blocking);
  }

  private Mono<Boolean> isHeld(BlobSource file) {
    return Mono.fromSupplier(() -> uploaded(file.digest()))
        .flatMap(Mono::justOrEmpty)
        .flatMap(
            root ->
                exchange(
                    request("checkpoint/" + root.hex())
                        .method("HEAD", BodyPublishers.noBody())
                        .build()))
        .map(response -> response.statusCode() == OK)
        .defaultIfEmpty(false);
  }

  private Mono<Digest> upload(BlobSource file) {
    BodyPublisher body =
        BodyPublishers.fromPublisher(
            JdkFlowAdapter.publisherToFlowPublisher(Flux.defer(file.content())), file.length());
    return exchange(request("checkpoint").PUT(body).build())
        .map(this::succeeded)
        .map(answer -> Digest.ofHex(json(answer).getString("root")))
        .onErrorMap(ConfigException.class, this::noEnclave)
        .onErrorMap(IllegalArgumentException.class, this::noEnclave)
        .doOnNext(root -> remember(file.digest(), root));
  }

  private Optional<Digest> uploaded(Digest file) {
    synchronized (uploads) {
      return Optional.ofNullable(uploads.get(file));
    }
  }

  private void remember(Digest file, Digest root) {
    synchronized (uploads) {
      uploads.remove(file);
      uploads.put(file, root);
      if (uploads.size() > REMEMBERED_UPLOADS) {
        uploads.remove(uploads.keySet().iterator().next());
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(settings.endpoint().resolve(path)).timeout(settings.timeout());
  }

  private Mono<HttpResponse<byte[]>> exchange(HttpRequest request) {
    return Mono.fromFuture(
            () ->
                http.sendAsync(
                    request,
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAXIMUM_ANSWER_BYTES)))
        .onErrorMap(IOException.class, this::unavailable);
  }

  /** The body of a successful answer. */
  private byte[] succeeded(HttpResponse<byte[]> response) {
    if (response.statusCode() == OK) {
      return response.body();
    }
    // The proxy in front of an enclave answers 502 and 504, the enclave itself 503, for a while.
    boolean passing =
        switch (response.statusCode()) {
          case 429, 502, 503, 504 -> true;
          default -> false;
        };
    throw new HubException(
        passing ? ErrorCode.ENCLAVE_UNAVAILABLE : ErrorCode.ENCLAVE_REFUSED,
        "The enclave at "
            + settings.endpoint()
            + " answered "
            + response.statusCode()
            + ": "
            + sentence(response.body()));
  }

  private static String sentence(byte[] body) {
    try {
      return json(body).getString("error");
    } catch (ConfigException e) {
      return "(" + body.length + " bytes that are no error message of an enclave)";
    }
  }

  private static Config json(byte[] body) {
    return ConfigFactory.parseString(
        new String(body, StandardCharsets.UTF_8),
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }

  private static Bytes key(Attestation attestation, Bytes nonce) {
    AttestationDocument document = AttestationDocument.parse(attestation);
    if (nonce.length() > 0 && !document.nonce().equals(Optional.of(nonce))) {
      throw new HubException(
          ErrorCode.ATTESTATION_INVALID,
          "The enclave's attestation document answers another nonce than was asked. Ask again.");
    }
    return document
        .publicKey()
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.ATTESTATION_INVALID,
                    "The enclave's attestation document names no key."));
  }

  private static SignedScoreReport checked(
      SignedScoreReport scores, EvaluationRequest request, Bytes attested) {
    if (!ReportSignature.verifies(scores, attested)) {
      throw new HubException(
          ErrorCode.ENCLAVE_UNAVAILABLE,
          "The enclave's report is not signed with the key it attested, so it was restarted with"
              + " another. Attest it and register it again.");
    }
    ScoreReport expected =
        new ScoreReport(
            request.network(),
            request.validator(),
            request.enclaveEpoch(),
            request.window(),
            request.parameters().scoring().evaluator(),
            request.baseRoot(),
            request.parameters().data().root(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            scores.report().entries());
    if (!scores.report().equals(expected)) {
      throw new HubException(
          ErrorCode.ENCLAVE_REFUSED,
          "The enclave signed another question than it was asked: "
              + scores.report()
              + " instead of "
              + expected);
    }
    return scores;
  }

  private HubException unavailable(IOException cause) {
    // An upload fails with what its content failed with: the storage's error, not the enclave's.
    for (@Nullable Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof HubException known) {
        return known;
      }
    }
    return new HubException(
        ErrorCode.ENCLAVE_UNAVAILABLE,
        "The enclave at "
            + settings.endpoint()
            + " does not answer: "
            + cause
            + ". Check that it runs; the request is tried again.",
        cause);
  }

  private HubException noEnclave(Throwable cause) {
    return new HubException(
        ErrorCode.ENCLAVE_REFUSED,
        "What answers at "
            + settings.endpoint()
            + " is not an enclave of this version: "
            + cause.getMessage()
            + ". Check evaluator.enclave.endpoint.",
        cause);
  }
}

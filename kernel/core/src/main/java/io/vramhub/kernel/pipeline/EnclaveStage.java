package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.ValidatorRecord.Enclave;
import io.vramhub.protocol.message.ScoreMessage;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/**
 * The validator's enclave: registered on the chain under the key it runs with now, loaded with the
 * base checkpoint, asked for a report. An enclave that restarted has a new key; the change is seen
 * before anything of it is submitted.
 */
final class EnclaveStage {
  private static final String PURPOSE = "register-enclave";
  private static final int NONCE_BYTES = 32;
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final RoleServices services;
  private final ValidatorUid validator;
  private final LossEvaluator evaluator;
  private final RandomGenerator nonces;
  private final ChainCalls calls;
  private final ValidatorConsole console;

  EnclaveStage(
      RoleServices services,
      ValidatorUid validator,
      LossEvaluator evaluator,
      RandomGenerator nonces,
      ChainCalls calls,
      ValidatorConsole console) {
    this.services = services;
    this.validator = validator;
    this.evaluator = evaluator;
    this.nonces = nonces;
    this.calls = calls;
    this.console = console;
  }

  /**
   * The chain's record of the enclave that answers now, registering it if the chain knows none or
   * another key.
   */
  Mono<Enclave> registered(WindowId window, long deadlineMs) {
    return Mono.fromSupplier(this::nonce)
        .flatMap(nonce -> withRetries(evaluator.attest(nonce), deadlineMs))
        .flatMap(
            document ->
                Mono.justOrEmpty(known(document))
                    .switchIfEmpty(Mono.defer(() -> register(window, document, deadlineMs))));
  }

  private Optional<Enclave> known(Attestation document) {
    return services
        .follower()
        .read(state -> state.validator(validator).flatMap(ValidatorRecord::enclave))
        .filter(enclave -> names(document, enclave.publicKey()));
  }

  /**
   * Whether the document contains the key's bytes. That is no check of the document, which only the
   * chain's matters: it tells a restarted enclave from the registered one, and a wrong guess would
   * cost no more than a registration.
   */
  static boolean names(Attestation document, Bytes publicKey) {
    byte[] bytes = document.document().array();
    byte[] key = publicKey.array();
    for (int start = 0; start + key.length <= bytes.length; start++) {
      if (java.util.Arrays.equals(bytes, start, start + key.length, key, 0, key.length)) {
        return true;
      }
    }
    return false;
  }

  private Mono<Enclave> register(WindowId window, Attestation document, long deadlineMs) {
    // Another restart within the window is another registration, so the document names the effect.
    String purpose = PURPOSE + "/" + Digest.sha256(document.document().array()).brief();
    return calls
        .submit(window, purpose, new ChainCall.RegisterEnclave(validator, document), deadlineMs)
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed ->
                      services.follower().when(state -> known(document));
                  case Receipt.Aborted aborted -> {
                    console.callRefused(window, PURPOSE, aborted.code());
                    yield Mono.error(
                        ChainCalls.refused(PURPOSE, aborted.code(), aborted.message()));
                  }
                })
        .doOnNext(enclave -> console.enclaveRegistered(enclave.epoch()));
  }

  /** Hands the enclave the window's base checkpoint; cheap if it has it. */
  Mono<CheckpointRef> load(OpenWindow window) {
    CheckpointRef base = window.record().opened().base();
    return services
        .checkpoints()
        .use(
            base,
            checkpoint -> {
              BlobSource file = checkpoint.source();
              return withRetries(evaluator.loadCheckpoint(file), window.context().closesAtMs());
            })
        .then(
            Mono.fromSupplier(
                () -> {
                  console.checkpointLoaded(window.context().window(), base);
                  return base;
                }));
  }

  /**
   * The enclave's signed report. {@code ENCLAVE_REFUSED} if it was not signed by the registered
   * key: the enclave restarted in between.
   */
  Mono<SignedScoreReport> evaluate(EvaluationRequest request, Enclave registered, long deadlineMs) {
    return withRetries(evaluator.evaluate(request), deadlineMs)
        .flatMap(
            report ->
                isSigned(report, registered.publicKey())
                    ? Mono.just(report)
                    : Mono.error(
                        new HubException(
                            ErrorCode.ENCLAVE_REFUSED,
                            "the enclave of validator "
                                + validator
                                + " signs with another key than the one registered as epoch "
                                + registered.epoch())));
  }

  private <T> Mono<T> withRetries(Mono<T> call, long deadlineMs) {
    return Mono.defer(
        () -> services.backoff().retry(call, services.follower().time().until(deadlineMs)));
  }

  private Bytes nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    nonces.nextBytes(nonce);
    return new Bytes(nonce);
  }

  private static boolean isSigned(SignedScoreReport report, Bytes publicKey) {
    try {
      byte[] encoded = new byte[ED25519_PREFIX.length + publicKey.length()];
      System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
      System.arraycopy(publicKey.array(), 0, encoded, ED25519_PREFIX.length, publicKey.length());
      PublicKey key =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(ScoreMessage.intentBytes(report.report(), report.timestampMs()));
      return signature.verify(report.signature().array());
    } catch (GeneralSecurityException e) {
      // A key or signature that is not even well-formed verifies nothing.
      return false;
    }
  }
}

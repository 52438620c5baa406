package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.protocol.chain.ChainState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals for anyone and opens for whom the chain's state admits; every opening and every refusal
 * leaves a line in the log. Thread-safe.
 */
final class LocalKeyServer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalKeyServer.class);

  private final Path directory;
  private final SecureRandom random = new SecureRandom();
  private final StateView state;

  /** Puts a question to the chain's newest acknowledged state and its time. */
  interface StateView {
    <T> CompletableFuture<T> query(BiFunction<ChainState, Long, T> question);
  }

  /**
   * @param directory where the key lies; read at each use, so that a ledger without one still
   *     serves as a chain
   */
  LocalKeyServer(Path directory, StateView state) {
    this.directory = directory;
    this.state = state;
  }

  /** The view of a running ledger. */
  static StateView of(Ledger ledger) {
    return new StateView() {
      @Override
      public <T> CompletableFuture<T> query(BiFunction<ChainState, Long, T> question) {
        return ledger.query(question);
      }
    };
  }

  /** The view of a state that no longer moves. */
  static StateView of(ChainState state, ChainHead head) {
    return new StateView() {
      @Override
      public <T> CompletableFuture<T> query(BiFunction<ChainState, Long, T> question) {
        synchronized (state) {
          return CompletableFuture.completedFuture(question.apply(state, head.timeMs()));
        }
      }
    };
  }

  SealedCredential seal(Credential credential, SealPolicy policy) {
    return SealKey.read(directory, random).seal(credential, policy);
  }

  CompletableFuture<Credential> open(
      SealedCredential sealed, SealPolicy policy, AccessProof proof) {
    // First the seal, then the right: bytes sealed elsewhere are no matter of access.
    Credential credential = SealKey.read(directory, random).open(sealed, policy);
    String who =
        switch (proof) {
          case AccessProof.Anyone ignored -> "anyone";
          case AccessProof.Holder holder -> Ed25519.address(holder.publicKey()).toString();
        };
    return state
        .query((chain, timeMs) -> SealRules.refusal(chain, timeMs, sealed, policy, proof))
        .thenApply(refusal -> admit(credential, policy, who, refusal));
  }

  private static Credential admit(
      Credential credential, SealPolicy policy, String who, Optional<String> refusal) {
    if (refusal.isPresent()) {
      LOG.info("Refused to open {} for {}: {}.", policy, who, refusal.get());
      throw new HubException(ErrorCode.ACCESS_DENIED, policy + " does not open: " + refusal.get());
    }
    LOG.info("Opened {} for {}.", policy, who);
    return credential;
  }
}

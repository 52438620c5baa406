package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import reactor.core.publisher.Mono;

/**
 * Seals with AES-256-GCM under one key that all nodes share, and opens to a ring of public keys, at
 * any time. For a network whose operators trust each other: the phases of a window play no part.
 *
 * <p>What is sealed is a nonce (12 bytes), the ciphertext and its tag (16 bytes); the policy is
 * authenticated with it.
 */
final class KeyringSealer implements CredentialSealer {
  static final int KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final SecretKeySpec key;
  private final Set<Bytes> admitted;
  private final SecureRandom random = new SecureRandom();
  private final AtomicBoolean closed = new AtomicBoolean();

  KeyringSealer(byte[] key, Set<Bytes> admitted) {
    this.key = new SecretKeySpec(key, "AES");
    this.admitted = admitted;
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return call(
        () -> {
          byte[] nonce = new byte[NONCE_BYTES];
          random.nextBytes(nonce);
          byte[] secret = credential.secret().array();
          byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, policy).doFinal(secret);
          return new SealedCredential(
              new Bytes(
                  ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array()));
        });
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    return call(
        () -> {
          byte[] secret = opened(sealed.bytes().array(), policy);
          if (!admits(reader)) {
            throw new HubException(
                ErrorCode.ACCESS_DENIED, "sealer '${artifactId}' does not admit " + reader);
          }
          return new Credential(new Bytes(secret));
        });
  }

  private boolean admits(SealReader reader) {
    return switch (reader) {
      case SealReader.Anyone() -> false;
      case SealReader.Validator(var uid, var signer) -> admitted.contains(signer.publicKey());
    };
  }

  private byte[] opened(byte[] sealed, SealPolicy policy) throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) {
      throw notSealed();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(sealed).get(nonce);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, policy)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw notSealed();
    }
  }

  private static HubException notSealed() {
    return new HubException(ErrorCode.MESSAGE_INVALID, "it was not sealed under this policy");
  }

  private Cipher cipher(int mode, byte[] nonce, SealPolicy policy) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(policy.identity().buffer());
    return cipher;
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }

  private <T> Mono<T> call(Callable<T> work) {
    return Mono.fromCallable(
        () -> {
          if (closed.get()) {
            throw new HubException(ErrorCode.CHAIN_UNAVAILABLE, "sealer '${artifactId}' was closed");
          }
          return work.call();
        });
  }
}

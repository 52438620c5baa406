package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AccessProof;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
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
  private static final Duration FRESH = Duration.ofMinutes(1);

  /** What makes 32 raw bytes an X.509 Ed25519 key (RFC 8410). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private final SecretKeySpec key;
  private final Set<Bytes> admitted;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final AtomicBoolean closed = new AtomicBoolean();

  KeyringSealer(byte[] key, Set<Bytes> admitted, Clock clock) {
    this.key = new SecretKeySpec(key, "AES");
    this.admitted = admitted;
    this.clock = clock;
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
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, AccessProof proof) {
    return call(
        () -> {
          if (!admits(proof, sealed)) {
            throw new HubException(
                ErrorCode.ACCESS_DENIED, "sealer '${artifactId}' does not admit " + proof);
          }
          return new Credential(new Bytes(opened(sealed.bytes().array(), policy)));
        });
  }

  private boolean admits(AccessProof proof, SealedCredential sealed)
      throws GeneralSecurityException {
    return switch (proof) {
      case AccessProof.Anyone() -> false;
      case AccessProof.Holder(var publicKey, var timestampMs, var signature) ->
          admitted.contains(publicKey)
              && Math.abs(clock.millis() - timestampMs) <= FRESH.toMillis()
              && isSigned(publicKey, timestampMs, signature, sealed);
    };
  }

  private static boolean isSigned(
      Bytes publicKey, long timestampMs, Bytes signature, SealedCredential sealed)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(publicKey(publicKey));
    verifier.update(Digest.sha256(sealed.bytes().buffer()).array());
    verifier.update(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(timestampMs)
            .array());
    return verifier.verify(signature.array());
  }

  private static PublicKey publicKey(Bytes raw) throws GeneralSecurityException {
    byte[] encoded =
        ByteBuffer.allocate(ED25519.length + raw.length()).put(ED25519).put(raw.buffer()).array();
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
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
    cipher.updateAAD(encoded(policy));
    return cipher;
  }

  private static byte[] encoded(SealPolicy policy) {
    return switch (policy) {
      case SealPolicy.Gradient(var network, var window, var miner) ->
          ByteBuffer.allocate(Digest.LENGTH + Long.BYTES + Integer.BYTES)
              .put(network.digest().array())
              .putLong(window.number())
              .putInt(miner.value())
              .array();
    };
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

package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.AccessProof;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.Signer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** What every {@link CredentialSealer} owes: what is sealed opens to whom the policy admits. */
public interface CredentialSealerContract extends ServiceContract<CredentialSealer> {
  @Override
  CredentialSealer.Provider provider();

  /** A policy that admits somebody, but not everybody, while the test runs. */
  SealPolicy policy();

  /** Another policy, under which nothing is sealed. */
  SealPolicy otherPolicy();

  /** The proof of somebody whom {@link #policy()} admits; fresh at every call. */
  AccessProof admitted(SealedCredential sealed);

  /** Proofs of those whom it does not admit. */
  List<AccessProof> denied(SealedCredential sealed);

  /** The proof a key holder gives at a time, in milliseconds: signed as the API says. */
  static AccessProof.Holder proof(Signer signer, SealedCredential sealed, long timestampMs) {
    byte[] message =
        ByteBuffer.allocate(Digest.LENGTH + Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(Digest.sha256(sealed.bytes().buffer()).array())
            .putLong(timestampMs)
            .array();
    return new AccessProof.Holder(signer.publicKey(), timestampMs, signer.sign(message));
  }

  private static Credential secret(int length) {
    return new Credential(new Bytes(Blobs.random(length, length)));
  }

  private SealedCredential sealed(CredentialSealer sealer) {
    return Signals.value(sealer.seal(secret(32), policy()));
  }

  @Override
  default Map<String, Supplier<Publisher<?>>> calls(CredentialSealer sealer) {
    SealedCredential sealed = sealed(sealer);
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put("seal", () -> sealer.seal(secret(32), policy()));
    calls.put("open", () -> sealer.open(sealed, policy(), admitted(sealed)));
    return calls;
  }

  @Test
  default void opensToWhomThePolicyAdmits(CredentialSealer sealer) {
    for (int length : new int[] {1, 16, 32, 1_000}) {
      SealedCredential sealed = Signals.value(sealer.seal(secret(length), policy()));
      assertThat(Signals.value(sealer.open(sealed, policy(), admitted(sealed))))
          .isEqualTo(secret(length));
      assertThat(Signals.value(sealer.open(sealed, policy(), admitted(sealed))))
          .isEqualTo(secret(length));
    }
  }

  @Test
  default void opensToNobodyElse(CredentialSealer sealer) {
    SealedCredential sealed = sealed(sealer);
    assertThat(denied(sealed)).isNotEmpty();
    for (AccessProof proof : denied(sealed)) {
      Signals.refusal(sealer.open(sealed, policy(), proof), ErrorCode.ACCESS_DENIED);
    }
  }

  @Test
  default void aProofIsForWhatItWasMadeFor(CredentialSealer sealer) {
    SealedCredential one = sealed(sealer);
    SealedCredential other = sealed(sealer);
    Signals.refusal(sealer.open(other, policy(), admitted(one)), ErrorCode.ACCESS_DENIED);
  }

  @Test
  default void showsNothingOfTheSecret(CredentialSealer sealer) {
    SealedCredential one = sealed(sealer);
    assertThat(one.bytes().hex()).doesNotContain(secret(32).secret().hex());
    assertThat(sealed(sealer)).as("the same secret, sealed again").isNotEqualTo(one);
  }

  @Test
  default void opensUnderItsOwnPolicyAlone(CredentialSealer sealer) {
    SealedCredential sealed = sealed(sealer);
    Signals.refusal(
        sealer.open(sealed, otherPolicy(), admitted(sealed)), ErrorCode.MESSAGE_INVALID);
  }

  @Test
  default void opensNothingThatWasChanged(CredentialSealer sealer) {
    byte[] bytes = sealed(sealer).bytes().array();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      refusesAsNotSealed(sealer, changed);
    }
    refusesAsNotSealed(sealer, new byte[0]);
    refusesAsNotSealed(sealer, Arrays.copyOf(bytes, bytes.length - 1));
    refusesAsNotSealed(sealer, Arrays.copyOf(bytes, bytes.length + 1));
  }

  private void refusesAsNotSealed(CredentialSealer sealer, byte[] bytes) {
    SealedCredential changed = new SealedCredential(new Bytes(bytes));
    Signals.refusal(sealer.open(changed, policy(), admitted(changed)), ErrorCode.MESSAGE_INVALID);
  }
}

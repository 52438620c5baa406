package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
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

  /** Somebody whom {@link #policy()} admits. */
  SealReader.Validator admitted();

  /** Those whom it does not admit; that a uid takes its owner's key is tested anyway. */
  List<SealReader> denied();

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
    calls.put("open", () -> sealer.open(sealed, policy(), admitted()));
    return calls;
  }

  @Test
  default void opensToWhomThePolicyAdmits(CredentialSealer sealer) {
    for (int length : new int[] {1, 16, 32, 1_000}) {
      SealedCredential sealed = Signals.value(sealer.seal(secret(length), policy()));
      assertThat(Signals.value(sealer.open(sealed, policy(), admitted())))
          .isEqualTo(secret(length));
      assertThat(Signals.value(sealer.open(sealed, policy(), admitted())))
          .isEqualTo(secret(length));
    }
  }

  @Test
  default void opensToNobodyElse(CredentialSealer sealer) {
    SealedCredential sealed = sealed(sealer);
    assertThat(denied()).isNotEmpty();
    for (SealReader reader : denied()) {
      Signals.refusal(sealer.open(sealed, policy(), reader), ErrorCode.ACCESS_DENIED);
    }
  }

  @Test
  default void aUidTakesItsOwnersKey(CredentialSealer sealer) {
    SealReader thief = new SealReader.Validator(admitted().uid(), new TestSigner("a thief"));
    Signals.refusal(sealer.open(sealed(sealer), policy(), thief), ErrorCode.ACCESS_DENIED);
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
    for (SealPolicy other : List.of(otherPolicy(), twin(policy()))) {
      Signals.refusal(sealer.open(sealed, other, admitted()), ErrorCode.MESSAGE_INVALID);
    }
  }

  /** The policy of the other kind with the same numbers. */
  private static SealPolicy twin(SealPolicy policy) {
    return switch (policy) {
      case SealPolicy.Gradient(var network, var window, var miner) ->
          new SealPolicy.Credentials(
              network, new MinerUid(Math.toIntExact(window.number())), miner.value());
      case SealPolicy.Credentials(var network, var miner, var keyEpoch) ->
          new SealPolicy.Gradient(
              network, new WindowId(miner.value()), new MinerUid(Math.toIntExact(keyEpoch)));
    };
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
    Signals.refusal(sealer.open(changed, policy(), admitted()), ErrorCode.MESSAGE_INVALID);
  }
}

package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Bytes;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class Ed25519PointTest {
  @Test
  void acceptsKeysThatSignersMake() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    for (int run = 0; run < 20; run++) {
      // The raw key is the end of its X.509 form.
      byte[] encoded = generator.generateKeyPair().getPublic().getEncoded();
      byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);

      assertThat(Ed25519Point.hasPrimeOrder(new Bytes(raw))).isTrue();
    }
  }

  @Test
  void refusesKeysWithAPartOfSmallOrder() {
    // The base point plus the point (0, -1) of order two is (-x, -y).
    Bytes mixed = Bytes.ofHex("9599999999999999999999999999999999999999999999999999999999999999");

    assertThat(Ed25519Point.decode(mixed)).isPresent();
    assertThat(Ed25519Point.hasPrimeOrder(mixed)).isFalse();
    assertThat(
            Ed25519Point.hasPrimeOrder(
                Bytes.ofHex("5866666666666666666666666666666666666666666666666666666666666666")))
        .isTrue();
  }
}

package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, the verifier answers, and never admits what it did not before. */
final class AttestationPropertyTest {
  private final AttestationVerifier verifier = new AttestationVerifier();

  @Test
  void noChangedByteOfGenuineDocumentPasses() {
    Random random = new Random(20_261_101);
    byte[] genuine = Documents.GENUINE.document().array();
    for (int run = 0; run < 400; run++) {
      byte[] changed = genuine.clone();
      // The envelope's first bytes and the signature in full, the rest by chance.
      int position = run < 20 ? run : random.nextInt(changed.length);
      changed[position] ^= (byte) (1 << random.nextInt(8));

      assertRefused(new Attestation(new Bytes(changed)));
    }
  }

  @Test
  void noTruncatedOrExtendedDocumentPasses() {
    byte[] genuine = Documents.GENUINE.document().array();
    for (int length = 0; length < genuine.length; length += 37) {
      assertRefused(new Attestation(new Bytes(Arrays.copyOf(genuine, length))));
    }
    assertRefused(new Attestation(new Bytes(Arrays.copyOf(genuine, genuine.length + 1))));
  }

  @Test
  void randomBytesAreMalformed() {
    Random random = new Random(7);
    for (int run = 0; run < 2_000; run++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      AttestationVerifierTest.assertRefused(
          verifier.verify(
              new Attestation(new Bytes(bytes)),
              Documents.nitroPolicy(),
              Documents.GENUINE_TIME_MS),
          AbortCode.ATTESTATION_MALFORMED);
    }
  }

  /**
   * Properly signed documents with broken insides: the certificates and fields reach the parsers.
   */
  @Test
  void changedAndSignedPayloadsAreAnswered() {
    Random random = new Random(11);
    int admitted = 0;
    for (int run = 0; run < 400; run++) {
      Attestation attestation =
          Documents.signedPayload(
              payload -> {
                int changes = 1 + random.nextInt(3);
                for (int i = 0; i < changes; i++) {
                  payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
                }
                return payload;
              });
      Admission admission =
          verifier.verify(attestation, Documents.softwarePolicy(), Documents.NOW.toEpochMilli());
      if (admission instanceof Admission.Admitted(var kind, var key, var measurement, _, _, _)) {
        // Only fields that may differ (nonce, module id, time, another key) can have changed.
        assertThat(measurement).isEqualTo(Documents.MEASUREMENT);
        assertThat(Ed25519Point.hasPrimeOrder(key)).isTrue();
        assertThat(kind).isEqualTo(Documents.softwarePolicy().kind());
        admitted++;
      }
    }
    assertThat(admitted).isLessThan(100);
  }

  @Test
  void admitsIndefiniteMapsAsGenuineEnclavesWriteThem() {
    Attestation attestation =
        Documents.signedPayload(
            payload -> {
              byte[] indefinite = Arrays.copyOf(payload, payload.length + 1);
              indefinite[0] = (byte) 0xbf;
              indefinite[payload.length] = (byte) 0xff;
              return indefinite;
            });

    assertThat(
            verifier.verify(attestation, Documents.softwarePolicy(), Documents.NOW.toEpochMilli()))
        .isInstanceOf(Admission.Admitted.class);
  }

  private void assertRefused(Attestation attestation) {
    assertThat(verifier.verify(attestation, Documents.nitroPolicy(), Documents.GENUINE_TIME_MS))
        .isInstanceOf(Admission.Refused.class);
  }
}

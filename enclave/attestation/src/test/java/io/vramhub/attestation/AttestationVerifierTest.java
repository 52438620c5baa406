package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttestationVerifierTest {
  private static final long NOW_MS = Documents.NOW.toEpochMilli();

  private final AttestationVerifier verifier = new AttestationVerifier();

  @Test
  void admitsGenuineDocumentAtItsOwnTime() {
    Admission admission =
        verifier.verify(Documents.GENUINE, Documents.nitroPolicy(), Documents.GENUINE_TIME_MS);

    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> {
              assertThat(admitted.kind()).isEqualTo(EnclaveKind.NITRO);
              assertThat(admitted.publicKey().hex()).startsWith("e8e62201").hasSize(64);
              assertThat(admitted.measurement().pcr0().hex()).startsWith("cbe1afb6");
              assertThat(admitted.timestampMs()).isEqualTo(Documents.GENUINE_TIME_MS);
              assertThat(admitted.nonce()).isEmpty();
            });
  }

  @Test
  void refusesGenuineDocumentOfDebugEnclaveEvenIfPolicyListsZeros() {
    Bytes zero = new Bytes(new byte[48]);
    AttestationPolicy policy =
        new AttestationPolicy(
            EnclaveKind.NITRO, NitroRoot.certificate(), List.of(new Measurement(zero, zero, zero)));

    assertRefused(
        verifier.verify(Documents.GENUINE_DEBUG, policy, Documents.GENUINE_DEBUG_TIME_MS),
        AbortCode.ATTESTATION_DEBUG);
  }

  @Test
  void holdsThePublishedRootOfAws() {
    assertThat(Digest.sha256(NitroRoot.certificate().array()).hex())
        .isEqualToIgnoringCase("641A0321A3E244EFE456463195D606317ED7CDCC3C1756E09893F3C68F79BB5B");
  }

  @Test
  void admitsSoftwareEnclaveUnderItsOwnRootAsSoftware() {
    Optional<Bytes> nonce = Optional.of(Documents.filled(32, 9));
    Attestation attestation =
        new SoftwareAttestor(Documents.ROOT, Documents.MEASUREMENT)
            .attest(Documents.KEY, nonce, Documents.NOW);

    assertThat(verifier.verify(attestation, Documents.softwarePolicy(), NOW_MS + 2_000))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> {
              assertThat(admitted.kind()).isEqualTo(EnclaveKind.SOFTWARE);
              assertThat(admitted.publicKey()).isEqualTo(Documents.KEY);
              assertThat(admitted.measurement()).isEqualTo(Documents.MEASUREMENT);
              assertThat(admitted.nonce()).isEqualTo(nonce);
            });
    assertThat(AttestationDocument.parse(attestation).moduleId()).contains("SOFTWARE");
  }

  @Test
  void refusesSoftwareDocumentOnNitroNetwork() {
    AttestationPolicy policy =
        new AttestationPolicy(
            EnclaveKind.NITRO, NitroRoot.certificate(), List.of(Documents.MEASUREMENT));

    assertRefused(verify(Documents.good(), policy), AbortCode.ATTESTATION_UNTRUSTED);
  }

  @Test
  void refusesPolicyThatCallsAnotherRootNitro() {
    AttestationPolicy policy =
        new AttestationPolicy(
            EnclaveKind.NITRO, Documents.ROOT.certificate(), List.of(Documents.MEASUREMENT));

    assertRefused(verify(Documents.good(), policy), AbortCode.ATTESTATION_UNTRUSTED);
  }

  @Test
  void refusesSelfMadeRootOfTheSameName() {
    SoftwareRoot other = SoftwareRoot.generate(Documents.NOW, Documents.RANDOM);
    SoftwareAttestor attestor = new SoftwareAttestor(other, Documents.MEASUREMENT);
    Attestation own = attestor.attest(Documents.KEY, Optional.empty(), Documents.NOW);
    AttestationDocument document = AttestationDocument.parse(own);
    KeyPair leaf = SoftwareRoot.newKeyPair(Documents.RANDOM);
    AttestationDocument disguised =
        Documents.goodWithCertificates(
            other.issue(leaf.getPublic(), "SOFTWARE", Documents.NOW),
            List.of(Documents.ROOT.certificate()));

    assertThat(document.chain()).isNotEqualTo(List.of(Documents.ROOT.certificate()));
    assertRefused(
        verifier.verify(own, Documents.softwarePolicy(), NOW_MS), AbortCode.ATTESTATION_UNTRUSTED);
    assertRefused(
        verifier.verify(
            SoftwareAttestor.sign(disguised.write(), leaf, Documents.RANDOM),
            Documents.softwarePolicy(),
            NOW_MS),
        AbortCode.ATTESTATION_UNTRUSTED);
  }

  @Test
  void refusesRootAsLeafAndUnreadableCertificates() {
    Bytes root = Documents.ROOT.certificate();
    Bytes leaf = Documents.good().certificate();
    byte[] trailing = Arrays.copyOf(leaf.array(), leaf.length() + 1);
    Bytes pem = new Bytes(Pem.encode(leaf, "CERTIFICATE").getBytes(StandardCharsets.US_ASCII));

    for (Bytes bad : List.of(root, new Bytes(trailing), pem, Documents.filled(200, 0x30))) {
      assertRefused(
          verify(Documents.goodWithCertificates(bad, List.of(root)), Documents.softwarePolicy()),
          AbortCode.ATTESTATION_UNTRUSTED);
    }
    assertRefused(
        verify(
            Documents.goodWithCertificates(leaf, List.of(root, leaf)), Documents.softwarePolicy()),
        AbortCode.ATTESTATION_UNTRUSTED);
  }

  @Test
  void refusesSignatureOfAnotherKey() {
    Attestation attestation =
        SoftwareAttestor.sign(
            Documents.good().write(), SoftwareRoot.newKeyPair(Documents.RANDOM), Documents.RANDOM);

    assertRefused(
        verifier.verify(attestation, Documents.softwarePolicy(), NOW_MS),
        AbortCode.ATTESTATION_UNTRUSTED);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {AttestationVerifier.MAXIMUM_AGE_MS, 0, -AttestationVerifier.MAXIMUM_LEAD_MS})
  void admitsDocumentsWithinTheAgeBounds(long ageMs) {
    assertThat(
            verifier.verify(
                Documents.signed(Documents.good()), Documents.softwarePolicy(), NOW_MS + ageMs))
        .isInstanceOf(Admission.Admitted.class);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        AttestationVerifier.MAXIMUM_AGE_MS + 1,
        -AttestationVerifier.MAXIMUM_LEAD_MS - 1,
        86_400_000L,
        -86_400_000L,
        11L * 365 * 86_400_000,
      })
  void refusesDocumentsAndChainsOutOfTime(long ageMs) {
    assertRefused(
        verifier.verify(
            Documents.signed(Documents.good()), Documents.softwarePolicy(), NOW_MS + ageMs),
        AbortCode.ATTESTATION_EXPIRED);
  }

  @Test
  void refusesGenuineDocumentAfterItsLeafExpired() {
    assertRefused(
        verifier.verify(
            Documents.GENUINE,
            Documents.nitroPolicy(),
            Documents.GENUINE_TIME_MS + Duration.ofHours(4).toMillis()),
        AbortCode.ATTESTATION_EXPIRED);
  }

  @Test
  void refusesAnotherBuild() {
    for (int index = 0; index < 3; index++) {
      TreeMap<Integer, Bytes> pcrs = new TreeMap<>(Documents.good().pcrs());
      pcrs.put(index, Documents.filled(48, 0xff));
      assertRefused(
          verify(Documents.goodWithPcrs(pcrs), Documents.softwarePolicy()),
          AbortCode.ATTESTATION_MEASUREMENT);
      pcrs.remove(index);
      assertRefused(
          verify(Documents.goodWithPcrs(pcrs), Documents.softwarePolicy()),
          AbortCode.ATTESTATION_MEASUREMENT);
      pcrs.put(index, new Bytes(new byte[48]));
      assertRefused(
          verify(Documents.goodWithPcrs(pcrs), Documents.softwarePolicy()),
          AbortCode.ATTESTATION_DEBUG);
    }
  }

  @Test
  void refusesDocumentWithoutKey() {
    assertRefused(
        verify(Documents.goodWithKey(Optional.empty()), Documents.softwarePolicy()),
        AbortCode.ATTESTATION_KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00",
        // The eight points of small order, and spellings of them beyond the field's prime.
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        // y = 2 is on no point of the curve.
        "0200000000000000000000000000000000000000000000000000000000000000",
      })
  void refusesKeysNoSignerMakes(String hex) {
    assertRefused(
        verify(Documents.goodWithKey(Optional.of(Bytes.ofHex(hex))), Documents.softwarePolicy()),
        AbortCode.ATTESTATION_KEY);
  }

  @Test
  void countsReencodingsOfOneStatementAsOne() throws MalformedDocumentException {
    Attestation first = Documents.signed(Documents.good());
    CoseSign1 envelope = AttestationDocument.open(first);
    // (r, n - s) is the other valid signature of any ECDSA signature (r, s).
    BigInteger order =
        new BigInteger(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            16);
    byte[] signature = envelope.signature().array();
    byte[] s =
        order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 48, 96))).toByteArray();
    byte[] flipped = Arrays.copyOf(signature, 48 + 48);
    Arrays.fill(flipped, 48, 96, (byte) 0);
    int length = Math.min(48, s.length);
    System.arraycopy(s, s.length - length, flipped, 96 - length, length);
    Attestation second =
        new Attestation(
            new CoseSign1(envelope.protectedHeader(), envelope.payload(), new Bytes(flipped))
                .write());

    assertThat(second).isNotEqualTo(first);
    assertThat(documentDigest(second)).isEqualTo(documentDigest(first));
  }

  private Digest documentDigest(Attestation attestation) {
    Admission admission = verifier.verify(attestation, Documents.softwarePolicy(), NOW_MS);
    assertThat(admission).isInstanceOf(Admission.Admitted.class);
    return ((Admission.Admitted) admission).documentDigest();
  }

  private Admission verify(AttestationDocument document, AttestationPolicy policy) {
    return verifier.verify(Documents.signed(document), policy, NOW_MS);
  }

  static void assertRefused(Admission admission, AbortCode code) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.code()).as(refused.sentence()).isEqualTo(code);
              assertThat(refused.sentence()).endsWith(".");
            });
  }
}

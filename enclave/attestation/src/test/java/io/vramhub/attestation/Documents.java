package io.vramhub.attestation;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.EnclaveKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Genuine and home-made documents for the tests of this package. */
final class Documents {
  /** Public test data of the Nautilus examples (Apache-2.0). */
  static final Attestation GENUINE = load("document-1.hex");

  static final long GENUINE_TIME_MS = 1_744_683_923_696L;

  /** Public test data of Sui's framework (Apache-2.0): a debug enclave, all PCRs zero. */
  static final Attestation GENUINE_DEBUG = load("document-2-debug.hex");

  static final long GENUINE_DEBUG_TIME_MS = 1_731_627_989_450L;

  static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);
  static final SecureRandom RANDOM = new SecureRandom();
  static final SoftwareRoot ROOT = SoftwareRoot.generate(NOW, RANDOM);
  static final Measurement MEASUREMENT =
      new Measurement(filled(48, 0xa0), filled(48, 0xa1), filled(48, 0xa2));

  /** The public key of the first test of RFC 8032 section 7.1. */
  static final Bytes KEY =
      Bytes.ofHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

  private static final KeyPair LEAF = SoftwareRoot.newKeyPair(RANDOM);
  private static final Bytes LEAF_CERTIFICATE = ROOT.issue(LEAF.getPublic(), "SOFTWARE", NOW);

  private Documents() {}

  static AttestationPolicy nitroPolicy() {
    AttestationDocument document = AttestationDocument.parse(GENUINE);
    return new AttestationPolicy(
        EnclaveKind.NITRO,
        NitroRoot.certificate(),
        List.of(
            new Measurement(
                document.pcrs().get(0), document.pcrs().get(1), document.pcrs().get(2))));
  }

  static AttestationPolicy softwarePolicy() {
    return new AttestationPolicy(EnclaveKind.SOFTWARE, ROOT.certificate(), List.of(MEASUREMENT));
  }

  /** A document that {@link #softwarePolicy()} admits at {@link #NOW}. */
  static AttestationDocument good() {
    TreeMap<Integer, Bytes> pcrs = new TreeMap<>();
    pcrs.put(0, MEASUREMENT.pcr0());
    pcrs.put(1, MEASUREMENT.pcr1());
    pcrs.put(2, MEASUREMENT.pcr2());
    return new AttestationDocument(
        "SOFTWARE",
        NOW.toEpochMilli(),
        pcrs,
        LEAF_CERTIFICATE,
        List.of(ROOT.certificate()),
        Optional.of(KEY),
        Optional.empty(),
        Optional.of(filled(16, 7)));
  }

  static AttestationDocument goodWithKey(Optional<Bytes> key) {
    AttestationDocument good = good();
    return new AttestationDocument(
        good.moduleId(),
        good.timestampMs(),
        good.pcrs(),
        good.certificate(),
        good.chain(),
        key,
        good.userData(),
        good.nonce());
  }

  static AttestationDocument goodWithPcrs(TreeMap<Integer, Bytes> pcrs) {
    AttestationDocument good = good();
    return new AttestationDocument(
        good.moduleId(),
        good.timestampMs(),
        pcrs,
        good.certificate(),
        good.chain(),
        good.publicKey(),
        good.userData(),
        good.nonce());
  }

  static AttestationDocument goodWithCertificates(Bytes leaf, List<Bytes> chain) {
    AttestationDocument good = good();
    return new AttestationDocument(
        good.moduleId(),
        good.timestampMs(),
        good.pcrs(),
        leaf,
        chain,
        good.publicKey(),
        good.userData(),
        good.nonce());
  }

  static Attestation signed(AttestationDocument document) {
    return SoftwareAttestor.sign(document.write(), LEAF, RANDOM);
  }

  /** The payload of a good document, changed, and then properly signed. */
  static Attestation signedPayload(UnaryOperator<byte[]> change) {
    return SoftwareAttestor.sign(new Bytes(change.apply(good().write().array())), LEAF, RANDOM);
  }

  static Bytes filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return new Bytes(bytes);
  }

  private static Attestation load(String name) {
    try (InputStream stream = Documents.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the test resource " + name + " is missing");
      }
      return new Attestation(
          Bytes.ofHex(new String(stream.readAllBytes(), StandardCharsets.US_ASCII).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

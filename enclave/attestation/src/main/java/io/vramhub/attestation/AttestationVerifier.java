package io.vramhub.attestation;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import java.util.Optional;

/**
 * Decides whether an enclave may sign scores (attacks 16): a total, pure function of the document,
 * the network's policy and chain time. Stateless; any number of threads.
 *
 * <p>The checks run in a fixed order, so one document has one code: structure, root and chain,
 * signature, age, debug mode, measurement, key. That a document was shown before is for the caller
 * to know, by {@link Admission.Admitted#documentDigest()}.
 */
public final class AttestationVerifier {
  /** The oldest document that is admitted, by chain time. */
  public static final long MAXIMUM_AGE_MS = 5 * 60 * 1000;

  /** How far the clock of the attesting machine may run ahead of chain time. */
  public static final long MAXIMUM_LEAD_MS = 60 * 1000;

  private static final Bytes ZERO_PCR = new Bytes(new byte[48]);

  /**
   * Checks a document.
   *
   * @param chainTimeMs chain time in milliseconds, at which certificates and document must be valid
   */
  public Admission verify(Attestation attestation, AttestationPolicy policy, long chainTimeMs) {
    CoseSign1 envelope;
    AttestationDocument document;
    try {
      envelope = AttestationDocument.open(attestation);
      document = AttestationDocument.read(envelope.payload());
    } catch (MalformedDocumentException e) {
      return refused(
          AbortCode.ATTESTATION_MALFORMED,
          "The attestation document cannot be read: " + e.getMessage() + ".");
    }
    if (policy.kind() == EnclaveKind.NITRO
        && !policy.rootCertificate().equals(NitroRoot.certificate())) {
      return refused(
          AbortCode.ATTESTATION_UNTRUSTED,
          "The policy says NITRO, but its root is not the one AWS publishes.");
    }
    return switch (CertificateChain.validate(document, policy.rootCertificate(), chainTimeMs)) {
      case CertificateChain.Outcome.Untrusted(String sentence) ->
          refused(
              AbortCode.ATTESTATION_UNTRUSTED,
              "The attestation document is not trusted: " + sentence + ".");
      case CertificateChain.Outcome.OutOfTime(String sentence) ->
          refused(
              AbortCode.ATTESTATION_EXPIRED,
              "The attestation document is out of time: " + sentence + ".");
      case CertificateChain.Outcome.Trusted(var leafKey) ->
          CertificateChain.verifies(leafKey, envelope.signedBytes(), envelope.signature())
              ? admit(envelope, document, policy, chainTimeMs)
              : refused(
                  AbortCode.ATTESTATION_UNTRUSTED,
                  "The signature of the attestation document is not its certificate's.");
    };
  }

  private static Admission admit(
      CoseSign1 envelope,
      AttestationDocument document,
      AttestationPolicy policy,
      long chainTimeMs) {
    long ageMs = chainTimeMs - document.timestampMs();
    if (ageMs > MAXIMUM_AGE_MS || ageMs < -MAXIMUM_LEAD_MS) {
      return refused(
          AbortCode.ATTESTATION_EXPIRED,
          "The attestation document is "
              + Math.abs(ageMs)
              + " ms "
              + (ageMs > 0
                  ? "old; at most " + MAXIMUM_AGE_MS
                  : "ahead of chain time; at most " + MAXIMUM_LEAD_MS)
              + " ms are admitted. Ask the enclave for a new one.");
    }
    Optional<Bytes> pcr0 = pcr(document, 0);
    Optional<Bytes> pcr1 = pcr(document, 1);
    Optional<Bytes> pcr2 = pcr(document, 2);
    if (pcr0.isEmpty() || pcr1.isEmpty() || pcr2.isEmpty()) {
      return refused(
          AbortCode.ATTESTATION_MEASUREMENT,
          "The attestation document lacks one of PCR0, PCR1 and PCR2.");
    }
    Measurement measurement = new Measurement(pcr0.get(), pcr1.get(), pcr2.get());
    // A debug enclave reports zeros. No policy can admit it, not even one that lists zeros.
    if (pcr0.get().equals(ZERO_PCR) || pcr1.get().equals(ZERO_PCR) || pcr2.get().equals(ZERO_PCR)) {
      return refused(
          AbortCode.ATTESTATION_DEBUG,
          "The enclave runs in debug mode: its measurements are all zero, so its host can read and"
              + " change it.");
    }
    if (!policy.measurements().contains(measurement)) {
      return refused(
          AbortCode.ATTESTATION_MEASUREMENT,
          "The enclave runs a build this network has not admitted: PCR0 "
              + pcr0.get().hex()
              + ", PCR1 "
              + pcr1.get().hex()
              + ", PCR2 "
              + pcr2.get().hex()
              + ".");
    }
    Optional<Bytes> key = document.publicKey().filter(Ed25519Point::hasPrimeOrder);
    if (key.isEmpty()) {
      return refused(
          AbortCode.ATTESTATION_KEY,
          "The attestation document names no usable Ed25519 key of 32 bytes.");
    }
    return new Admission.Admitted(
        policy.kind(),
        key.get(),
        measurement,
        document.nonce(),
        document.timestampMs(),
        Digest.sha256(envelope.signedBytes().array()));
  }

  private static Optional<Bytes> pcr(AttestationDocument document, int index) {
    return Optional.ofNullable(document.pcrs().get(index));
  }

  private static Admission refused(AbortCode code, String sentence) {
    return new Admission.Refused(code, sentence);
  }
}

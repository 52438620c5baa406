package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.io.ByteArrayInputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * PKIX validation (RFC 5280) of a document's leaf certificate up to the root a policy names, by the
 * JDK, at a given time. On top of PKIX every certificate must be exact DER, hold a P-384 key and be
 * signed with ECDSA and SHA-384; leaves live for hours, so revocation lists are not consulted.
 */
final class CertificateChain {
  private static final String ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final ECParameterSpec P384 = p384();

  private CertificateChain() {}

  /** What came of a validation. */
  sealed interface Outcome {
    /** The key of the leaf may be believed. */
    record Trusted(PublicKey leafKey) implements Outcome {}

    /** A certificate is outside its validity at the given time. */
    record OutOfTime(String sentence) implements Outcome {}

    /** Anything else: another root, a broken signature, a leaf that signs certificates. */
    record Untrusted(String sentence) implements Outcome {}
  }

  static Outcome validate(AttestationDocument document, Bytes rootCertificate, long timeMs) {
    if (!document.chain().getFirst().equals(rootCertificate)) {
      return new Outcome.Untrusted("its chain starts at another root than the policy names");
    }
    try {
      return validate(
          certificates(document.chain()), certificate(document.certificate()), new Date(timeMs));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      return new Outcome.OutOfTime("the root certificate is not valid at that time");
    } catch (CertPathValidatorException e) {
      return e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID
          ? new Outcome.OutOfTime("a certificate of its chain is not valid at that time")
          : new Outcome.Untrusted("its chain does not validate: " + e.getMessage());
    } catch (GeneralSecurityException e) {
      return new Outcome.Untrusted("its chain cannot be read: " + e.getMessage());
    }
  }

  private static Outcome validate(List<X509Certificate> chain, X509Certificate leaf, Date time)
      throws GeneralSecurityException {
    X509Certificate root = chain.getFirst();
    // The JDK takes an anchor as given and looks at neither its validity nor its signature.
    root.checkValidity(time);
    root.verify(root.getPublicKey());
    List<X509Certificate> path = new ArrayList<>();
    path.add(leaf);
    path.addAll(chain.subList(1, chain.size()).reversed());
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(time);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    boolean[] usage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() >= 0 || usage == null || !usage[DIGITAL_SIGNATURE]) {
      return new Outcome.Untrusted("its leaf certificate is not one that signs documents");
    }
    return new Outcome.Trusted(leaf.getPublicKey());
  }

  /** Whether the signature, r and s of 48 bytes each, is the key's over the bytes. */
  static boolean verifies(PublicKey key, Bytes message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(message.buffer());
      return verifier.verify(signature.array());
    } catch (GeneralSecurityException e) {
      // A provider may signal an impossible r or s instead of answering false.
      return false;
    }
  }

  private static List<X509Certificate> certificates(List<Bytes> encoded)
      throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Bytes der : encoded) {
      certificates.add(certificate(der));
    }
    return certificates;
  }

  static X509Certificate certificate(Bytes der) throws GeneralSecurityException {
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der.array()));
    // The factory also reads PEM and ignores what follows; a signed document may hold neither.
    if (!Arrays.equals(certificate.getEncoded(), der.array())) {
      throw new CertificateException("a certificate is not exactly one DER structure");
    }
    if (!certificate.getSigAlgOID().equals(ECDSA_WITH_SHA384)) {
      throw new CertificateException("a certificate is not signed with ECDSA and SHA-384");
    }
    if (!(certificate.getPublicKey() instanceof ECPublicKey key) || !isP384(key.getParams())) {
      throw new CertificateException("a certificate holds no P-384 key");
    }
    return certificate;
  }

  private static boolean isP384(ECParameterSpec curve) {
    return curve.getCurve().equals(P384.getCurve())
        && curve.getGenerator().equals(P384.getGenerator())
        && curve.getOrder().equals(P384.getOrder())
        && curve.getCofactor() == P384.getCofactor();
  }

  private static ECParameterSpec p384() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp384r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this Java platform lacks the curve P-384", e);
    }
  }
}

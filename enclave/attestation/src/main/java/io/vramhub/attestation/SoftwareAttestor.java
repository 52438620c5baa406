package io.vramhub.attestation;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes attestation documents without hardware: the same COSE and CBOR as Nitro, under a {@link
 * SoftwareRoot}. It vouches for nothing but the holder of that root, and says so in its module id.
 */
public final class SoftwareAttestor {
  /** Stands in every document this class makes. */
  public static final String MODULE_ID = "SOFTWARE-enclave-without-hardware";

  private final SoftwareRoot root;
  private final Measurement measurement;

  /** An attestor for one build. */
  public SoftwareAttestor(SoftwareRoot root, Measurement measurement) {
    this.root = root;
    this.measurement = measurement;
  }

  /** A document for the key that answers the nonce, under a leaf certificate of its own. */
  public Attestation attest(Bytes publicKey, Optional<Bytes> nonce, Instant now) {
    KeyPair leaf = SoftwareRoot.newKeyPair(root.random());
    TreeMap<Integer, Bytes> pcrs = new TreeMap<>();
    pcrs.put(0, measurement.pcr0());
    pcrs.put(1, measurement.pcr1());
    pcrs.put(2, measurement.pcr2());
    AttestationDocument document =
        new AttestationDocument(
            MODULE_ID,
            now.toEpochMilli(),
            pcrs,
            root.issue(leaf.getPublic(), MODULE_ID, now),
            List.of(root.certificate()),
            Optional.of(publicKey),
            Optional.empty(),
            nonce);
    return sign(document.write(), leaf, root.random());
  }

  /** Signs a payload, whatever it says. */
  static Attestation sign(Bytes payload, KeyPair leaf, SecureRandom random) {
    Bytes header = CoseSign1.es384Header();
    try {
      Signature signer = Signature.getInstance("SHA384withECDSAinP1363Format");
      signer.initSign(leaf.getPrivate(), random);
      signer.update(CoseSign1.signedBytes(header, payload).buffer());
      return new Attestation(new CoseSign1(header, payload, new Bytes(signer.sign())).write());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this Java platform lacks ECDSA over P-384", e);
    }
  }
}

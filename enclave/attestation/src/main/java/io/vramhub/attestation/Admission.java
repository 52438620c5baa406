package io.vramhub.attestation;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.AttestationPolicy.Measurement;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import java.util.Optional;

/** What a policy says of an attestation document. */
public sealed interface Admission {
  /**
   * The enclave may sign under this key.
   *
   * @param publicKey raw Ed25519 key, 32 bytes, a point of the prime-order subgroup
   * @param nonce the challenge the document answers
   * @param timestampMs when the document was made
   * @param documentDigest SHA-256 over the bytes under the document's signature. Equal for every
   *     re-encoding of one statement, an ECDSA signature with the other s included, so a ledger
   *     that remembers it cannot be shown the same statement twice
   */
  record Admitted(
      EnclaveKind kind,
      Bytes publicKey,
      Measurement measurement,
      Optional<Bytes> nonce,
      long timestampMs,
      Digest documentDigest)
      implements Admission {}

  /**
   * The document is not good enough.
   *
   * @param code one of the {@code ATTESTATION_*} codes
   * @param sentence what is wrong with it, for people
   */
  record Refused(AbortCode code, String sentence) implements Admission {}
}

/**
 * Attestation documents and the policy that admits them (protocol section 6, attacks 16).
 *
 * <p>A document is COSE_Sign1 (RFC 9052) over a CBOR map, as AWS Nitro hands it out: PCRs, a leaf
 * certificate, its chain and the enclave's public key. Reading is strict and total: any bytes give
 * either an {@link io.vramhub.attestation.Admission.Admitted} or a {@link
 * io.vramhub.attestation.Admission.Refused} with a code of its own. The ledger decides by this
 * package who may sign scores, so nothing here reads a clock or draws randomness except {@link
 * io.vramhub.attestation.SoftwareAttestor}, which makes documents.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.attestation;

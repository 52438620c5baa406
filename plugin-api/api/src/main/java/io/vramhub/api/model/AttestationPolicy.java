package io.vramhub.api.model;

import java.util.List;

/**
 * Which enclaves a network admits: documents of this kind, chained to this root, with one of these
 * measurements.
 *
 * @param rootCertificate DER of the root certificate
 * @param measurements admitted builds; each is PCR0, PCR1 and PCR2, 48 bytes each, none all zero
 */
public record AttestationPolicy(
    EnclaveKind kind, Bytes rootCertificate, List<Measurement> measurements) {
  /** One admitted build. */
  public record Measurement(Bytes pcr0, Bytes pcr1, Bytes pcr2) {}

  public AttestationPolicy {
    measurements = List.copyOf(measurements);
  }
}

package io.vramhub.enclave;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.attestation.SoftwareAttestor;
import io.vramhub.attestation.SoftwareRoot;
import java.time.InstantSource;
import java.util.Optional;

/** What vouches for the enclave's key. Called by several threads. */
@FunctionalInterface
public interface Attestor {
  /** A fresh document that binds the key and the nonce to the running build. */
  Attestation attest(Bytes publicKey, Optional<Bytes> nonce);

  /** Vouches in software for the code of this very process, under a development root. */
  static Attestor software(SoftwareRoot root, InstantSource clock) {
    SoftwareAttestor attestor = new SoftwareAttestor(root, SoftwareMeasurement.current());
    return (publicKey, nonce) -> attestor.attest(publicKey, nonce, clock.instant());
  }
}

package io.vramhub.evaluator.enclave;

import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.enclave.Attestor;
import io.vramhub.enclave.EnclaveSettings;
import io.vramhub.enclave.SoftwareMeasurement;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** True enclaves on a free port, attested under a root of these tests' own. */
final class TestEnclaves {
  static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SoftwareRoot ROOT = SoftwareRoot.generate(NOW, RANDOM);
  private static final Attestor ATTESTOR = Attestor.software(ROOT, InstantSource.fixed(NOW));

  /** What admits them. */
  static final AttestationPolicy POLICY =
      new AttestationPolicy(
          EnclaveKind.SOFTWARE, ROOT.certificate(), List.of(SoftwareMeasurement.current()));

  private TestEnclaves() {}

  static EnclaveSettings settings() {
    return EnclaveSettings.local(1, ATTESTOR, InstantSource.fixed(NOW), RANDOM);
  }
}

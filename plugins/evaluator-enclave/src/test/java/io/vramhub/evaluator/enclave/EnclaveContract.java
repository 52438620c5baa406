package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.attestation.Admission;
import io.vramhub.attestation.AttestationDocument;
import io.vramhub.attestation.AttestationVerifier;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.tck.LossEvaluatorContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** An evaluator in front of a true enclave. */
abstract class EnclaveContract implements LossEvaluatorContract {
  private final List<EnclaveServer> enclaves = new ArrayList<>();

  @Override
  public Config settings(Path directory) {
    EnclaveServer enclave = EnclaveServer.start(TestEnclaves.settings());
    enclaves.add(enclave);
    return ConfigFactory.parseMap(Map.of("endpoint", enclave.endpoint().toString()));
  }

  @AfterEach
  void stop() {
    enclaves.forEach(EnclaveServer::close);
  }

  @Override
  public boolean isOfTheTest(Thread thread) {
    return thread.getName().startsWith("enclave-");
  }

  @Override
  public Bytes attestedKey(Attestation attestation, Bytes nonce) {
    assertThat(AttestationDocument.parse(attestation).nonce()).contains(nonce);
    Admission admission =
        new AttestationVerifier()
            .verify(attestation, TestEnclaves.POLICY, TestEnclaves.NOW.toEpochMilli());
    assertThat(admission).isInstanceOf(Admission.Admitted.class);
    return ((Admission.Admitted) admission).publicKey();
  }
}

package io.vramhub.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.attestation.SoftwareRoot;
import io.vramhub.enclave.Attestor;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.enclave.EnclaveSettings;
import io.vramhub.enclave.SoftwareMeasurement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Enclaves without hardware: they attest themselves under a development root kept in the data
 * directory, and every document says SOFTWARE. Whoever holds that root can make a document, so
 * trust them on your own network only.
 */
public final class SoftwareEnclaves {
  private static final String ROOT_FILE = "software-root.pem";

  private final SoftwareRoot root;
  private final SecureRandom random;

  private SoftwareEnclaves(SoftwareRoot root, SecureRandom random) {
    this.root = root;
    this.random = random;
  }

  /** Reads the development root of the directory, or makes one. */
  public static SoftwareEnclaves open(Path directory, InstantSource clock, SecureRandom random) {
    Path file = directory.resolve(ROOT_FILE);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot create " + directory + ": " + e.getMessage(), e);
    }
    if (!Files.exists(file)) {
      SoftwareRoot.generate(clock.instant(), random).write(file);
    }
    return new SoftwareEnclaves(SoftwareRoot.read(file, random), random);
  }

  /** Admits exactly the build this process runs, under this root. */
  public AttestationPolicy policy() {
    return new AttestationPolicy(
        EnclaveKind.SOFTWARE, root.certificate(), List.of(SoftwareMeasurement.current()));
  }

  /**
   * Starts an enclave with a key of its own on loopback.
   *
   * @param port 0 takes a free one
   * @param clock the machine's clock: a local ledger judges documents by its own machine's
   */
  public EnclaveServer start(int port, int threads, InstantSource clock) {
    return EnclaveServer.start(
        new EnclaveSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            threads,
            EnclaveSettings.DEFAULT_CHECKPOINT_BYTES,
            EnclaveSettings.DEFAULT_REQUEST_BYTES,
            Attestor.software(root, clock),
            clock,
            random));
  }

  /** Settings of the evaluator plugin that reach an enclave. */
  public static Config settings(EnclaveServer enclave) {
    return ConfigFactory.parseMap(Map.of("endpoint", enclave.endpoint().toString()));
  }
}

package io.vramhub.node.cli;

import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.enclave.EnclaveServer;
import io.vramhub.enclave.SoftwareMeasurement;
import io.vramhub.node.SoftwareEnclaves;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an enclave, and shows what this build measures. */
@Command(
    name = "enclave",
    description = "Run the attested evaluator.",
    mixinStandardHelpOptions = true)
final class EnclaveCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "serve",
      description = {
        "Serve one SOFTWARE enclave on loopback until stopped. It attests itself under the"
            + " development root of the network's",
        "data directory, so it is admitted by that network alone."
      },
      mixinStandardHelpOptions = true)
  int serve(
      @Mixin GlobalOptions global,
      @Option(
              names = "--port",
              paramLabel = "PORT",
              defaultValue = "4500",
              description = "Port on loopback (default: ${DEFAULT-VALUE}).")
          int port,
      @Option(
              names = "--threads",
              paramLabel = "N",
              defaultValue = "1",
              description = "Threads of the evaluator (default: ${DEFAULT-VALUE}).")
          int threads)
      throws InterruptedException {
    global.dataDirectory().requireNetwork();
    Clock clock = CommandClock.system();
    try (EnclaveServer enclave =
        SoftwareEnclaves.open(global.dataDirectory().enclave(), clock, new SecureRandom())
            .start(port, threads, clock)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "SOFTWARE enclave at " + enclave.endpoint() + ", key " + enclave.publicKey().hex());
      out.flush();
      new CountDownLatch(1).await();
    }
    return 0;
  }

  @Command(
      name = "measure",
      description = "Show the measurements of this build.",
      mixinStandardHelpOptions = true)
  int measure() {
    AttestationPolicy.Measurement measurement = SoftwareMeasurement.current();
    PrintWriter out = spec.commandLine().getOut();
    out.println("PCR0 " + measurement.pcr0().hex());
    out.println("PCR1 " + measurement.pcr1().hex());
    out.println("PCR2 " + measurement.pcr2().hex());
    return 0;
  }
}

package io.vramhub.enclave;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.attestation.SoftwareRoot;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Runs an enclave as a process of its own, until it is ended. */
public final class EnclaveMain {
  private static final String LISTEN = "--listen";
  private static final String THREADS = "--threads";
  private static final String SOFTWARE_ROOT = "--software-root";
  private static final String CHECKPOINT_BYTES = "--maximum-checkpoint-bytes";
  private static final String REQUEST_BYTES = "--maximum-request-bytes";
  private static final Set<String> OPTIONS =
      Set.of(LISTEN, THREADS, SOFTWARE_ROOT, CHECKPOINT_BYTES, REQUEST_BYTES);
  private static final String USAGE =
      """
      usage: vramhub-enclave --software-root FILE [--listen HOST:PORT] [--threads N]
             [--maximum-checkpoint-bytes N] [--maximum-request-bytes N]

      This build attests itself in software, under the development root in FILE. It listens on
      127.0.0.1:3000 unless told otherwise; a host outside loopback needs a proxy of its own.
      """;

  private EnclaveMain() {}

  public static void main(String[] arguments) {
    // Read once by the JDK's server: a client that is slow to say what it wants is cut off.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("jdk.httpserver.maxConnections", "64");
    try {
      EnclaveServer server = run(List.of(arguments), InstantSource.system(), System.out);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "enclave-shutdown"));
    } catch (HubException e) {
      System.err.println(e.getMessage());
      System.exit(e.code().exitCode());
    }
  }

  /** Starts what the arguments say and prints where it listens and which key it signs with. */
  static EnclaveServer run(List<String> arguments, InstantSource clock, PrintStream output) {
    Map<String, String> options = options(arguments);
    SecureRandom random = new SecureRandom();
    Path rootFile =
        Path.of(
            Optional.ofNullable(options.get(SOFTWARE_ROOT))
                .orElseThrow(() -> usage(SOFTWARE_ROOT + " is missing")));
    SoftwareRoot root = SoftwareRoot.read(rootFile, random);
    EnclaveServer server =
        EnclaveServer.start(
            new EnclaveSettings(
                address(options.getOrDefault(LISTEN, "127.0.0.1:3000")),
                (int)
                    number(
                        options,
                        THREADS,
                        Runtime.getRuntime().availableProcessors(),
                        Short.MAX_VALUE),
                number(
                    options,
                    CHECKPOINT_BYTES,
                    EnclaveSettings.DEFAULT_CHECKPOINT_BYTES,
                    Long.MAX_VALUE),
                (int)
                    number(
                        options,
                        REQUEST_BYTES,
                        EnclaveSettings.DEFAULT_REQUEST_BYTES,
                        Integer.MAX_VALUE - 8),
                Attestor.software(root, clock),
                clock,
                random));
    output.println(
        "SOFTWARE enclave (no hardware behind it) at "
            + server.endpoint()
            + " signs with "
            + server.publicKey().hex());
    return server;
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!OPTIONS.contains(name)) {
        throw usage("there is no option " + name);
      }
      if (i + 1 == arguments.size()) {
        throw usage(name + " needs a value");
      }
      if (options.put(name, arguments.get(i + 1)) != null) {
        throw usage(name + " is given twice");
      }
    }
    return options;
  }

  private static long number(Map<String, String> options, String name, long other, long maximum) {
    String text = options.get(name);
    if (text == null) {
      return other;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 1 && value <= maximum) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw usage(name + " is not a number: " + text);
    }
    throw usage(name + " lies in 1 to " + maximum + ", not " + text);
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      InetSocketAddress address =
          new InetSocketAddress(
              text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
      if (colon > 0 && !address.isUnresolved()) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw usage(LISTEN + " is not HOST:PORT: " + text);
    }
    throw usage(LISTEN + " is not a known HOST:PORT: " + text);
  }

  private static HubException usage(String problem) {
    return new HubException(ErrorCode.USAGE, "vramhub-enclave: " + problem + "\n\n" + USAGE);
  }
}

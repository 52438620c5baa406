package io.vramhub.enclave;

import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The enclave behind its HTTP door, shaped like Nautilus:
 *
 * <ul>
 *   <li>{@code GET /} answers {@code Pong!}
 *   <li>{@code GET /health_check} answers {@code {"pk": hex, …}}
 *   <li>{@code GET /get_attestation?nonce=hex} answers {@code {"attestation": hex}}
 *   <li>{@code HEAD /checkpoint/{root}} answers 200 if the checkpoint is held, else 404
 *   <li>{@code PUT /checkpoint} takes a safetensors file and answers {@code {"root": hex}}
 *   <li>{@code POST /process_data} takes a BCS evaluation request and answers the BCS of the signed
 *       score report
 * </ul>
 *
 * Whatever else is answered with 4xx or 5xx and {@code {"error": sentence}}. One upload and one
 * evaluation run at a time, others are told to try again; memory is bounded by the limits of the
 * settings. Speaks plain HTTP: it listens on loopback or behind the host's vsock proxy, and what it
 * says is signed.
 */
public final class EnclaveServer implements AutoCloseable {
  /** One evaluation, one upload, and a few short answers beside them. */
  private static final int HTTP_THREADS = 6;

  private static final int BACKLOG = 32;

  private final HttpServer server;
  private final ExecutorService executor;
  private final CheckpointStore checkpoints;
  private final Scorer scorer;
  private final Bytes publicKey;

  private EnclaveServer(
      HttpServer server,
      ExecutorService executor,
      CheckpointStore checkpoints,
      Scorer scorer,
      Bytes publicKey) {
    this.server = server;
    this.executor = executor;
    this.checkpoints = checkpoints;
    this.scorer = scorer;
    this.publicKey = publicKey;
  }

  /**
   * Starts an enclave with a new key.
   *
   * @throws HubException {@code PORT_TAKEN} if it cannot listen where the settings say
   */
  public static EnclaveServer start(EnclaveSettings settings) {
    return start(settings, new StrictScorer(settings.threads()));
  }

  /** Starts an enclave around any scorer, which is closed with it. */
  static EnclaveServer start(EnclaveSettings settings, Scorer scorer) {
    HttpServer server;
    try {
      server = HttpServer.create(settings.listen(), BACKLOG);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.PORT_TAKEN,
          "The enclave cannot listen on "
              + settings.listen()
              + ": "
              + e.getMessage()
              + ". Choose another address or end what holds it.",
          e);
    }
    EnclaveKey key = EnclaveKey.generate(settings.random());
    CheckpointStore checkpoints = new CheckpointStore();
    ExecutorService executor =
        Executors.newFixedThreadPool(
            HTTP_THREADS, Thread.ofPlatform().daemon().name("enclave-http-", 1).factory());
    server.setExecutor(executor);
    server.createContext(
        "/",
        new EnclaveRoutes(
            settings,
            key.publicKey(),
            checkpoints,
            new WindowEvaluation(key, checkpoints, scorer, settings.clock())));
    server.start();
    return new EnclaveServer(server, executor, checkpoints, scorer, key.publicKey());
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Where it listens, for a client's settings. */
  public URI endpoint() {
    InetSocketAddress address = address();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
  }

  /** The raw Ed25519 key it signs with, 32 bytes. */
  public Bytes publicKey() {
    return publicKey;
  }

  /** Stops answering and frees all memory; the key is gone. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    checkpoints.close();
    scorer.close();
  }
}

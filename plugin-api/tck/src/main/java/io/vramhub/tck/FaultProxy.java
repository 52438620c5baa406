package io.vramhub.tck;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands on loopback between an HTTP/1.1 client and its server, and lets things go wrong while it
 * is told to. Outside of that it only passes on. A fault never outlives the exchange it befalls:
 * once a client has its answer, or the cut of its connection, the server is done with the request.
 */
public final class FaultProxy implements Disturbance, AutoCloseable {
  /** Of this many exchanges one goes wrong. */
  private static final int ONE_IN = 6;

  private static final Duration DELAY = Duration.ofMillis(20);

  private final InetSocketAddress server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong faults = new AtomicLong();
  private Optional<SplittableRandom> dice = Optional.empty();
  private List<WireFault> possible = List.copyOf(EnumSet.allOf(WireFault.class));
  private int oneIn = ONE_IN;

  private FaultProxy(InetSocketAddress server, ServerSocket door) {
    this.server = server;
    this.door = door;
  }

  /** Opens a proxy on a free port before the server. */
  public static FaultProxy before(InetSocketAddress server) throws IOException {
    FaultProxy proxy =
        new FaultProxy(server, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** Where it listens, {@code http://127.0.0.1:<port>}. */
  public URI address() {
    return URI.create(
        "http://" + door.getInetAddress().getHostAddress() + ":" + door.getLocalPort());
  }

  /** How many exchanges went wrong so far. */
  public long faults() {
    return faults.get();
  }

  @Override
  public synchronized void begin(long seed) {
    dice = Optional.of(new SplittableRandom(seed));
    possible = List.copyOf(EnumSet.allOf(WireFault.class));
    oneIn = ONE_IN;
  }

  /** From now on this goes wrong in every exchange. */
  public synchronized void begin(WireFault always) {
    dice = Optional.of(new SplittableRandom(0));
    possible = List.of(always);
    oneIn = 1;
  }

  @Override
  public synchronized void end() {
    dice = Optional.empty();
  }

  private synchronized Optional<WireFault> next() {
    return dice.filter(random -> random.nextInt(oneIn) == 0)
        .map(random -> possible.get(random.nextInt(possible.size())));
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new AssertionError("the proxy cannot accept", e);
        }
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Upstream upstream = new Upstream(server)) {
      open.add(upstream.socket);
      Connection connection = new Connection(client, upstream);
      while (connection.exchange(next())) {
        // One exchange after the other, until somebody closes.
      }
    } catch (IOException e) {
      // Either side has cut the connection: closing both passes it on.
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.close();
  }

  /** A client's connection and the one to the server that serves it. */
  private final class Connection {
    private final Upstream upstream;
    private final InputStream fromClient;
    private final OutputStream toClient;

    Connection(Socket client, Upstream upstream) throws IOException {
      this.upstream = upstream;
      client.setTcpNoDelay(true);
      fromClient = new BufferedInputStream(client.getInputStream());
      toClient = client.getOutputStream();
    }

    /** Passes on a request and its reply; false where the connection is over. */
    boolean exchange(Optional<WireFault> fault) throws IOException {
      Optional<HttpMessage> received = request();
      if (received.isEmpty()) {
        return false;
      }
      HttpMessage request = received.get();
      if (fault.isEmpty()) {
        return pass(request);
      }
      faults.incrementAndGet();
      return switch (fault.get()) {
        case DELAY -> {
          pause();
          yield pass(request);
        }
        case CUT_REQUEST -> {
          byte[] bytes = request.bytes();
          upstream.send(Arrays.copyOf(bytes, bytes.length / 2));
          yield false;
        }
        case CUT_REPLY -> {
          byte[] reply = ask(request).bytes();
          send(Arrays.copyOf(reply, reply.length / 2));
          yield false;
        }
        case UNAVAILABLE -> answer(HttpMessage.refusal(503, "Service Unavailable"), request);
        case FAILED_AFTERWARDS -> {
          ask(request);
          yield answer(HttpMessage.refusal(500, "Internal Server Error"), request);
        }
        case WRONG_REQUEST_BYTES -> pass(request.body().length > 0 ? request.corrupted() : request);
        case WRONG_REPLY_BYTES -> {
          HttpMessage reply = ask(request);
          yield send(reply.hasBodyOfStatedLength() && !reply.isText() ? reply.corrupted() : reply);
        }
        case SHORT_REPLY -> {
          HttpMessage reply = ask(request);
          yield send(reply.hasBodyOfStatedLength() ? reply.halved() : reply);
        }
        case REPEATED_REQUEST -> {
          // As a middlebox repeats it: over another connection.
          try (Upstream other = new Upstream(server)) {
            other.ask(request);
          }
          yield pass(request);
        }
        case REPEATED_REPLY -> {
          HttpMessage reply = ask(request);
          send(reply);
          send(reply);
          yield false;
        }
      };
    }

    private Optional<HttpMessage> request() throws IOException {
      Optional<String> read = HttpMessage.readHead(fromClient);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      String head = read.get();
      if (HttpMessage.header(head, "expect").isPresent()) {
        // The client holds its body back until somebody wants it; the proxy does.
        send("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        head = HttpMessage.withoutHeader(head, "expect");
      }
      return Optional.of(HttpMessage.readBody(head, false, fromClient));
    }

    private boolean pass(HttpMessage request) throws IOException {
      return send(ask(request));
    }

    private HttpMessage ask(HttpMessage request) throws IOException {
      return upstream.ask(request);
    }

    private boolean answer(HttpMessage refusal, HttpMessage request) throws IOException {
      return send(
          HttpMessage.method(request.head()).equals("HEAD")
              ? new HttpMessage(refusal.head(), new byte[0])
              : refusal);
    }

    private boolean send(HttpMessage reply) throws IOException {
      send(reply.bytes());
      return !HttpMessage.header(reply.head(), "connection").orElse("").equalsIgnoreCase("close");
    }

    private void send(byte[] bytes) throws IOException {
      toClient.write(bytes);
      toClient.flush();
    }

    private static void pause() throws IOException {
      try {
        Thread.sleep(DELAY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while delaying a reply", e);
      }
    }
  }

  /** A connection to the server. */
  private static final class Upstream implements AutoCloseable {
    private static final int SILENCE_MS = 30_000;

    private final Socket socket;
    private final InputStream fromServer;
    private final OutputStream toServer;

    Upstream(InetSocketAddress server) throws IOException {
      socket = new Socket(server.getAddress(), server.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SILENCE_MS);
      fromServer = new BufferedInputStream(socket.getInputStream());
      toServer = socket.getOutputStream();
    }

    void send(byte[] bytes) throws IOException {
      toServer.write(bytes);
      toServer.flush();
    }

    HttpMessage ask(HttpMessage request) throws IOException {
      send(request.bytes());
      String head =
          HttpMessage.readHead(fromServer)
              .orElseThrow(() -> new IOException("the server closed its connection"));
      int status = HttpMessage.status(head);
      boolean bodiless =
          HttpMessage.method(request.head()).equals("HEAD") || status == 204 || status == 304;
      return HttpMessage.readBody(head, bodiless, fromServer);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

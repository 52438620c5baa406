package io.vramhub.vramscan;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.NodeView;
import io.vramhub.tck.EvaluationRequests;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How fast VRAMScan indexes, answers and tells, on a chain of many windows. It asks the service
 * itself, without the node's HTTP server between.
 *
 * <p>Arguments: windows (10000), miners (64), and a JDBC URL of an empty PostgreSQL database
 * instead of a new H2 file.
 */
final class VramscanBenchmark {
  private static final int BATCH = 1_000;
  private static final int REPEATS = 200;
  private static final int RATE = 500;
  private static final int SECONDS = 20;
  private static final int CLIENTS = 1_000;
  private static final int HERTZ = 20;

  private VramscanBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int windows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int miners = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
    Path directory = Files.createTempDirectory("vramscan-benchmark");
    DatabaseSettings settings =
        arguments.length > 2
            ? new DatabaseSettings(arguments[2], "", DatabaseSettings.Secret.NONE, 4)
            : DatabaseSettings.file(directory.resolve("index").toString(), 4);
    System.out.printf(
        Locale.ROOT,
        "%s, %d processors, Java %s, %d windows, %d miners%n",
        settings.publicUrl().split(":")[1],
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        windows,
        miners);
    ChainRecord last = index(settings, windows, miners);
    System.out.printf(Locale.ROOT, "database: %d MB%n", megabytes(directory));
    StillNode node = new StillNode(last);
    try (TestPluginContext context = TestPluginContext.in(directory).withNode(node)) {
      Vramscan service = (Vramscan) Vramscan.open(new VramscanSettings(settings, false), context);
      answers(service, windows, miners);
      load(service, windows, miners);
      live(service, node, last.sequence());
      service.close().block();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(VramscanBenchmark::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      System.err.println("left behind: " + file);
    }
  }

  private static long megabytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum()
          >> 20;
    }
  }

  private static ChainRecord index(DatabaseSettings settings, int windows, int miners) {
    RandomChain chain = new RandomChain(1).withMiners(miners);
    List<ChainRecord> batch = new ArrayList<>();
    AtomicLong nanos = new AtomicLong();
    AtomicLong busy = new AtomicLong();
    ChainRecord last;
    try (Database database = Database.open(settings, true)) {
      int window = 0;
      do {
        batch.addAll(chain.nextWindowOnly());
        last = batch.getLast();
        window++;
        if (batch.size() >= BATCH || window == windows) {
          write(database, batch, nanos, busy);
        }
      } while (window < windows);
    }
    System.out.printf(
        Locale.ROOT,
        "index: %d events in %.1f s, %.0f events/s; %.0f per second of its thread's CPU time%n",
        last.sequence(),
        nanos.get() / 1e9,
        last.sequence() * 1e9 / nanos.get(),
        last.sequence() * 1e9 / busy.get());
    return last;
  }

  private static void write(
      Database database, List<ChainRecord> batch, AtomicLong nanos, AtomicLong busy) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long busyBefore = threads.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    database.write(
        session -> {
          Projection projection = new Projection(session);
          for (ChainRecord happened : batch) {
            projection.apply(happened);
          }
          return true;
        });
    nanos.addAndGet(System.nanoTime() - start);
    busy.addAndGet(threads.getCurrentThreadCpuTime() - busyBefore);
    batch.clear();
  }

  private static List<String> paths(int windows, int miners) {
    int middle = windows / 2;
    return List.of(
        "/v1/status",
        "/v1/now",
        "/v1/windows",
        "/v1/windows?sort=-anomalies",
        "/v1/windows?outcome=EMPTY",
        "/v1/windows/" + middle,
        "/v1/windows/" + middle + "/record",
        "/v1/miners",
        "/v1/miners/" + miners / 2,
        "/v1/miners/" + miners / 2 + "/windows",
        "/v1/miners/" + miners / 2 + "/windows?sort=-pay",
        "/v1/miners/" + miners / 2 + "/windows?limit=1000",
        "/v1/validators",
        "/v1/validators/1",
        "/v1/validators/1/windows",
        "/v1/agreement",
        "/v1/enclaves",
        "/v1/enclaves/1-1",
        "/v1/checkpoints",
        "/v1/checkpoints/0",
        "/v1/training",
        "/v1/rewards",
        "/v1/rewards/windows",
        "/v1/rewards/claims",
        "/v1/parameters",
        "/v1/events",
        "/v1/events?kind=WindowFinalized",
        "/v1/events?miner=3",
        "/v1/events?topic=score&validator=2",
        "/v1/events/1000",
        "/v1/search?q=miner",
        "/v1/search?q=abcdef",
        "/v1/search?q=42");
  }

  private static void answers(Vramscan service, int windows, int miners) {
    System.out.println("answer, one at a time: milliseconds p50 p99, bytes");
    for (String path : paths(windows, miners)) {
      long[] nanos = new long[REPEATS];
      int bytes = 0;
      for (int warm = 0; warm < REPEATS; warm++) {
        bytes = OpenedScan.ask(service, path).length;
      }
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        long start = System.nanoTime();
        bytes = OpenedScan.ask(service, path).length;
        nanos[repeat] = System.nanoTime() - start;
      }
      System.out.printf(
          Locale.ROOT, "%-42s %8.1f %8.1f %9d%n", path, at(nanos, 0.5), at(nanos, 0.99), bytes);
    }
  }

  /** Requests begin when it is time, whether or not earlier ones are answered. */
  private static void load(Vramscan service, int windows, int miners) throws InterruptedException {
    List<String> paths = paths(windows, miners);
    int requests = RATE * SECONDS;
    long[] nanos = new long[requests];
    CountDownLatch answered = new CountDownLatch(requests);
    long begin = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      long due = begin + i * TimeUnit.SECONDS.toNanos(1) / RATE;
      LockSupport.parkNanos(due - System.nanoTime());
      int request = i;
      service
          .answer(OpenedScan.call(paths.get(i % paths.size())))
          .flatMapMany(reply -> reply.body())
          .doFinally(
              end -> {
                nanos[request] = System.nanoTime() - due;
                answered.countDown();
              })
          .subscribe(ignored -> {}, failure -> System.err.println(failure.getMessage()));
    }
    answered.await();
    System.out.printf(
        Locale.ROOT,
        "all of them mixed, %d/s for %d s: p50 %.1f ms, p99 %.1f ms%n",
        RATE,
        SECONDS,
        at(nanos, 0.5),
        at(nanos, 0.99));
  }

  private static void live(Vramscan service, StillNode node, long height) {
    long[] published = new long[HERTZ * SECONDS];
    ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();
    Consumer<ByteBuffer> received =
        buffer -> {
          String text = StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
          if (!text.startsWith("id: ") || text.contains("event: state")) {
            return;
          }
          long sequence = Long.parseLong(text.substring(4, text.indexOf('\n')));
          latencies.add(System.nanoTime() - published[(int) (sequence - height - 1)]);
        };
    Disposable.Composite clients = Disposables.composite();
    for (int client = 0; client < CLIENTS; client++) {
      clients.add(
          service
              .answer(OpenedScan.call("/v1/stream"))
              .flatMapMany(reply -> reply.body())
              .subscribe(received));
    }
    for (int i = 0; i < published.length; i++) {
      long due = TimeUnit.SECONDS.toNanos(1) / HERTZ;
      LockSupport.parkNanos(due);
      published[i] = System.nanoTime();
      node.happens();
    }
    Mono.delay(Duration.ofSeconds(1)).block();
    clients.dispose();
    long[] nanos = latencies.stream().mapToLong(Long::longValue).toArray();
    System.out.printf(
        Locale.ROOT,
        "live: %d clients at %d Hz, %d of %d events, p50 %.1f ms, p99 %.1f ms from the chain's"
            + " event to the client, indexing included%n",
        CLIENTS,
        HERTZ,
        nanos.length,
        (long) CLIENTS * published.length,
        at(nanos, 0.5),
        at(nanos, 0.99));
  }

  private static double at(long[] nanos, double share) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  /** A node whose chain is indexed already, and to which something happens when told. */
  private static final class StillNode implements NodeView {
    private final ChainRecord indexed;
    private final Sinks.Many<ChainRecord> happened = Sinks.many().unicast().onBackpressureBuffer();
    private volatile ChainRecord last;

    StillNode(ChainRecord indexed) {
      this.indexed = indexed;
      this.last = indexed;
    }

    void happens() {
      last =
          new ChainRecord(
              last.sequence() + 1,
              last.timeMs() + 1,
              new ChainEvent.FaucetPaid(new Address(Digest.ZERO), new Coins(1)));
      happened.emitNext(last, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    @Override
    public Mono<ChainHead> head() {
      return Mono.fromSupplier(
          () -> new ChainHead(EvaluationRequests.NETWORK, last.sequence(), last.timeMs()));
    }

    @Override
    public Flux<ChainRecord> events(long fromSequence) {
      return fromSequence <= indexed.sequence() ? Flux.just(indexed) : happened.asFlux();
    }

    @Override
    public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
      return Flux.empty();
    }

    @Override
    public Mono<BlobInfo> stat(BlobKey key) {
      return Mono.empty();
    }
  }
}

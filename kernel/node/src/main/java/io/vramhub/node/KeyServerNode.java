package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.Slot;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.ServiceSettings;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Key servers as their own process, until stopped: a chain to judge by, and nothing else. */
public final class KeyServerNode {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Home home;
  private final NodeSettings settings;
  private final Clock clock;
  private final NodeConsole console;
  private final Sinks.Empty<Void> stop = Sinks.empty();

  public KeyServerNode(Home home, NodeSettings settings, Clock clock, PrintWriter out) {
    this.home = home;
    this.settings = settings;
    this.clock = clock;
    this.console = new NodeConsole(out);
  }

  /** Serves until the process is asked to stop. */
  public void run() {
    List<ServiceSettings> services = KeyServers.among(settings.services());
    if (services.isEmpty()) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "no service uses "
              + KeyServers.PLUGIN
              + ": add services { key-server { use = "
              + KeyServers.PLUGIN
              + ", listen = \"HOST:PORT\" } }");
    }
    DataDirectory data = new DataDirectory(settings.dataDirectory());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(ended), "node-stop"));
    try (DataDirectory.Lock lock = data.lock()) {
      Logging.toFile(data.root());
      serve(data, services);
    } finally {
      ended.countDown();
    }
  }

  private void serve(DataDirectory data, List<ServiceSettings> services) {
    PluginHost plugins = Plugins.load(home, List.of(), data.run(), clock, NodeEvents.none());
    try {
      ChainAdapter chain =
          Waiting.await(
              plugins.chain(
                  new Slot<>(
                      "chain",
                      ChainAdapter.Provider.class,
                      settings.chain().use(),
                      settings.chain().settings(),
                      data.plugin("chain"))),
              PATIENCE);
      Backoff backoff =
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), Schedulers.parallel(), 0);
      try (Guests guests =
          new Guests(plugins, data, new GuestView(chain, Optional.empty(), backoff))) {
        for (KeyServers.Known server : KeyServers.serve(guests, services)) {
          console.say("key server " + server.id() + " answers at " + server.url());
          console.say("its public key is " + server.publicKey());
        }
        Waiting.forever(stop.asMono());
      }
    } finally {
      Waiting.complete(plugins.close(), PATIENCE);
    }
  }

  private void stopAndWait(CountDownLatch ended) {
    stop.tryEmitEmpty();
    try {
      if (!ended.await(30, TimeUnit.SECONDS)) {
        System.err.println("vramhub: the key server did not stop within 30 seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

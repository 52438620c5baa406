package io.vramhub.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.node.settings.ServiceSettings;
import io.vramhub.node.settings.SettingsFile;
import io.vramhub.node.settings.SlotSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Seal key servers that a node runs itself, and what a sealer must know of them. A devnet runs
 * three; nodes beside it read {@link DataDirectory#sealer()}.
 */
public final class KeyServers {
  /** The plugin that is a key server. */
  static final String PLUGIN = "seal-keyserver";

  /** The sealer that asks key servers. */
  private static final String SEALER = "seal";

  private static final String SERVERS = "servers";
  private static final int OF_A_DEVNET = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private KeyServers() {}

  /** A key server as it tells of itself. */
  record Known(String id, String publicKey, URI url) {
    Map<String, String> settings() {
      return Map.of("id", id, "public-key", publicKey, "url", url.toString());
    }
  }

  /** A sealer of which nothing is known but its plugin. */
  static SlotSettings sealer() {
    return new SlotSettings(SEALER, ConfigFactory.empty());
  }

  /** The services that are key servers. */
  static List<ServiceSettings> among(List<ServiceSettings> services) {
    return services.stream().filter(service -> service.slot().use().equals(PLUGIN)).toList();
  }

  /**
   * The services of a devnet's key servers, unless its sealer is another or knows its key servers
   * already. Each answers where it did at the last start, so that what other nodes were told holds.
   */
  public static Config ofDevnet(SlotSettings sealer, DataDirectory data) {
    if (!sealer.use().equals(SEALER) || sealer.settings().hasPath(SERVERS)) {
      return ConfigFactory.empty();
    }
    List<Integer> ports = portsOfLastStart(data);
    Map<String, Object> services = new LinkedHashMap<>();
    for (int number = 1; number <= OF_A_DEVNET; number++) {
      int port = ports.size() == OF_A_DEVNET ? ports.get(number - 1) : 0;
      services.put("key-server-" + number, Map.of("use", PLUGIN, "listen", "127.0.0.1:" + port));
    }
    return ConfigFactory.parseMap(Map.of("services", services));
  }

  private static List<Integer> portsOfLastStart(DataDirectory data) {
    if (!Files.exists(data.sealer())) {
      return List.of();
    }
    return SettingsFile.parse(data.sealer())
        .getConfigList("sealer." + SEALER + "." + SERVERS)
        .stream()
        .map(server -> URI.create(server.getString("url")).getPort())
        .toList();
  }

  /**
   * The key servers of a devnet that is not running, from the master keys in its directory. They
   * log elsewhere: reading changes nothing there.
   *
   * @param logs present and writable
   */
  static List<ServiceSettings> ofStopped(DataDirectory data, Path logs) {
    return IntStream.rangeClosed(1, OF_A_DEVNET)
        .mapToObj(number -> ofStopped("key-server-" + number, data, logs))
        .toList();
  }

  /** Requires the master keys of a devnet's own key servers, for commands that open payloads. */
  static void requireIn(DataDirectory data) {
    for (int number = 1; number <= OF_A_DEVNET; number++) {
      Path key = masterKey("key-server-" + number, data);
      if (!Files.exists(key)) {
        throw new HubException(
            ErrorCode.KEY_INVALID,
            "the payloads of "
                + data.root()
                + " cannot be opened: "
                + key
                + " is missing. Put back a copy; if the devnet sealed for other key servers,"
                + " or with another plugin, name a configuration that says so with --config");
      }
    }
  }

  private static Path masterKey(String name, DataDirectory data) {
    return data.plugin("service-" + name).resolve("master.key");
  }

  private static ServiceSettings ofStopped(String name, DataDirectory data, Path logs) {
    return new ServiceSettings(
        name,
        new SlotSettings(
            PLUGIN,
            ConfigFactory.parseMap(
                Map.of(
                    "master-key-file",
                    masterKey(name, data).toString(),
                    "audit-log-file",
                    logs.resolve(name + ".log").toString()))),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /**
   * The sealer's settings, completed by the key servers of this node if they name none. More than
   * half of them open: no single one can, and one may be down.
   */
  static SlotSettings complete(SlotSettings sealer, List<Known> servers) {
    if (!sealer.use().equals(SEALER) || servers.isEmpty()) {
      return sealer;
    }
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "threshold",
                servers.size() / 2 + 1,
                SERVERS,
                servers.stream().map(Known::settings).toList()));
    return new SlotSettings(sealer.use(), sealer.settings().withFallback(own));
  }

  /** Asks a key server who it is. */
  static Known ask(URI url) {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("health")).timeout(LIMIT).GET().build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      JsonNode health =
          JsonMapper.shared()
              .readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
      return new Known(
          health.required("service_id").stringValue(),
          health.required("public_key").stringValue(),
          url);
    } catch (IOException | JacksonException e) {
      throw new HubException(
          ErrorCode.PLUGIN_FAILED, "the key server at " + url + " does not say who it is: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(ErrorCode.PLUGIN_FAILED, "interrupted while asking " + url, e);
    }
  }

  /** Opens the key servers and learns who they are. */
  static List<Known> serve(Guests guests, List<ServiceSettings> services) {
    List<Known> servers = new ArrayList<>();
    for (ServiceSettings service : services) {
      servers.add(ask(guests.serve(service)));
    }
    return List.copyOf(servers);
  }

  /** Writes the sealer's section for the configuration of nodes beside this one. */
  static void tell(SlotSettings sealer, DataDirectory data) {
    Config section =
        ConfigFactory.parseMap(
            Map.of(
                "sealer",
                Map.of("use", sealer.use(), sealer.use(), sealer.settings().root().unwrapped())));
    try {
      DurableFiles.write(
          data.sealer(),
          section
              .root()
              .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false))
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "cannot write " + data.sealer() + ": " + e.getMessage(), e);
    }
  }
}

package io.vramhub.node.devnet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import io.vramhub.node.settings.ServiceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

/**
 * VRAMScan as a guest of every devnet, unless its configuration has one of its own: at the address
 * people expect it at, or at a free one if something answers there already.
 */
final class Explorer {
  private static final String PLUGIN = "vramscan";
  private static final String LISTEN = "services.vramscan.listen";
  private static final int PORT = 4322;
  private static final int WAITING = 1;

  private Explorer() {}

  /** The configuration with VRAMScan among the services. */
  static Configuration<DevnetSettings> added(
      Configuration<DevnetSettings> configuration, DevnetConsole console) {
    List<ServiceSettings> services = configuration.read().settings().services();
    if (services.stream().anyMatch(service -> service.slot().use().equals(PLUGIN))) {
      return configuration;
    }
    boolean reserved = services.stream().anyMatch(service -> service.listen().getPort() == PORT);
    if (reserved || configuration.states(LISTEN) || free()) {
      return configuration.withDefaults(settings(reserved ? 0 : PORT));
    }
    console.warn(
        "port "
            + PORT
            + " is taken, perhaps by another devnet; VRAMScan takes a free one instead. Set "
            + LISTEN
            + " to choose it, or --no-ui to do without");
    return configuration.withDefaults(settings(0));
  }

  private static Config settings(int port) {
    return ConfigFactory.parseMap(
        Map.of("services.vramscan.use", PLUGIN, LISTEN, "127.0.0.1:" + port));
  }

  private static boolean free() {
    try (ServerSocket probe = new ServerSocket(PORT, WAITING, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}

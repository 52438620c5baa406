package io.vramhub.node.settings;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A guest of the node, such as an explorer: the plugin that is it, and where it answers.
 *
 * @param name the operator's, under {@code services}
 * @param clients most connections, and most requests, at the same time
 */
public record ServiceSettings(
    String name, SlotSettings slot, InetSocketAddress listen, int clients) {
  private static final String ROOT = "services";
  private static final int DEFAULT_CLIENTS = 1_024;
  private static final int MOST_CLIENTS = 65_536;

  /** A guest for as many clients as one gets unless the operator says otherwise. */
  public ServiceSettings(String name, SlotSettings slot, InetSocketAddress listen) {
    this(name, slot, listen, DEFAULT_CLIENTS);
  }

  /** The name of the slot the service fills. */
  public String slotName() {
    return slotName(name);
  }

  private static String slotName(String name) {
    return "service-" + name;
  }

  static List<ServiceSettings> readAll(SettingsReader reader) {
    List<ServiceSettings> services = new ArrayList<>();
    Map<InetSocketAddress, String> taken = new HashMap<>();
    for (String name :
        reader.names(
            ROOT, "Guests of this node, a section each: name { use, listen, <use> {} }.")) {
      String path = ROOT + "." + name;
      SlotSettings slot = reader.slot(slotName(name), path, name, "Plugin that is this service.");
      InetSocketAddress listen =
          reader.address(
              path + ".listen",
              "127.0.0.1:4322",
              "Address it answers at; port 0 takes a free one.");
      if (listen.getPort() != 0 && taken.containsKey(listen)) {
        reader.problem(
            path, path + ".listen is the address of " + taken.get(listen) + " too; choose another");
      }
      taken.put(listen, path);
      int clients =
          Math.toIntExact(
              reader.integer(
                  path + ".clients",
                  DEFAULT_CLIENTS,
                  1,
                  MOST_CLIENTS,
                  "Most connections, and requests, at the same time; live streams count."));
      services.add(new ServiceSettings(name, slot, listen, clients));
    }
    return services;
  }
}

package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.Home;
import io.vramhub.node.Plugins;
import io.vramhub.node.http.AdminClient;
import io.vramhub.node.http.PluginsReport;
import io.vramhub.packaging.NativeTier;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every plugin, what it provides, and what a running node uses. */
@Command(
    name = "list",
    description = {
      "Every plugin of this product and the services it provides; of a node that runs on the data"
          + " directory,",
      "the slots and what fills them."
    },
    mixinStandardHelpOptions = true)
final class PluginListCommand implements Callable<Integer> {
  @Mixin private GlobalOptions global = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    List<PluginInfo> installed = Plugins.list(Home.locate(), CommandClock.system());
    Optional<PluginsReport> running = AdminClient.report(global.dataDirectory().admin());
    PrintWriter out = spec.commandLine().getOut();
    if (global.json()) {
      out.println(json(installed, running));
    } else {
      out.print(table(installed));
      running.ifPresent(report -> out.print(text(report)));
    }
    return 0;
  }

  private static Table table(List<PluginInfo> installed) {
    Table table = new Table("plugin", "version", "native tier", "provides");
    for (PluginInfo plugin : installed) {
      String providers =
          plugin.providers().stream()
              .map(provider -> provider.kind() + " " + provider.name())
              .collect(Collectors.joining(", "));
      table.row(
          plugin.id(),
          plugin.version(),
          plugin.nativeTier().map(NativeTier::toString).orElse("-"),
          providers);
    }
    return table;
  }

  /** The slots of a running node. */
  static String text(PluginsReport report) {
    Table slots = new Table("slot", "kind", "use", "filled by", "next");
    for (PluginsReport.Slot slot : report.slots()) {
      slots.row(slot.name(), slot.kind(), slot.use(), slot.plugin(), slot.waiting().orElse("-"));
    }
    String held =
        report.uncollected().isEmpty()
            ? ""
            : "\nreplaced, not collected yet: " + String.join(", ", report.uncollected()) + "\n";
    return "\n" + slots + held;
  }

  private static ObjectNode json(List<PluginInfo> installed, Optional<PluginsReport> running) {
    ObjectNode json = Json.object();
    json.put("version", 1);
    ArrayNode plugins = json.putArray("installed");
    for (PluginInfo plugin : installed) {
      ObjectNode entry =
          plugins
              .addObject()
              .put("id", plugin.id())
              .put("version", plugin.version())
              .put("sha256", plugin.digest().hex());
      plugin.nativeTier().ifPresent(tier -> entry.put("nativeTier", tier.toString()));
      ArrayNode provides = entry.putArray("provides");
      plugin
          .providers()
          .forEach(
              provider ->
                  provides.addObject().put("kind", provider.kind()).put("name", provider.name()));
    }
    running.ifPresent(report -> json.set("running", Json.tree(report)));
    return json;
  }
}

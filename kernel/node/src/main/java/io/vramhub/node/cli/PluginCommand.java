package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.Home;
import io.vramhub.node.Plugins;
import io.vramhub.packaging.NativeTier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the plugins of this product. */
@Command(
    name = "plugin",
    description = "Show the plugins of this product.",
    mixinStandardHelpOptions = true)
final class PluginCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "list",
      description = "Every plugin and the services it provides.",
      mixinStandardHelpOptions = true)
  int list() {
    Table table = new Table("plugin", "version", "native tier", "provides");
    for (PluginInfo plugin : Plugins.list(Home.locate(), CommandClock.system())) {
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
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().flush();
    return 0;
  }
}

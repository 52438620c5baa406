package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginFile;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.Home;
import io.vramhub.node.Plugins;
import io.vramhub.node.http.AdminClient;
import io.vramhub.node.http.PluginsReport;
import io.vramhub.packaging.NativeTier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every jar of the directory, and whether and why a node would load it. */
@Command(
    name = "list",
    description = {
      "Every plugin, why it is let in or left out, and what it provides; of a node that runs on the"
          + " data directory,",
      "the slots and what fills them."
    },
    mixinStandardHelpOptions = true)
final class PluginListCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private record Listed(
      Path directory,
      List<PluginFile> files,
      Map<String, List<PluginInfo.Provider>> providers,
      Optional<PluginsReport> running) {
    /** What an operator writes to choose a service of the plugin. */
    List<PluginInfo.Provider> providersOf(PluginFile.Admitted plugin) {
      return providers.getOrDefault(plugin.content().id(), List.of());
    }
  }

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(this::list, PluginListCommand::json, (Listed listed) -> text(listed));
  }

  private Listed list() {
    Map<String, List<PluginInfo.Provider>> providers =
        Plugins.list(plugins.path(), Home.locate(), CommandClock.system()).stream()
            .collect(Collectors.toMap(PluginInfo::id, PluginInfo::providers));
    return new Listed(
        plugins.path(),
        plugins.directory().list(),
        providers,
        AdminClient.report(options.dataDirectory().admin()));
  }

  private static ObjectNode json(Listed listed) {
    ObjectNode json = Json.object().put("directory", listed.directory().toString());
    ArrayNode entries = json.putArray("installed");
    for (PluginFile file : listed.files()) {
      entries.add(
          switch (file) {
            case PluginFile.Admitted one -> json(one, listed);
            case PluginFile.Refused other ->
                Json.object()
                    .put("file", name(other))
                    .put("admitted", false)
                    .put("refusal", other.refusal().name())
                    .put("reason", other.reason());
          });
    }
    listed.running().ifPresent(report -> json.set("running", Json.tree(report)));
    return json;
  }

  private static ObjectNode json(PluginFile.Admitted one, Listed listed) {
    ObjectNode json = PluginAnswer.json(one.content()).put("file", name(one)).put("admitted", true);
    switch (one.trustedBy()) {
      case PluginFile.Trust.Pinned pinned -> json.put("trust", "pinned");
      case PluginFile.Trust.SignedBy signed ->
          json.put("trust", "signed").put("signer", signed.signer().name());
    }
    ArrayNode providers = json.putArray("provides");
    for (PluginInfo.Provider provider : listed.providersOf(one)) {
      providers.addObject().put("kind", provider.kind()).put("name", provider.name());
    }
    return json;
  }

  private static String text(Listed listed) {
    return installed(listed) + listed.running().map(PluginListCommand::text).orElse("");
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

  private static String installed(Listed listed) {
    if (listed.files().isEmpty()) {
      return "no plugins in " + listed.directory() + "\n";
    }
    Table table = new Table("plugin", "version", "trust", "native tier", "swaps", "provides");
    StringBuilder reasons = new StringBuilder();
    for (PluginFile file : listed.files()) {
      switch (file) {
        case PluginFile.Admitted one ->
            table.row(
                one.content().id(),
                one.content().version(),
                trust(one.trustedBy()),
                one.content().nativeTier().map(NativeTier::toString).orElse("-"),
                one.content().swapMode().word(),
                listed.providersOf(one).stream()
                    .map(provider -> provider.kind() + " " + Words.foreign(provider.name()))
                    .collect(Collectors.joining(", ")));
        case PluginFile.Refused other -> {
          table.row(name(other), "-", "refused " + other.refusal(), "-", "-", "-");
          reasons.append(other.reason()).append('\n');
        }
      }
    }
    return table.toString() + reasons;
  }

  private static String trust(PluginFile.Trust trust) {
    return switch (trust) {
      case PluginFile.Trust.Pinned pinned -> "pinned";
      case PluginFile.Trust.SignedBy signed -> "signed by " + signed.signer().name();
    };
  }

  private static String name(PluginFile file) {
    return String.valueOf(file.file().getFileName());
  }
}

package io.vramhub.node.cli;

import io.vramhub.api.error.HubException;
import io.vramhub.kernel.plugin.PluginPin;
import io.vramhub.packaging.NativeTier;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.Refusal;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a plugin command prints, as text or as one JSON object of version 1. */
final class PluginAnswer {
  private static final int LONGEST_DESCRIPTION = 200;

  private final CommandSpec spec;
  private final boolean json;

  PluginAnswer(CommandSpec spec, GlobalOptions options) {
    this.spec = spec;
    this.json = options.json();
  }

  /**
   * Prints the result of work in one of its two forms.
   *
   * @return the exit code of success; a refusal is also printed as JSON before it is passed on
   */
  <T> int print(Supplier<T> work, Function<T, ObjectNode> asJson, Function<T, String> asText) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      T result = work.get();
      out.print(json ? asJson.apply(result).put("version", 1) + "\n" : asText.apply(result));
      return 0;
    } catch (HubException e) {
      if (json) {
        Refusal.of(e).ifPresent(refusal -> out.println(refused(refusal, e)));
      }
      throw e;
    } finally {
      out.flush();
    }
  }

  private static ObjectNode refused(Refusal refusal, HubException error) {
    return Json.object()
        .put("version", 1)
        .put("refusal", refusal.name())
        .put("reason", error.getMessage());
  }

  /** A plugin with everything its jar tells. */
  static ObjectNode json(PluginPackage plugin) {
    ObjectNode json =
        Json.object()
            .put("id", plugin.id())
            .put("pluginVersion", plugin.version())
            .put("description", plugin.description())
            .put("sha256", plugin.digest().hex())
            .put("requires", plugin.requires())
            .put("swapMode", plugin.swapMode().word());
    plugin.nativeTier().ifPresent(tier -> json.put("nativeTier", tier.toString()));
    ArrayNode services = json.putArray("services");
    for (PluginPackage.Service service : plugin.services()) {
      services.addObject().put("kind", service.kind()).put("provider", service.provider());
    }
    ArrayNode libraries = json.putArray("libraries");
    plugin.libraries().forEach(libraries::add);
    return json;
  }

  /** The same for people, a line each; the jar's own words cannot steer the terminal. */
  static String text(PluginPackage plugin) {
    return new Table("plugin", plugin.id() + " " + plugin.version())
        .row(
            "says",
            plugin.description().isEmpty()
                ? "-"
                : Words.foreign(plugin.description(), LONGEST_DESCRIPTION))
        .row("sha256", plugin.digest())
        .row("plugin API", Words.foreign(plugin.requires()))
        .row("native tier", plugin.nativeTier().map(NativeTier::toString).orElse("-"))
        .row("swaps", plugin.swapMode().word())
        .row(
            "provides",
            plugin.services().stream()
                .map(service -> service.kind() + " by " + service.provider())
                .collect(Collectors.joining(", ")))
        .row("libraries", commas(plugin.libraries()))
        .toString();
  }

  static String commas(List<String> words) {
    return words.isEmpty() ? "-" : String.join(", ", words);
  }

  static ObjectNode json(PluginPin pin) {
    return Json.object()
        .put("id", pin.id())
        .put("pluginVersion", pin.version())
        .put("sha256", pin.digest().hex());
  }
}

package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginLock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the lock of a directory from what lies there; the product's build uses it. */
@Command(
    name = "pin",
    description = "Let in exactly the jars that lie in the directory, as they are now.",
    mixinStandardHelpOptions = true)
final class PluginPinCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(() -> plugins.directory().pinAll(), PluginPinCommand::json, PluginLock::text);
  }

  private static ObjectNode json(PluginLock lock) {
    ObjectNode json = Json.object();
    ArrayNode pins = json.putArray("pins");
    lock.pins().forEach(pin -> pins.add(PluginAnswer.json(pin)));
    return json;
  }
}

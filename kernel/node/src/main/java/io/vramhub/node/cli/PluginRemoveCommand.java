package io.vramhub.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a plugin with its pins and kept jars. */
@Command(
    name = "remove",
    description = "Remove a plugin, what was kept of it, and its pins.",
    mixinStandardHelpOptions = true)
final class PluginRemoveCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "An installed plugin.")
  private String id = "";

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(
            () -> plugins.directory().remove(id),
            PluginAnswer::json,
            plugin ->
                plugin.id()
                    + " "
                    + plugin.version()
                    + " is removed; a node that uses it keeps it until it ends\n");
  }
}

package io.vramhub.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The plugins of this product and of a running node. */
@Command(
    name = "plugin",
    description = "Show and swap plugins.",
    mixinStandardHelpOptions = true,
    subcommands = {PluginListCommand.class, PluginSwapCommand.class})
final class PluginCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

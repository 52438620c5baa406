package io.vramhub.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The plugins of this product and of a running node. */
@Command(
    name = "plugin",
    description = "Look at, check, install, swap and sign plugins.",
    mixinStandardHelpOptions = true,
    subcommands = {
      PluginListCommand.class,
      PluginInfoCommand.class,
      PluginVerifyCommand.class,
      PluginInstallCommand.class,
      PluginSwapCommand.class,
      PluginRollbackCommand.class,
      PluginRemoveCommand.class,
      PluginTrustCommand.class,
      PluginDistrustCommand.class,
      PluginPinCommand.class,
      PluginSignCommand.class
    })
final class PluginCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

package io.vramhub.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Everything about plugins that an operator or an author does. */
@Command(
    name = "plugin",
    description = "Look at, check, install and sign plugins.",
    mixinStandardHelpOptions = true,
    subcommands = {
      PluginListCommand.class,
      PluginInfoCommand.class,
      PluginVerifyCommand.class,
      PluginInstallCommand.class,
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

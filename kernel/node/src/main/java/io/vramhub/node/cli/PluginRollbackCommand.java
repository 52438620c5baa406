package io.vramhub.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts back the jar that an installation replaced. */
@Command(
    name = "rollback",
    description = "Put back the jar that the last installation replaced; a second one returns.",
    mixinStandardHelpOptions = true)
final class PluginRollbackCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "An installed plugin.")
  private String id = "";

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(
            () -> plugins.directory().rollback(id),
            PluginInstallation::json,
            PluginInstallation::text);
  }
}

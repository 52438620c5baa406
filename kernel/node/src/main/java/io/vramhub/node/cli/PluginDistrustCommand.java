package io.vramhub.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes back a {@link PluginTrustCommand}. */
@Command(
    name = "distrust",
    description = "Stop letting in what a signer signs; what was installed stays.",
    mixinStandardHelpOptions = true)
final class PluginDistrustCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "The name the signer was trusted by.")
  private String name = "";

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(
            this::distrust,
            signer -> Json.object().put("signer", signer),
            signer -> signer + " is not trusted any more\n");
  }

  private String distrust() {
    plugins.directory().distrust(name);
    return name;
  }
}

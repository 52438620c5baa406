package io.vramhub.node.cli;

import io.vramhub.api.ApiVersion;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what runs: product, plugin API, Java. */
@Command(name = "version", description = "Show the versions of product, plugin API and Java.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  static String product() {
    return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "vramhub " + product() + ", plugin API " + ApiVersion.CURRENT + ", Java " + Runtime.version()
    };
  }

  @Override
  public Integer call() {
    if (options.json()) {
      spec.commandLine()
          .getOut()
          .println(
              Json.object()
                  .put("version", 1)
                  .put("product", product())
                  .put("pluginApi", ApiVersion.CURRENT.toString())
                  .put("java", Runtime.version().toString()));
    } else {
      spec.commandLine().getOut().println(getVersion()[0]);
    }
    return 0;
  }
}

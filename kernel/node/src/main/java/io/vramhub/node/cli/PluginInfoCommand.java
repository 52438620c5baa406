package io.vramhub.node.cli;

import io.vramhub.packaging.PluginPackage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Everything a jar tells of itself, without running any of it. */
@Command(
    name = "info",
    description = "What a plugin says of itself: an installed one by id, or any jar.",
    mixinStandardHelpOptions = true)
final class PluginInfoCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID|JAR", description = "An installed plugin, or the path of a jar.")
  private String plugin = "";

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(this::find, PluginAnswer::json, PluginAnswer::text);
  }

  private PluginPackage find() {
    return plugin.endsWith(".jar")
        ? PluginPackage.inspect(Path.of(plugin))
        : plugins.directory().find(plugin);
  }
}

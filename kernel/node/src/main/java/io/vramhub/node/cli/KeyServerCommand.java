package io.vramhub.node.cli;

import io.vramhub.node.Home;
import io.vramhub.node.KeyServerNode;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs Seal key servers. */
@Command(
    name = "keyserver",
    description =
        "Run a Seal key server until stopped: it gives the keys that the chain's rules allow.",
    mixinStandardHelpOptions = true)
final class KeyServerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The node's configuration (default: the packaged keyserver.conf).")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() {
    Home home = Home.locate();
    Path file = config.orElse(home.config().resolve("keyserver.conf"));
    new KeyServerNode(
            home,
            NodeSettings.read(SettingsFile.parse(file), file.toString()),
            CommandClock.system(),
            spec.commandLine().getOut())
        .run();
    return 0;
  }
}

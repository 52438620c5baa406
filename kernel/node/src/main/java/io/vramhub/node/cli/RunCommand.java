package io.vramhub.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.node.Home;
import io.vramhub.node.SingleRole;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one role as its own process. */
@Command(
    name = "run",
    description =
        "Run one role as its own process until stopped: miner, validator, aggregator or observer.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  /** Roles by the name an operator writes. */
  enum RoleName {
    miner,
    validator,
    aggregator,
    observer
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}.")
  private RoleName role = RoleName.observer;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The node's configuration (default: the packaged one of the role).")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() {
    Home home = Home.locate();
    String name = role.name().toLowerCase(Locale.ROOT);
    Path file = config.orElse(home.config().resolve(name + ".conf"));
    Config chosen = ConfigFactory.parseString("node.role = " + name);
    new SingleRole(
            home,
            new Configuration<>(
                () -> chosen.withFallback(SettingsFile.parse(file)),
                file.toString(),
                NodeSettings::read),
            CommandClock.system(),
            spec.commandLine().getOut())
        .run();
    return 0;
  }
}

package io.vramhub.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.node.http.AdminClient;
import io.vramhub.node.settings.DevnetSettings;
import io.vramhub.node.settings.NodeSettings;
import io.vramhub.node.settings.SettingsFile;
import io.vramhub.node.settings.SettingsKey;
import io.vramhub.node.settings.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and checks configuration files against the schema that also runs the node. */
@Command(
    name = "config",
    description = "Show, check and reload configuration files.",
    mixinStandardHelpOptions = true)
final class ConfigCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Every key with its value, where the value came from, and what it means.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(
              paramLabel = "FILE",
              arity = "0..1",
              description = "A configuration; none shows the defaults.")
          Optional<Path> file,
      @Option(names = "--devnet", description = "The keys of a devnet instead of a node's.")
          boolean devnet) {
    Config config = file.map(SettingsFile::parse).orElseGet(ConfigFactory::empty);
    SettingsReader reader = new SettingsReader(config, file.map(Path::toString).orElse("defaults"));
    readAll(reader, devnet);
    PrintWriter out = spec.commandLine().getOut();
    for (SettingsKey key : reader.keys()) {
      out.println("# " + key.documentation());
      out.println(key.path() + " = " + key.value() + "   # " + key.origin());
    }
    reader.finish();
    return 0;
  }

  @Command(
      name = "validate",
      description = "Report everything wrong with a file, sorted by line.",
      mixinStandardHelpOptions = true)
  int validate(
      @Parameters(paramLabel = "FILE", description = "A configuration.") Path file,
      @Option(names = "--devnet", description = "A devnet's configuration instead of a node's.")
          boolean devnet) {
    SettingsReader reader = new SettingsReader(SettingsFile.parse(file), file.toString());
    readAll(reader, devnet);
    reader.finish();
    spec.commandLine().getOut().println(file + " is valid");
    return 0;
  }

  @Command(
      name = "reload",
      description = {
        "Make the node that runs on the data directory read its configuration again: slots whose"
            + " plugin or settings changed",
        "are swapped at the next window; other changes are named and need a restart. An invalid"
            + " file changes nothing."
      },
      mixinStandardHelpOptions = true)
  int reload(
      @Mixin GlobalOptions global,
      @Option(
              names = "--no-wait",
              description = "Return as soon as every swap waits for its window.")
          boolean noWait) {
    NotePrinter notes = new NotePrinter(spec.commandLine().getOut(), global.json());
    try (AdminClient node = AdminClient.require(global.dataDirectory().admin())) {
      node.reload(!noWait, notes);
    }
    return notes.end("nothing changed");
  }

  private static void readAll(SettingsReader reader, boolean devnet) {
    if (devnet) {
      DevnetSettings.read(reader);
    } else {
      NodeSettings.read(reader);
    }
  }
}

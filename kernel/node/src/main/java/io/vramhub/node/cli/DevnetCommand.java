package io.vramhub.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.node.Home;
import io.vramhub.node.devnet.Devnet;
import io.vramhub.node.devnet.DevnetOptions;
import io.vramhub.node.devnet.DevnetPlan;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import io.vramhub.node.settings.SettingsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a whole network on this machine. */
@Command(
    name = "devnet",
    description = {
      "Run a whole network on this machine: ledger, storage, enclaves, validators, an aggregator"
          + " and miners that train a",
      "real model on real text. A second start on the same data directory goes on where the first"
          + " one ended."
    },
    mixinStandardHelpOptions = true)
final class DevnetCommand implements Callable<Integer> {
  private static final Pattern SLOT =
      Pattern.compile(
          "chain|storage|sealer|framework|evaluator|rating|service-[a-z][a-z0-9-]{0,31}");

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--miners",
      paramLabel = "N",
      description = "Miners, adversaries included (default: 6).")
  private Optional<Integer> miners = Optional.empty();

  @Option(
      names = "--validators",
      paramLabel = "N",
      description = "Validators; the first one aggregates (default: 3).")
  private Optional<Integer> validators = Optional.empty();

  @Option(
      names = "--windows",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after window N; 0 runs until stopped.")
  private long windows;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Length of a window, for example 15s (default: 15s).")
  private Optional<Duration> window = Optional.empty();

  @Option(
      names = "--evil",
      paramLabel = "KIND:N",
      split = ",",
      description =
          "Adversaries among the miners: copycat, noise, zero, signflip, stale, freerider.")
  private List<String> evil = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the ledger's randomness and the first parameters (default: 1).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--no-ui",
      description = "One plain line per event instead of a live screen, and no VRAMScan.")
  private boolean noUi;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Rules and training settings (default: the packaged devnet.conf).")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--plugin",
      paramLabel = "DIR",
      description = {
        "A directory in which a plugin is being built, for example target; may be repeated. Its"
            + " jars are loaded as they are",
        "and swapped at the next window after each build. A plugin that provides one service of a"
            + " kind fills the slot of that kind."
      })
  private List<Path> plugins = List.of();

  @Option(
      names = "--storage",
      paramLabel = "NAME",
      description = {
        "Where payloads and checkpoints are stored: local, r2 or walrus (default: local). The"
            + " configuration holds its settings",
        "under storage.NAME."
      })
  private Optional<String> storage = Optional.empty();

  @Option(
      names = "--slot",
      paramLabel = "SLOT=NAME",
      description = "Fill a slot with the service of that name, for example storage=mine.")
  private Map<String, String> slots = Map.of();

  @Override
  public Integer call() {
    Home home = Home.locate();
    Path file = config.orElse(home.config().resolve("devnet.conf"));
    Config chosen = chosen();
    DevnetOptions options =
        new DevnetOptions(
            home,
            global.dataDirectory(),
            new Configuration<>(
                () -> chosen.withFallback(SettingsFile.parse(file)),
                file.toString(),
                DevnetSettings::read),
            plugins.stream().map(this::directory).toList(),
            miners,
            validators,
            windows,
            window,
            evil.stream().map(DevnetPlan.Evil::parse).toList(),
            seed,
            !noUi && !global.json() && global.interactive(),
            !noUi,
            global.color(),
            global.json(),
            global.quiet(),
            CommandClock.system());
    return Devnet.run(options, spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  /** What the command line says goes before what the file says. */
  private Config chosen() {
    Map<String, String> values = new TreeMap<>();
    window.ifPresent(length -> values.put("network.window", length.toMillis() + "ms"));
    storage.ifPresent(name -> values.put("storage.use", name));
    for (Map.Entry<String, String> slot : slots.entrySet()) {
      if (!SLOT.matcher(slot.getKey()).matches()) {
        throw new ParameterException(
            spec.commandLine(),
            "--slot "
                + slot.getKey()
                + "="
                + slot.getValue()
                + ": the slots of a devnet are chain, storage, sealer, framework, evaluator, rating"
                + " and service-<name>");
      }
      if (slot.getKey().equals("storage") && storage.isPresent()) {
        throw new ParameterException(
            spec.commandLine(), "--storage and --slot storage=NAME say the same; leave one out");
      }
      values.put(slot.getKey().replaceFirst("^service-", "services.") + ".use", slot.getValue());
    }
    return ConfigFactory.parseMap(values, "the command line");
  }

  private Path directory(Path plugin) {
    if (!Files.isDirectory(plugin)) {
      throw new ParameterException(
          spec.commandLine(),
          "--plugin "
              + plugin
              + ": there is no such directory; name the one in which the plugin's jar is built, and"
              + " build it once");
    }
    return plugin.toAbsolutePath().normalize();
  }

  /** Reads {@code 15s}, {@code 10m}, {@code 500ms}. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return ConfigFactory.parseString("d = " + text).getDuration("d");
    }
  }
}

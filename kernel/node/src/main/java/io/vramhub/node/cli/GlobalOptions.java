package io.vramhub.node.cli;

import io.vramhub.node.DataDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options every command understands. */
final class GlobalOptions {
  /** What standard output carries. */
  enum Output {
    text,
    json
  }

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "vramhub-data",
      description = "Where the network or node keeps its state (default: ${DEFAULT-VALUE}).")
  private Path dataDirectory = Path.of("vramhub-data");

  @Option(
      names = "--output",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text for people; json is one versioned object on standard output.")
  private Output output = Output.text;

  @Option(names = "--quiet", description = "Print results and errors only.")
  private boolean quiet;

  @Option(
      names = "--no-color",
      description = "No colours; NO_COLOR and a pipe have the same effect.")
  private boolean noColor;

  DataDirectory dataDirectory() {
    return new DataDirectory(dataDirectory);
  }

  boolean json() {
    return output == Output.json;
  }

  boolean quiet() {
    return quiet;
  }

  boolean color() {
    return !noColor && System.getenv("NO_COLOR") == null && interactive();
  }

  boolean interactive() {
    return System.console() != null && System.console().isTerminal();
  }
}

package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.node.settings.SettingsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command tree, and the one place where errors become sentences and exit codes. */
@Command(
    name = "vramhub",
    description =
        "Decentralised pre-training of language models that anyone can replay to the bit.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class,
    subcommands = {
      DevnetCommand.class,
      RunCommand.class,
      EnclaveCommand.class,
      KeyServerCommand.class,
      StatusCommand.class,
      WindowCommand.class,
      ExplainCommand.class,
      AuditCommand.class,
      VerifyCommand.class,
      CheckpointCommand.class,
      PayloadCommand.class,
      DatasetCommand.class,
      KeyCommand.class,
      ConfigCommand.class,
      PluginCommand.class,
      VersionCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    footer = {
      "",
      "Exit codes: 0 ok, 1 usage, 2 configuration, 3 preflight, 4 chain, 5 storage, 6 enclave,",
      "            7 key, 8 plugin, 9 audit or invariant difference, 70 a bug of ours."
    })
public final class VramHubCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs one command line on standard output and error and returns its exit code. */
  public static int execute(String... arguments) {
    return execute(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        arguments);
  }

  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine = new CommandLine(new VramHubCommand());
    commandLine.setOut(out);
    commandLine.setErr(err);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(VramHubCommand::usageError);
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> report(failure, command.getErr()));
    int exitCode = commandLine.execute(arguments);
    out.flush();
    err.flush();
    return exitCode;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int usageError(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("vramhub: " + failure.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ErrorCode.USAGE.exitCode();
  }

  /** One sentence for what an operator can mend; a whole trace only for what is our own fault. */
  private static int report(Exception failure, PrintWriter err) {
    if (failure instanceof SettingsException settings) {
      err.println(settings.getMessage());
      return ErrorCode.CONFIG_INVALID.exitCode();
    }
    Optional<HubException> known = hubException(failure);
    if (known.isPresent() && known.get().code().kind() != ErrorKind.BUG) {
      err.println("vramhub: " + known.get().getMessage());
      return known.get().code().exitCode();
    }
    err.println("vramhub: this is a bug of ours; please report it with the following trace");
    failure.printStackTrace(err);
    return known.map(bug -> bug.code().exitCode()).orElse(ErrorCode.INVARIANT_BROKEN.exitCode());
  }

  private static Optional<HubException> hubException(Throwable failure) {
    Throwable current = failure;
    while (current != null) {
      if (current instanceof HubException known) {
        return Optional.of(known);
      }
      current = current.getCause();
    }
    return Optional.empty();
  }
}

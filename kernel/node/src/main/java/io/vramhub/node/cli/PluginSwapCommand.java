package io.vramhub.node.cli;

import io.vramhub.node.http.AdminClient;
import io.vramhub.node.http.SwapOrder;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fills a slot of a running node with another plugin. */
@Command(
    name = "swap",
    description = {
      "Fill a slot of a running node with another plugin, at the boundary of a window. The new one"
          + " is opened first,",
      "with the settings that the node's configuration holds for it; if that fails, the old one"
          + " goes on.",
      "Waits until the old one is closed. Stopping this command does not take the swap back."
    },
    mixinStandardHelpOptions = true)
final class PluginSwapCommand implements Callable<Integer> {
  @Mixin private GlobalOptions global = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "SLOT",
      description = "A slot that `vramhub plugin list` shows, for example storage.")
  private String slot = "";

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "What a plugin calls its service, as in storage.use = NAME.")
  private String use = "";

  @Option(
      names = "--at-window",
      paramLabel = "N",
      description = "Not before window N (default: the next one).")
  private Optional<Long> atWindow = Optional.empty();

  @Option(
      names = "--no-wait",
      description = "Return as soon as the new plugin is open and waits for its window.")
  private boolean noWait;

  @Override
  public Integer call() {
    if (atWindow.filter(window -> window < 0).isPresent()) {
      throw new ParameterException(spec.commandLine(), "--at-window counts from 0");
    }
    NotePrinter notes = new NotePrinter(spec.commandLine().getOut(), global.json());
    try (AdminClient node = AdminClient.require(global.dataDirectory().admin())) {
      node.swap(new SwapOrder(slot, use, atWindow), !noWait, notes);
    }
    return notes.end("nothing to swap");
  }
}

package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.node.ReadOnlyNetwork;
import io.vramhub.protocol.chain.WindowRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Opens payloads of final windows. */
@Command(
    name = "payload",
    description = "Open payloads of final windows.",
    mixinStandardHelpOptions = true)
final class PayloadCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "export",
      description =
          "Unseal one payload into a file that torch.load(FILE, weights_only=True) opens.",
      mixinStandardHelpOptions = true)
  int export(
      @Mixin NetworkOptions options,
      @Option(
              names = "--window",
              paramLabel = "N",
              required = true,
              description = "The window; it must be final.")
          long window,
      @Option(names = "--miner", paramLabel = "UID", required = true, description = "The miner.")
          int miner,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "File to write; must not exist yet.")
          Path out) {
    try (ReadOnlyNetwork network = options.open()) {
      WindowRecord record = WindowCommand.find(network.state(), new WindowId(window));
      WindowRecord.Commit commit = record.commits().get(new MinerUid(miner));
      if (commit == null) {
        throw new HubException(
            ErrorCode.USAGE, "miner " + miner + " committed nothing in window " + window);
      }
      byte[] payload = network.openPayload(commit.gradient());
      try {
        Files.write(out, payload, StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        throw new HubException(
            ErrorCode.DISK,
            "cannot write " + out + " (" + e.getMessage() + "); name a new file",
            e);
      }
      spec.commandLine().getOut().println(payload.length + " bytes written to " + out);
    }
    return 0;
  }
}

package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.replica.Checkpoint;
import io.vramhub.node.ReadOnlyNetwork;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.CheckpointRecord;
import io.vramhub.protocol.checkpoint.CheckpointExport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Shows and exports checkpoints. */
@Command(
    name = "checkpoint",
    description = "Show and export checkpoints.",
    mixinStandardHelpOptions = true)
final class CheckpointCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "list",
      description = "Every anchored checkpoint.",
      mixinStandardHelpOptions = true)
  int list(@Mixin NetworkOptions options) {
    try (ReadOnlyNetwork network = options.open()) {
      Table table = new Table("checkpoint", "root", "parent");
      for (CheckpointRecord record : network.state().checkpoints()) {
        table.row(record.checkpoint().window(), record.checkpoint().root(), record.parent());
      }
      spec.commandLine().getOut().print(table);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  @Command(
      name = "export",
      description = {
        "Write a checkpoint as a Hugging Face model directory. It is worked out from the chain and"
            + " storage and checked",
        "against its anchored root."
      },
      mixinStandardHelpOptions = true)
  int export(
      @Mixin NetworkOptions options,
      @Option(
              names = "--window",
              paramLabel = "N",
              description = "The checkpoint window N started from (default: the newest).")
          Optional<Long> window,
      @Option(
              names = "--hf",
              paramLabel = "DIR",
              required = true,
              description = "Directory to write; must not exist yet.")
          Path directory) {
    if (Files.exists(directory)) {
      throw new HubException(
          ErrorCode.USAGE, directory + " exists; name a new directory, nothing is overwritten");
    }
    try (ReadOnlyNetwork network = options.open()) {
      CheckpointRef checkpoint = find(network.state(), window);
      network.useCheckpoint(checkpoint, held -> write(held, directory));
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "checkpoint "
              + checkpoint.window()
              + ", root "
              + checkpoint.root()
              + ", written to "
              + directory);
    }
    return 0;
  }

  private static CheckpointRef find(ChainState state, Optional<Long> window) {
    if (window.isEmpty()) {
      return state.newestCheckpoint();
    }
    return state
        .checkpoint(new WindowId(window.get()))
        .map(CheckpointRecord::checkpoint)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.USAGE,
                    "no checkpoint "
                        + window.get()
                        + " is anchored; `vramhub checkpoint list` shows those that are"));
  }

  private static Mono<Void> write(Checkpoint checkpoint, Path directory) {
    return Mono.using(
            () -> {
              Files.createDirectories(directory);
              return FileChannel.open(
                  temporary(directory), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            },
            channel ->
                checkpoint
                    .source()
                    .content()
                    .get()
                    .doOnNext(piece -> append(channel, piece.duplicate()))
                    .then(Mono.<Void>fromRunnable(() -> publish(channel, checkpoint, directory))),
            CheckpointCommand::close)
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static Path temporary(Path directory) {
    return directory.resolve(CheckpointExport.WEIGHTS_FILE + ".tmp");
  }

  private static void append(FileChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw disk(e);
    }
  }

  private static void publish(FileChannel channel, Checkpoint checkpoint, Path directory) {
    try {
      channel.force(true);
      Files.move(
          temporary(directory),
          directory.resolve(CheckpointExport.WEIGHTS_FILE),
          StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(
          directory.resolve(CheckpointExport.CONFIG_FILE),
          CheckpointExport.config(checkpoint.model()),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw disk(e);
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw disk(e);
    }
  }

  private static HubException disk(IOException cause) {
    return new HubException(
        ErrorCode.DISK,
        "cannot write the checkpoint: " + cause.getMessage() + "; free space or name another --hf",
        cause);
  }
}

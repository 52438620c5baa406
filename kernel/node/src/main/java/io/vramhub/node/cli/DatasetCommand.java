package io.vramhub.node.cli;

import io.vramhub.api.model.DatasetManifest;
import io.vramhub.kernel.dataset.DatasetProgress;
import io.vramhub.kernel.dataset.DatasetWriter;
import io.vramhub.kernel.dataset.LocalDataset;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and checks datasets. */
@Command(
    name = "dataset",
    description = "Make and check datasets.",
    mixinStandardHelpOptions = true)
final class DatasetCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "prepare",
      description =
          "Turn a folder of text files into token pages with a manifest and a Merkle root.",
      mixinStandardHelpOptions = true)
  int prepare(
      @Mixin GlobalOptions global,
      @Parameters(
              paramLabel = "FOLDER",
              description = "Text files, searched through all its folders.")
          Path folder,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "Where the dataset goes; must not exist yet.")
          Path out,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              required = true,
              description = "Name in the manifest.")
          String name,
      @Option(
              names = "--licence",
              paramLabel = "TEXT",
              required = true,
              description = "Licence of the text, in the manifest.")
          String licence,
      @Option(
              names = "--page-tokens",
              paramLabel = "N",
              defaultValue = "128",
              description = "Tokens of a page (default: ${DEFAULT-VALUE}).")
          int pageTokens) {
    DatasetManifest manifest =
        new DatasetWriter(name, licence, pageTokens).write(folder, out, progress(global));
    print(manifest, global);
    return 0;
  }

  @Command(
      name = "verify",
      description = "Recompute every hash of a dataset.",
      mixinStandardHelpOptions = true)
  int verify(
      @Mixin GlobalOptions global,
      @Parameters(paramLabel = "DIR", description = "A folder made by `vramhub dataset prepare`.")
          Path directory) {
    print(LocalDataset.open(directory, progress(global)).manifest(), global);
    return 0;
  }

  /** A line each tenth of the work, on standard error. */
  private DatasetProgress progress(GlobalOptions global) {
    if (global.quiet()) {
      return DatasetProgress.NONE;
    }
    PrintWriter err = spec.commandLine().getErr();
    AtomicLong told = new AtomicLong();
    return (done, total) -> {
      long tenth = total == 0 ? 10 : 10 * done / total;
      if (told.getAndSet(tenth) != tenth) {
        err.println(10 * tenth + " % of " + Words.bytes(total));
      }
    };
  }

  private void print(DatasetManifest manifest, GlobalOptions global) {
    PrintWriter out = spec.commandLine().getOut();
    if (global.json()) {
      out.println(
          Json.object()
              .put("version", 1)
              .put("name", manifest.name())
              .put("licence", manifest.licence())
              .put("pages", manifest.pages())
              .put("trainPages", manifest.train().count())
              .put("heldoutPages", manifest.heldout().count())
              .put("root", manifest.root().hex()));
    } else {
      out.println(manifest.name() + ", " + manifest.licence());
      out.println(
          manifest.pages()
              + " pages of "
              + manifest.pageTokens()
              + " tokens, "
              + manifest.heldout().count()
              + " held out");
      out.println("root " + manifest.root());
    }
  }
}

package io.vramhub.kernel.dataset;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.PageRange;
import io.vramhub.protocol.data.ManifestFormat;
import io.vramhub.protocol.data.PageTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a dataset of byte-level tokens from a folder of text: shards of whole pages, and {@code
 * manifest.json} last, each in one step. The same text gives the same bytes everywhere; a run that
 * is cut off leaves the dataset that was there before. Blocking; one run per target at a time.
 *
 * @param name the dataset's name
 * @param licence an SPDX expression, or words
 * @param pageTokens tokens of one page, at least 2
 * @param shardPages most pages of one shard
 */
public record DatasetWriter(String name, String licence, int pageTokens, long shardPages) {
  private static final long DEFAULT_SHARD_BYTES = 64L << 20;
  private static final int READ_BYTES = 1 << 16;

  public DatasetWriter {
    if (pageTokens < 2 || shardPages < 1) {
      throw new IllegalArgumentException(
          "a page has 2 tokens or more and a shard 1 page or more: "
              + pageTokens
              + ", "
              + shardPages);
    }
  }

  /** A writer of 64 MiB shards. */
  public DatasetWriter(String name, String licence, int pageTokens) {
    this(
        name,
        licence,
        pageTokens,
        Math.max(1, DEFAULT_SHARD_BYTES / Math.max(1L, (long) pageTokens * Short.BYTES)));
  }

  /**
   * Reads every {@code .txt} file below {@code text} and publishes the dataset in {@code target},
   * which is made if absent. Shards of a dataset that was there before are removed in the end.
   *
   * <p>Text that cannot be used signals {@code DATASET_INVALID} with the file, a target that cannot
   * be written {@code DISK}.
   */
  public DatasetManifest write(Path text, Path target, DatasetProgress progress) {
    TextFolder folder = TextFolder.list(text);
    TextFolder.Split split = folder.split(pageTokens);
    // Each byte is read once as text and hashed once as a token of two bytes.
    Work work = new Work(progress, folder.length() * (1 + Short.BYTES));
    try {
      Files.createDirectories(target);
      List<DatasetManifest.Shard> train = tokens(split.train(), target, "train", work);
      List<DatasetManifest.Shard> heldout = tokens(split.heldout(), target, "heldout", work);
      List<DatasetManifest.Shard> shards = Stream.concat(train.stream(), heldout.stream()).toList();
      long trainPages = pages(train);
      DatasetManifest manifest =
          new DatasetManifest(
              name,
              licence,
              ByteTokenizer.definition(),
              ByteTokenizer.VOCABULARY,
              Short.BYTES,
              pageTokens,
              shards,
              new PageRange(0, trainPages),
              new PageRange(trainPages, pages(heldout)),
              root(target, shards, work));
      publish(target, manifest);
      removeOthers(target, manifest);
      work.finish();
      return manifest;
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "the dataset could not be written to "
              + target
              + ": "
              + reason(e)
              + ". Free space there or choose another folder, and prepare it again.",
          e);
    }
  }

  private List<DatasetManifest.Shard> tokens(
      List<TextFolder.Document> documents, Path target, String prefix, Work work)
      throws IOException {
    try (ShardWriter shards = new ShardWriter(target, prefix, pageTokens, shardPages)) {
      for (TextFolder.Document document : documents) {
        tokens(document, shards, work);
      }
      return shards.finish();
    }
  }

  private static void tokens(TextFolder.Document document, ShardWriter shards, Work work)
      throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = open(document)) {
      long left = document.length();
      while (left > 0) {
        int read = read(document, in, buffer, (int) Math.min(left, buffer.length));
        for (int i = 0; i < read; i++) {
          if (buffer[i] == ByteTokenizer.END) {
            throw TextFolder.invalid(
                document.file() + " is not text: it has a zero byte",
                "Remove the file, or the byte.");
          }
          shards.token(buffer[i]);
        }
        left -= read;
        work.add(read);
      }
    }
    shards.token(ByteTokenizer.END);
  }

  private static InputStream open(TextFolder.Document document) {
    try {
      InputStream in = Files.newInputStream(document.file());
      in.skipNBytes(document.from());
      return in;
    } catch (IOException e) {
      throw unreadable(document, e);
    }
  }

  private static int read(TextFolder.Document document, InputStream in, byte[] buffer, int wanted) {
    try {
      int read = in.read(buffer, 0, wanted);
      if (read < 0 || Files.size(document.file()) != document.fileLength()) {
        throw TextFolder.invalid(
            document.file() + " changed while it was read",
            "Prepare the dataset again once the text stands still.");
      }
      return read;
    } catch (IOException e) {
      throw unreadable(document, e);
    }
  }

  private static HubException unreadable(TextFolder.Document document, IOException cause) {
    return new HubException(
        ErrorCode.DATASET_INVALID,
        "the dataset cannot be prepared: "
            + document.file()
            + " cannot be read: "
            + reason(cause)
            + ". Make it readable, or remove it.",
        cause);
  }

  private Digest root(Path target, List<DatasetManifest.Shard> shards, Work work)
      throws IOException {
    ShardFiles files = ShardFiles.map(target, shards, pageBytes());
    return PageTree.build(
            files.pages(),
            page -> {
              work.add(pageBytes());
              return files.page(page);
            })
        .root();
  }

  private long pages(List<DatasetManifest.Shard> shards) {
    return shards.stream().mapToLong(DatasetManifest.Shard::length).sum() / pageBytes();
  }

  private int pageBytes() {
    return pageTokens * Short.BYTES;
  }

  private static void publish(Path target, DatasetManifest manifest) throws IOException {
    Path partial = target.resolve(".manifest.partial");
    try (FileChannel channel = Durable.create(partial)) {
      ByteBuffer text = StandardCharsets.UTF_8.encode(ManifestFormat.write(manifest));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      Durable.publish(partial, target.resolve(LocalDataset.MANIFEST));
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void removeOthers(Path target, DatasetManifest manifest) throws IOException {
    Set<String> named =
        manifest.shards().stream().map(DatasetManifest.Shard::file).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(target)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(ShardWriter.SUFFIX) && !named.contains(name)) {
          Files.delete(file);
        }
      }
    }
  }

  private static String reason(IOException cause) {
    return cause instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : String.valueOf(cause);
  }

  /** Tells the listener about every megabyte of work. */
  private static final class Work {
    private static final long STEP = 1 << 20;

    private final DatasetProgress progress;
    private final long total;
    private long done;
    private long told;

    Work(DatasetProgress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    void add(long bytes) {
      // Document ends are tokens too, but were never bytes of a file.
      done = Math.min(total, done + bytes);
      if (done - told >= STEP && done < total) {
        told = done;
        progress.advanced(done, total);
      }
    }

    void finish() {
      progress.advanced(total, total);
    }
  }
}

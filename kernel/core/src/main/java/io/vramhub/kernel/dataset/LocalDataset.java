package io.vramhub.kernel.dataset;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.protocol.data.ManifestFormat;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.data.TokenPages;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A dataset on the local disk. Opening it hashes every byte: each shard against the manifest, each
 * page into the tree whose root the manifest names. There is no way to read one that was not
 * verified, and no synthetic replacement (protocol section 3). The files are mapped and must not be
 * cut short while they are open. Immutable, usable from any thread.
 */
public final class LocalDataset {
  /** Name of the manifest inside the dataset's folder. */
  public static final String MANIFEST = "manifest.json";

  private static final long MAXIMUM_MANIFEST_BYTES = 16L << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path directory;
  private final DatasetManifest manifest;
  private final ShardFiles files;
  private final PageTree tree;

  private LocalDataset(Path directory, DatasetManifest manifest, ShardFiles files, PageTree tree) {
    this.directory = directory;
    this.manifest = manifest;
    this.files = files;
    this.tree = tree;
  }

  /** {@link #open(Path, DatasetProgress)} without a listener. */
  public static LocalDataset open(Path directory) {
    return open(directory, DatasetProgress.NONE);
  }

  /**
   * Opens and verifies; blocks for a few seconds per gigabyte. What does not match signals {@code
   * DATASET_INVALID} with the file and the remedy.
   */
  public static LocalDataset open(Path directory, DatasetProgress progress) {
    try {
      DatasetManifest manifest = ManifestFormat.parse(readManifest(directory.resolve(MANIFEST)));
      ShardFiles files = ShardFiles.map(directory, manifest.shards(), manifest.pageBytes());
      PageTree tree = verify(directory, manifest, files, progress);
      if (!tree.root().equals(manifest.root())) {
        throw ShardFiles.invalid(
            directory.resolve(MANIFEST),
            "names root " + manifest.root() + " where the pages have " + tree.root());
      }
      return new LocalDataset(directory, manifest, files, tree);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DATASET_INVALID,
          "the dataset in " + directory + " cannot be read: " + e + ". Make its files readable.",
          e);
    }
  }

  private static String readManifest(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new HubException(
          ErrorCode.DATASET_INVALID,
          "there is no dataset in "
              + file.toAbsolutePath().getParent()
              + ": "
              + MANIFEST
              + " is missing. Prepare one with `vramhub dataset prepare`, or name the folder that"
              + " holds it.");
    }
    if (Files.size(file) > MAXIMUM_MANIFEST_BYTES) {
      throw ShardFiles.invalid(file, "is larger than any manifest");
    }
    return Files.readString(file);
  }

  /** Hashes every byte twice, as part of its shard and of its page, in one pass over the files. */
  private static PageTree verify(
      Path directory, DatasetManifest manifest, ShardFiles files, DatasetProgress progress) {
    PageTree.Builder tree = new PageTree.Builder(files.pages());
    int pageBytes = manifest.pageBytes();
    byte[] chunk = new byte[Math.max(1, CHUNK_BYTES / pageBytes) * pageBytes];
    long total = files.pages() * pageBytes;
    long done = 0;
    for (int i = 0; i < manifest.shards().size(); i++) {
      DatasetManifest.Shard shard = manifest.shards().get(i);
      MessageDigest hash = Digest.newSha256();
      boolean inside = true;
      for (long from = 0; from < shard.length(); from += chunk.length) {
        int length = (int) Math.min(chunk.length, shard.length() - from);
        MemorySegment.copy(files.shard(i), ValueLayout.JAVA_BYTE, from, chunk, 0, length);
        hash.update(chunk, 0, length);
        inside &= tokensInside(chunk, length, manifest);
        for (int page = 0; page < length; page += pageBytes) {
          tree.add(chunk, page, pageBytes);
        }
        done += length;
        progress.advanced(done, total);
      }
      Path file = directory.resolve(shard.file());
      Digest found = Digest.of(hash.digest());
      if (!found.equals(shard.digest())) {
        throw ShardFiles.invalid(
            file, "has hash " + found + " where the manifest says " + shard.digest());
      }
      if (!inside) {
        throw ShardFiles.invalid(
            file, "has tokens outside the manifest's vocabulary of " + manifest.vocabulary());
      }
    }
    return tree.build();
  }

  private static boolean tokensInside(byte[] bytes, int length, DatasetManifest manifest) {
    int vocabulary = manifest.vocabulary();
    int width = manifest.tokenBytes();
    for (int i = 0; i < length; i += width) {
      int token = (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8;
      if (width == Integer.BYTES) {
        token |= (bytes[i + 2] & 0xff) << 16 | bytes[i + 3] << 24;
      }
      if (token < 0 || token >= vocabulary) {
        return false;
      }
    }
    return true;
  }

  public DatasetManifest manifest() {
    return manifest;
  }

  /**
   * Demands that this is the dataset the network trains on and that its tokens fit the model; the
   * difference is {@code DATASET_INVALID}.
   */
  public void demand(NetworkParameters parameters) {
    NetworkParameters.Data data = parameters.data();
    if (!manifest.root().equals(data.root())) {
      throw mismatch("its root is " + manifest.root() + ", the network's is " + data.root());
    }
    if (manifest.tokenBytes() != data.tokenBytes()
        || manifest.pageTokens() != data.pageTokens()
        || !manifest.train().equals(data.train())
        || !manifest.heldout().equals(data.heldout())) {
      throw mismatch("its pages are cut or split otherwise");
    }
    if (manifest.vocabulary() > parameters.model().spec().vocabulary()) {
      throw mismatch(
          "it has "
              + manifest.vocabulary()
              + " token ids, the model "
              + parameters.model().spec().vocabulary());
    }
  }

  private HubException mismatch(String difference) {
    return new HubException(
        ErrorCode.DATASET_INVALID,
        "the dataset in "
            + directory
            + " is not the network's: "
            + difference
            + ". Name the folder that holds the network's dataset, or prepare it from the same text"
            + " with the same settings.");
  }

  /** The bytes of one page. */
  public Bytes page(long page) {
    return new Bytes(files.page(page));
  }

  /** A page with its path to {@link DatasetManifest#root()}. */
  public ProvenPage proven(long page) {
    return new ProvenPage(page, page(page), tree.path(page));
  }

  /** The pages as rows of one batch, in the given order; at least one. */
  public TokenBatch batch(long[] pages) {
    int length = manifest.pageTokens();
    int[] tokens = new int[Math.multiplyExact(pages.length, length)];
    for (int row = 0; row < pages.length; row++) {
      int[] page = TokenPages.decode(page(pages[row]), manifest.tokenBytes());
      System.arraycopy(page, 0, tokens, row * length, length);
    }
    return new TokenBatch(pages.length, length, tokens);
  }

  /** Every page of the list with its proof, in the given order. */
  public List<ProvenPage> proven(long[] pages) {
    return LongStream.of(pages).mapToObj(this::proven).toList();
  }
}

package io.vramhub.kernel.dataset;

import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a stream of byte tokens into shards of whole pages. A shard's name holds its hash, so that a
 * dataset that is being read is never overwritten by another. For one thread.
 */
final class ShardWriter implements AutoCloseable {
  static final String SUFFIX = ".tokens";

  private final Path directory;
  private final String prefix;
  private final int pageBytes;
  private final long shardPages;
  private final List<DatasetManifest.Shard> shards = new ArrayList<>();
  private final ByteBuffer page;
  private final Path partial;
  private FileChannel channel;
  private MessageDigest hash = Digest.newSha256();
  private long pages;

  /**
   * @param prefix what the shards hold
   * @param shardPages most pages of one shard
   */
  ShardWriter(Path directory, String prefix, int pageTokens, long shardPages) throws IOException {
    this.directory = directory;
    this.prefix = prefix;
    this.pageBytes = pageTokens * Short.BYTES;
    this.shardPages = shardPages;
    this.page = ByteBuffer.allocate(pageBytes).order(ByteOrder.LITTLE_ENDIAN);
    this.partial = directory.resolve("." + prefix + ".partial");
    this.channel = Durable.create(partial);
  }

  void token(byte token) throws IOException {
    page.putShort((short) Byte.toUnsignedInt(token));
    if (!page.hasRemaining()) {
      writePage();
    }
  }

  private void writePage() throws IOException {
    page.flip();
    hash.update(page.duplicate());
    while (page.hasRemaining()) {
      channel.write(page);
    }
    page.clear();
    pages++;
    if (pages == shardPages) {
      publish();
      channel = Durable.create(partial);
    }
  }

  /** Publishes what is written; tokens that do not fill a page are left out. */
  List<DatasetManifest.Shard> finish() throws IOException {
    if (pages > 0) {
      publish();
    }
    return List.copyOf(shards);
  }

  private void publish() throws IOException {
    channel.close();
    Digest digest = Digest.of(hash.digest());
    String file =
        String.format(Locale.ROOT, "%s-%05d-%s%s", prefix, shards.size(), digest.brief(), SUFFIX);
    Durable.publish(partial, directory.resolve(file));
    shards.add(new DatasetManifest.Shard(file, pages * pageBytes, digest));
    hash = Digest.newSha256();
    pages = 0;
  }

  /** Removes what was not published. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(partial);
  }
}

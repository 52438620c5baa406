package io.vramhub.api.model;

import java.util.List;

/**
 * What a dataset is, to the byte (protocol section 3). Pages are numbered through the shards in
 * order.
 *
 * @param tokenizer hash of the tokenizer's definition
 * @param tokenBytes width of one little-endian token: 2 or 4
 * @param pageTokens tokens of one page; a page of {@code n} tokens gives {@code n - 1} predictions
 * @param root Merkle root over all pages
 */
public record DatasetManifest(
    String name,
    String licence,
    Digest tokenizer,
    int vocabulary,
    int tokenBytes,
    int pageTokens,
    List<Shard> shards,
    PageRange train,
    PageRange heldout,
    Digest root) {
  /** One file of whole pages. */
  public record Shard(String file, long length, Digest digest) {}

  public DatasetManifest {
    shards = List.copyOf(shards);
    if (tokenBytes != 2 && tokenBytes != 4) {
      throw new IllegalArgumentException("a token has 2 or 4 bytes, not " + tokenBytes);
    }
  }

  public int pageBytes() {
    return pageTokens * tokenBytes;
  }

  /** Number of pages over all shards. */
  public long pages() {
    return shards.stream().mapToLong(Shard::length).sum() / pageBytes();
  }
}

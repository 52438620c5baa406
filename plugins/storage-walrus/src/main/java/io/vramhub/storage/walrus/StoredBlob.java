package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * What this node remembers of a blob that it stored.
 *
 * @param name the key it was put under
 * @param stored when this node stored it first
 * @param expires the earliest moment at which the network may drop it
 */
record StoredBlob(
    BlobKey name, BlobId id, Digest digest, long length, Instant stored, Instant expires) {
  private static final String MAGIC = "vramhub-walrus-blob 1";
  private static final int LINES = 8;

  /** What everybody reads it by. */
  BlobRef reference() {
    return new BlobRef(id.key(), digest, length);
  }

  StoredBlob expiring(Instant later) {
    return new StoredBlob(name, id, digest, length, stored, later);
  }

  /** Lines of text; the last one is the SHA-256 of the lines before it. */
  byte[] encode() {
    String lines =
        String.join(
            "\n",
            MAGIC,
            name.name(),
            id.text(),
            digest.hex(),
            Long.toString(length),
            Long.toString(stored.toEpochMilli()),
            Long.toString(expires.toEpochMilli()),
            "");
    return (lines + checksum(lines) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what {@link #encode} wrote; anything else signals {@code STORAGE_CORRUPT}.
   *
   * @param file for the message
   */
  static StoredBlob decode(byte[] bytes, String file) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<String> lines = List.of(text.split("\n", -1));
    try {
      int signed = text.lastIndexOf('\n', text.length() - 2) + 1;
      if (lines.size() != LINES + 1
          || !lines.getFirst().equals(MAGIC)
          || !text.substring(signed).equals(checksum(text.substring(0, signed)) + "\n")) {
        throw corrupt(file);
      }
      return new StoredBlob(
          new BlobKey(lines.get(1)),
          new BlobId(lines.get(2)),
          Digest.ofHex(lines.get(3)),
          Long.parseLong(lines.get(4)),
          Instant.ofEpochMilli(Long.parseLong(lines.get(5))),
          Instant.ofEpochMilli(Long.parseLong(lines.get(6))));
    } catch (IllegalArgumentException e) {
      throw corrupt(file);
    }
  }

  private static String checksum(String lines) {
    return Digest.sha256(lines.getBytes(StandardCharsets.ISO_8859_1)).hex();
  }

  private static HubException corrupt(String file) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        file
            + " is not what this node wrote of a blob on Walrus. Restore it from a copy, or remove"
            + " it: the blob is then no longer renewed nor known by its name.");
  }
}

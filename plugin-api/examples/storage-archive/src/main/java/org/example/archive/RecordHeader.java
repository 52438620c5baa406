package org.example.archive;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What stands before each object of an archive.
 *
 * <pre>
 * archive = magic "HUBARC01" record*
 * record  = mark u64 | checksum u32 | kind u16 | key length u16 | length u64 | SHA-256 (32 bytes)
 *           | key | bytes | zeros up to a multiple of 8
 * </pre>
 *
 * All numbers are little-endian. The checksum is CRC-32C over the record's place in the file as u64
 * and everything from the kind to the key. The mark is written last, once the rest is on the disk:
 * where it is zero, nothing was ever acknowledged.
 *
 * @param length bytes of the object; 0 for a deletion
 */
record RecordHeader(Kind kind, BlobKey key, Digest digest, long length) {
  enum Kind {
    OBJECT,
    DELETION
  }

  static final byte[] MAGIC = "HUBARC01".getBytes(StandardCharsets.US_ASCII);
  static final int MARK_BYTES = Long.BYTES;

  /** "recorded" in ASCII. Eight aligned bytes reach a disk whole or not at all. */
  private static final long MARK = 0x6465_6472_6f63_6572L;

  private static final int CHECKED_FROM = MARK_BYTES + Integer.BYTES;
  private static final int FIXED_BYTES = CHECKED_FROM + 2 + 2 + 8 + Digest.LENGTH;
  private static final int ALIGNMENT = 8;

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The mark alone, as it is written at the record's place. */
  static byte[] mark() {
    return buffer(new byte[MARK_BYTES]).putLong(MARK).array();
  }

  private byte[] keyBytes() {
    return key.name().getBytes(StandardCharsets.US_ASCII);
  }

  /** The whole header with a mark of zero. */
  byte[] encode(long place) {
    byte[] name = keyBytes();
    byte[] encoded = new byte[FIXED_BYTES + name.length];
    buffer(encoded)
        .position(CHECKED_FROM)
        .putShort((short) kind.ordinal())
        .putShort((short) name.length)
        .putLong(length)
        .put(digest.array())
        .put(name);
    buffer(encoded).putInt(MARK_BYTES, checksum(place, encoded));
    return encoded;
  }

  private static int checksum(long place, byte[] encoded) {
    CRC32C checksum = new CRC32C();
    checksum.update(buffer(new byte[Long.BYTES]).putLong(0, place));
    checksum.update(encoded, CHECKED_FROM, encoded.length - CHECKED_FROM);
    return (int) checksum.getValue();
  }

  /** Where the object's bytes begin if the record begins there. */
  long bytesFrom(long place) {
    return place + FIXED_BYTES + keyBytes().length;
  }

  /** Where the next record begins. */
  long end(long place) {
    return Math.ceilDiv(bytesFrom(place) + length, ALIGNMENT) * ALIGNMENT;
  }

  /** The record at the place; empty if none was acknowledged there. */
  static Optional<RecordHeader> read(RandomAccessFile file, long place) throws IOException {
    byte[] fixed = new byte[FIXED_BYTES];
    if (!filled(file, place, fixed, 0) || buffer(fixed).getLong() == 0) {
      return Optional.empty();
    }
    ByteBuffer fields = buffer(fixed);
    demand(fields.getLong() == MARK, place);
    int checksum = fields.getInt();
    int kind = Short.toUnsignedInt(fields.getShort());
    int nameLength = Short.toUnsignedInt(fields.getShort());
    long length = fields.getLong();
    byte[] digest = new byte[Digest.LENGTH];
    fields.get(digest);
    byte[] encoded = Arrays.copyOf(fixed, FIXED_BYTES + nameLength);
    demand(filled(file, place + FIXED_BYTES, encoded, FIXED_BYTES), place);
    demand(checksum(place, encoded) == checksum && kind < Kind.values().length, place);
    String name = new String(encoded, FIXED_BYTES, nameLength, StandardCharsets.US_ASCII);
    return Optional.of(
        new RecordHeader(Kind.values()[kind], new BlobKey(name), Digest.of(digest), length));
  }

  /** Fills the array from the offset on; false if the file ends before that. */
  private static boolean filled(RandomAccessFile file, long place, byte[] target, int offset)
      throws IOException {
    file.seek(place);
    int at = offset;
    while (at < target.length) {
      int read = file.read(target, at, target.length - at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  private static void demand(boolean holds, long place) {
    if (!holds) {
      throw new HubException(
          ErrorCode.STORAGE_CORRUPT,
          "the archive is damaged at byte "
              + place
              + ": no record begins there. Restore it from a backup.");
    }
  }
}

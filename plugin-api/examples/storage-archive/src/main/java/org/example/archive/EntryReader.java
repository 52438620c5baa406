package org.example.archive;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import reactor.core.publisher.SynchronousSink;

/** One reading of a range, a chunk per demand; a whole object is verified before it completes. */
final class EntryReader {
  private static final int CHUNK_BYTES = 1 << 18;

  private final BlobRef ref;
  private final RandomAccessFile raw;
  private final boolean whole;
  private final MessageDigest hash = Digest.newSha256();
  private long left;

  private EntryReader(BlobRef ref, ByteRange range, RandomAccessFile raw) {
    this.ref = ref;
    this.raw = raw;
    whole = range.equals(ByteRange.whole(ref));
    left = range.length();
  }

  static EntryReader open(Archive archive, BlobRef ref, ByteRange range) throws IOException {
    if (range.length() > ref.length() || range.offset() > ref.length() - range.length()) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          range + " lies outside " + ref.key() + " of " + ref.length() + " bytes");
    }
    Archive.Entry entry =
        archive
            .find(ref.key())
            .orElseThrow(
                () ->
                    new HubException(
                        ErrorCode.NOT_FOUND,
                        "nothing is stored under " + ref.key() + " in " + archive.file()));
    if (entry.length() != ref.length()) {
      throw corrupt(
          ref, "it has " + entry.length() + " bytes where " + ref.length() + " are expected");
    }
    // Unlike a channel, it is not closed by the interrupt that comes with cancelling.
    RandomAccessFile raw = new RandomAccessFile(archive.file().toFile(), "r");
    try {
      raw.seek(entry.place() + range.offset());
      return new EntryReader(ref, range, raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Emits the next chunk, or completes. */
  void next(SynchronousSink<ByteBuffer> sink) throws IOException {
    if (left == 0) {
      verify();
      sink.complete();
      return;
    }
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, left)];
    raw.readFully(chunk);
    left -= chunk.length;
    hash.update(chunk);
    sink.next(ByteBuffer.wrap(chunk));
  }

  private void verify() {
    if (!whole) {
      return;
    }
    Digest digest = Digest.of(hash.digest());
    if (!digest.equals(ref.digest())) {
      throw corrupt(ref, "it hashes to " + digest + " where " + ref.digest() + " is expected");
    }
  }

  void close() throws IOException {
    raw.close();
  }

  private static HubException corrupt(BlobRef ref, String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        "the object under "
            + ref.key()
            + " is not the expected one: "
            + difference
            + ". Fetch it from another copy.");
  }
}

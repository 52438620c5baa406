package io.vramhub.storage.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import reactor.core.publisher.SynchronousSink;

/**
 * One reading of a range, a chunk per demand. A whole object is verified before it completes; of a
 * part only the length of its object can be, because one digest covers all of it.
 */
final class BlobReader {
  static final int CHUNK_BYTES = 1 << 18;

  private final BlobRef ref;
  private final RandomAccessFile file;
  private final boolean whole;
  private final MessageDigest hash = Digest.newSha256();
  private long left;

  private BlobReader(BlobRef ref, ByteRange range, RandomAccessFile file) {
    this.ref = ref;
    this.file = file;
    this.whole = range.equals(ByteRange.whole(ref));
    this.left = range.length();
  }

  static BlobReader open(BlobDirectory directory, BlobRef ref, ByteRange range) throws IOException {
    if (range.length() > ref.length() || range.offset() > ref.length() - range.length()) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          range + " lies outside " + ref.key() + " of " + ref.length() + " bytes");
    }
    Path path = directory.file(ref.key());
    long length = directory.stat(ref.key()).orElseThrow(() -> absent(ref, path)).size();
    if (length != ref.length()) {
      throw corrupt(ref, "it has " + length + " bytes where " + ref.length() + " are expected");
    }
    // Unlike a channel, it is not closed by the interrupt that comes with cancelling.
    RandomAccessFile file = openFile(directory, ref, path);
    try {
      file.seek(range.offset());
      return new BlobReader(ref, range, file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static RandomAccessFile openFile(BlobDirectory directory, BlobRef ref, Path path)
      throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "r");
    } catch (FileNotFoundException e) {
      // Deleted a moment ago, or there but not to be read.
      if (directory.stat(ref.key()).isEmpty()) {
        throw absent(ref, path);
      }
      throw e;
    }
  }

  /** Emits the next chunk, or completes. */
  void next(SynchronousSink<ByteBuffer> sink) throws IOException {
    if (left == 0) {
      if (whole) {
        verify();
      }
      sink.complete();
      return;
    }
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, left)];
    try {
      file.readFully(chunk);
    } catch (EOFException e) {
      throw corrupt(ref, "it was cut short while it was read");
    }
    left -= chunk.length;
    if (whole) {
      hash.update(chunk);
    }
    sink.next(ByteBuffer.wrap(chunk));
  }

  void close() throws IOException {
    file.close();
  }

  private void verify() {
    Digest digest = Digest.of(hash.digest());
    if (!digest.equals(ref.digest())) {
      throw corrupt(ref, "it hashes to " + digest + " where " + ref.digest() + " is expected");
    }
  }

  private static HubException absent(BlobRef ref, Path path) {
    return new HubException(
        ErrorCode.NOT_FOUND,
        "nothing is stored under " + ref.key() + " (it would lie at " + path + ")");
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

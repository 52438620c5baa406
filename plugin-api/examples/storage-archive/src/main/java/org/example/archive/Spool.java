package org.example.archive;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * An object on its way into the archive, in a file of its own: a slow source holds nobody up, and
 * one that breaks leaves no trace in the archive. The file has no name any more, so not even a
 * crash leaves it behind. Writing, copying and closing exclude each other.
 */
final class Spool {
  private static final int COPIED_BYTES = 1 << 16;

  private final BlobRef ref;
  private final RandomAccessFile raw;
  private final MessageDigest hash = Digest.newSha256();
  private long written;

  private Spool(BlobRef ref, RandomAccessFile raw) {
    this.ref = ref;
    this.raw = raw;
  }

  static Spool create(Path directory, BlobRef ref) throws IOException {
    Path file = Files.createTempFile(directory, "spool-", ".tmp");
    RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw");
    Files.delete(file);
    return new Spool(ref, raw);
  }

  synchronized void write(ByteBuffer bytes) throws IOException {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    written += copy.length;
    if (written > ref.length()) {
      throw mismatch("they are more than the " + ref.length() + " announced");
    }
    hash.update(copy);
    raw.write(copy);
  }

  /** Ends writing: the bytes must be the announced ones. */
  synchronized void verify() {
    if (written != ref.length()) {
      throw mismatch("they are " + written + " where " + ref.length() + " were announced");
    }
    Digest digest = Digest.of(hash.digest());
    if (!digest.equals(ref.digest())) {
      throw mismatch("they hash to " + digest + " where " + ref.digest() + " was announced");
    }
  }

  synchronized void copyTo(RandomAccessFile target) throws IOException {
    byte[] buffer = new byte[COPIED_BYTES];
    raw.seek(0);
    for (int read = raw.read(buffer); read >= 0; read = raw.read(buffer)) {
      target.write(buffer, 0, read);
    }
  }

  /** Lets the bytes go. Repeats have no effect. */
  synchronized void close() throws IOException {
    raw.close();
  }

  private HubException mismatch(String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        "the bytes to store under "
            + ref.key()
            + " are not the announced ones: "
            + difference
            + ". Nothing was stored; read or make them again.");
  }
}

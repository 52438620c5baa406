package io.vramhub.storage.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An object on its way into storage. Writing, publishing and discarding exclude each other, so that
 * a put cancelled at any moment either has published all of the object or leaves nothing.
 */
final class PartialBlob {
  /** What the bytes of an object are written to. */
  interface Output extends AutoCloseable {
    void write(ByteBuffer bytes) throws IOException;

    /** Returns once everything written is on the disk. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Makes the output of a new file. */
  @FunctionalInterface
  interface Outputs {
    Output create(Path file) throws IOException;
  }

  private final BlobDirectory directory;
  private final BlobKey key;
  private final BlobSource source;
  private final Path file;
  private final Outputs outputs;
  private final ReentrantLock lock = new ReentrantLock();
  private final MessageDigest hash = Digest.newSha256();
  private Output output = NotOpened.INSTANCE;
  private long written;
  private boolean discarded;

  PartialBlob(BlobDirectory directory, BlobKey key, BlobSource source, Outputs outputs) {
    this.directory = directory;
    this.key = key;
    this.source = source;
    this.outputs = outputs;
    this.file = directory.partial();
  }

  /** Appends; after {@link #discard} nothing happens. */
  void write(ByteBuffer bytes) throws IOException {
    lock.lock();
    try {
      if (discarded) {
        return;
      }
      written += bytes.remaining();
      if (written > source.length()) {
        throw mismatch("they are more than the " + source.length() + " announced");
      }
      hash.update(bytes.duplicate());
      open().write(bytes.duplicate());
    } finally {
      lock.unlock();
    }
  }

  /** What became of an object that was to get its name. */
  enum Outcome {
    PUBLISHED,
    /** The key is another object's; nothing has changed. */
    TAKEN,
    /** It was discarded before; nothing has changed. */
    DISCARDED
  }

  /** Gives the object its name once length and digest are the announced ones. */
  Outcome publish() throws IOException {
    lock.lock();
    try {
      if (discarded) {
        return Outcome.DISCARDED;
      }
      if (written != source.length()) {
        throw mismatch("they are " + written + " where " + source.length() + " were announced");
      }
      Digest digest = Digest.of(hash.digest());
      if (!digest.equals(source.digest())) {
        throw mismatch("they hash to " + digest + " where " + source.digest() + " was announced");
      }
      open().force();
      output.close();
      return directory.publish(file, key) ? Outcome.PUBLISHED : Outcome.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Removes what was not published. Repeats have no effect. */
  void discard() throws IOException {
    lock.lock();
    try {
      discarded = true;
      output.close();
      Files.deleteIfExists(file);
    } finally {
      lock.unlock();
    }
  }

  private Output open() throws IOException {
    if (output == NotOpened.INSTANCE) {
      output = outputs.create(file);
    }
    return output;
  }

  private HubException mismatch(String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        "the bytes to store under "
            + key
            + " are not the announced ones: "
            + difference
            + ". Nothing was stored; read or make them again.");
  }

  /** Before the first byte there is no file. */
  private enum NotOpened implements Output {
    INSTANCE;

    @Override
    public void write(ByteBuffer bytes) {
      throw new IllegalStateException("the file is not open");
    }

    @Override
    public void force() {
      throw new IllegalStateException("the file is not open");
    }

    @Override
    public void close() {
      // There is nothing to release.
    }
  }
}

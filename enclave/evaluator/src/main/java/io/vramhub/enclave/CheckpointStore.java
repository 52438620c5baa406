package io.vramhub.enclave;

import io.vramhub.api.model.Digest;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest two checkpoint files, in native memory, each under the root the enclave computed over
 * the bytes it holds. Thread-safe; a file that is displaced while {@link #use} runs is freed
 * afterwards.
 */
final class CheckpointStore implements AutoCloseable {
  private static final int KEPT = 2;
  private static final int CHUNK = 1 << 20;

  /** Works on the bytes of a file, which must not be kept. */
  interface Use<T> {
    T apply(MemorySegment file) throws RefusedRequestException;
  }

  /** A file and how many use it; guarded by the store. */
  private static final class Held {
    private final Arena arena;
    private final MemorySegment file;
    private int users;
    private boolean displaced;

    private Held(Arena arena, MemorySegment file) {
      this.arena = arena;
      this.file = file;
    }

    private void displace() {
      displaced = true;
      freeIfUnused();
    }

    private void freeIfUnused() {
      if (displaced && users == 0) {
        arena.close();
      }
    }
  }

  private final Map<Digest, Held> files = new LinkedHashMap<>();
  private boolean closed;

  /** Reads exactly {@code length} bytes, keeps them as the newest file, and returns their root. */
  @SuppressWarnings("MustBeClosedChecker") // closed once the file is displaced and unused
  Digest add(InputStream body, long length) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment file = arena.allocate(length);
      Digest root = fill(file, body);
      keep(root, new Held(arena, file));
      return root;
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** The roots of the files held, oldest first. */
  synchronized List<Digest> roots() {
    return List.copyOf(files.keySet());
  }

  /** Lends the file with the given root. */
  <T> T use(Digest root, Use<T> use) throws RefusedRequestException {
    Held held = borrow(root);
    try {
      return use.apply(held.file.asReadOnly());
    } finally {
      giveBack(held);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    files.values().forEach(Held::displace);
    files.clear();
  }

  private synchronized Held borrow(Digest root) throws RefusedRequestException {
    Held held = files.get(root);
    if (held == null) {
      throw new RefusedRequestException(
          RefusedRequestException.CONFLICT,
          "The enclave holds no checkpoint with root "
              + root
              + ". Upload it to /checkpoint first.");
    }
    held.users++;
    return held;
  }

  private synchronized void giveBack(Held held) {
    held.users--;
    held.freeIfUnused();
  }

  private synchronized void keep(Digest root, Held held) {
    if (closed) {
      throw new IllegalStateException("the enclave is closed");
    }
    Held same = files.remove(root);
    if (same != null) {
      same.displace();
    }
    files.put(root, held);
    if (files.size() > KEPT) {
      Iterator<Held> oldestFirst = files.values().iterator();
      oldestFirst.next().displace();
      oldestFirst.remove();
    }
  }

  /** Copies the body into the file and returns the root of what was copied. */
  private static Digest fill(MemorySegment file, InputStream body) throws IOException {
    CheckpointTree.Builder tree = new CheckpointTree.Builder();
    byte[] chunk = new byte[CHUNK];
    long filled = 0;
    while (filled < file.byteSize()) {
      int read = body.read(chunk, 0, (int) Math.min(CHUNK, file.byteSize() - filled));
      if (read < 0) {
        throw new EOFException(
            "the upload ended after " + filled + " of " + file.byteSize() + " bytes");
      }
      MemorySegment.copy(chunk, 0, file, ValueLayout.JAVA_BYTE, filled, read);
      tree.write(ByteBuffer.wrap(chunk, 0, read));
      filled += read;
    }
    return tree.build().root();
  }
}

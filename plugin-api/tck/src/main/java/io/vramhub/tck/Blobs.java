package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import reactor.core.publisher.Flux;

/** Bytes to store, and stored bytes. */
public final class Blobs {
  private Blobs() {}

  /** Random bytes, the same for the same seed. */
  public static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** The bytes as a stream of chunks, every other one outside the heap. */
  public static BlobSource chunked(byte[] bytes, int chunk) {
    return new BlobSource(
        bytes.length, Digest.sha256(bytes), () -> Flux.fromIterable(cut(bytes, chunk)));
  }

  private static List<ByteBuffer> cut(byte[] bytes, int chunk) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += chunk) {
      int length = Math.min(chunk, bytes.length - from);
      ByteBuffer buffer =
          chunks.size() % 2 == 0 ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
      chunks.add(buffer.put(bytes, from, length).flip());
    }
    return chunks;
  }

  static BlobRef put(StorageBackend storage, BlobKey key, byte[] bytes) {
    return Signals.value(storage.put(key, BlobSource.of(bytes)));
  }

  /** The whole object, which arrived within the TCK's patience. */
  public static byte[] read(StorageBackend storage, BlobRef ref) {
    return read(storage, ref, ByteRange.whole(ref));
  }

  /** Put answers the key it was given, or the object's own name. */
  static void assertAnswer(BlobRef answer, BlobKey key, byte[] bytes, Set<StorageTrait> traits) {
    assertThat(answer).isEqualTo(new BlobRef(answer.key(), Digest.sha256(bytes), bytes.length));
    assertThat(answer.key().equals(key))
        .as("put answers the given key %s as the name: %s", key, answer.key())
        .isEqualTo(!traits.contains(StorageTrait.CONTENT_ADDRESSED));
  }

  /** All chunks are collected before any is looked at, so that one used twice is found out. */
  public static byte[] read(StorageBackend storage, BlobRef ref, ByteRange range) {
    List<ByteBuffer> chunks = Signals.all(storage.read(ref, range));
    ByteBuffer all = ByteBuffer.allocate(chunks.stream().mapToInt(ByteBuffer::remaining).sum());
    chunks.forEach(chunk -> all.put(chunk.duplicate()));
    return all.array();
  }

  /** The keys with the prefix, as they are listed. */
  public static List<String> list(StorageBackend storage, String prefix) {
    return Signals.all(storage.list(prefix).map(info -> info.key().name()));
  }
}

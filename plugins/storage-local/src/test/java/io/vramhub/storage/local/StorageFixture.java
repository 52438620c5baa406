package io.vramhub.storage.local;

import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** What the tests of this package share. */
final class StorageFixture {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC);

  private StorageFixture() {}

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** The bytes as a stream of small chunks, some of them outside the heap. */
  static BlobSource chunked(byte[] bytes, int chunk) {
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

  static byte[] joined(List<ByteBuffer> chunks) {
    ByteBuffer all = ByteBuffer.allocate(chunks.stream().mapToInt(ByteBuffer::remaining).sum());
    chunks.forEach(chunk -> all.put(chunk.duplicate()));
    return all.array();
  }

  /** Every regular file below a folder, relative to it. */
  static List<String> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

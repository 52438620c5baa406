package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * Bytes to upload, re-readable so that a retry is safe.
 *
 * @param length exact number of bytes
 * @param digest SHA-256 over them
 * @param content a fresh cold stream at every call
 */
public record BlobSource(long length, Digest digest, Supplier<Flux<ByteBuffer>> content) {
  /** A source over bytes in memory. */
  public static BlobSource of(byte[] bytes) {
    byte[] copy = bytes.clone();
    return new BlobSource(
        copy.length,
        Digest.sha256(copy),
        () -> Flux.just(ByteBuffer.wrap(copy).asReadOnlyBuffer()));
  }
}

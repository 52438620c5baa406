package io.vramhub.kernel;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects streams that others send without letting them decide how much memory that takes. */
public final class BoundedBytes {
  private BoundedBytes() {}

  /** All bytes of the stream; more than {@code most} signal {@code STORAGE_UNAVAILABLE}. */
  public static Mono<Bytes> collect(Flux<ByteBuffer> parts, long most) {
    return parts
        .collect(
            ByteArrayOutputStream::new,
            (ByteArrayOutputStream out, ByteBuffer part) -> {
              if (out.size() + (long) part.remaining() > most) {
                throw new HubException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "storage sent more than the " + most + " bytes it was asked for");
              }
              byte[] bytes = new byte[part.remaining()];
              part.duplicate().get(bytes);
              out.writeBytes(bytes);
            })
        .map(out -> new Bytes(out.toByteArray()));
  }

  /**
   * What storage holds under a key whose digest nobody states, up to {@code most} bytes of it. Read
   * in two parts, since storage verifies whole objects and there is nothing to verify this one
   * against: the caller does.
   */
  public static Mono<Bytes> unverified(StorageBackend storage, BlobInfo found, long most) {
    long length = Math.min(found.length(), most);
    if (length == 0) {
      return Mono.just(Bytes.EMPTY);
    }
    BlobRef reference = new BlobRef(found.key(), Digest.ZERO, found.length());
    Flux<ByteBuffer> first = storage.read(reference, new ByteRange(0, Math.max(1, length - 1)));
    return collect(
        length == 1
            ? first
            : first.concatWith(storage.read(reference, new ByteRange(length - 1, 1))),
        length);
  }
}

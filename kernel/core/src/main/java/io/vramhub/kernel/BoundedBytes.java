package io.vramhub.kernel;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
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
}

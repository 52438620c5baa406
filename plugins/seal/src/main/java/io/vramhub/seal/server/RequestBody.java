package io.vramhub.seal.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects a request's body, up to the largest that Seal's servers take. */
final class RequestBody {
  private RequestBody() {}

  /** Signals {@code REQUEST_TOO_LARGE} with the first byte too many. */
  static Mono<byte[]> whole(Flux<ByteBuffer> body) {
    return body.reduceWith(ByteArrayOutputStream::new, RequestBody::with)
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static ByteArrayOutputStream with(ByteArrayOutputStream whole, ByteBuffer part) {
    if (part.remaining() > KeyServerJson.LARGEST_REQUEST_BYTES - whole.size()) {
      throw new DeniedException(
          Denial.REQUEST_TOO_LARGE,
          "a request has at most " + KeyServerJson.LARGEST_REQUEST_BYTES + " bytes");
    }
    byte[] bytes = new byte[part.remaining()];
    part.duplicate().get(bytes);
    whole.writeBytes(bytes);
    return whole;
  }
}

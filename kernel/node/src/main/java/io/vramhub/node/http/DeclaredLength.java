package io.vramhub.node.http;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/**
 * Holds a reply's body to the length its headers state: bytes beyond it would be taken for the next
 * response on the connection, and missing ones would leave the client waiting.
 */
final class DeclaredLength {
  private DeclaredLength() {}

  /** The same body, which ends with an error at the first byte too many or too few. */
  static Flux<ByteBuffer> enforced(Flux<ByteBuffer> body, OptionalLong declared) {
    if (declared.isEmpty()) {
      return body;
    }
    long length = declared.getAsLong();
    return Flux.defer(
        () -> {
          long[] sent = new long[1];
          return body.doOnNext(
                  part -> {
                    sent[0] += part.remaining();
                    if (sent[0] > length) {
                      throw new IllegalStateException(
                          "the reply's body is longer than its content-length " + length);
                    }
                  })
              .concatWith(
                  Flux.defer(
                      () ->
                          sent[0] == length
                              ? Flux.empty()
                              : Flux.error(
                                  new IllegalStateException(
                                      "the reply's body has "
                                          + sent[0]
                                          + " bytes, its content-length says "
                                          + length))));
        });
  }
}

package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** A request's body that ends with an error once it is longer than allowed. One subscriber. */
final class LimitedBody {
  private final Flux<ByteBuffer> source;
  private final long most;
  private final AtomicLong received = new AtomicLong();

  LimitedBody(Flux<ByteBuffer> source, long most) {
    this.source = source;
    this.most = most;
  }

  Flux<ByteBuffer> content() {
    return source.doOnNext(
        part -> {
          if (received.addAndGet(part.remaining()) > most) {
            throw new HubException(
                ErrorCode.PAYLOAD_INVALID, "the request's body is longer than " + most + " bytes");
          }
        });
  }

  /** Whether the limit was the reason why the body ended. */
  boolean exceeded() {
    return received.get() > most;
  }
}

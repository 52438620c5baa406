package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;

/**
 * A node service's answer to one HTTP request.
 *
 * @param status for example 200
 * @param headers one value a name; the server refuses line breaks in them
 * @param body written and flushed element by element, so that it may be an endless event stream;
 *     cancelled when the client leaves
 */
public record HttpReply(int status, SortedMap<String, String> headers, Flux<ByteBuffer> body) {
  public HttpReply {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("no final HTTP status: " + status);
    }
    headers = new TreeMap<>(headers);
  }

  /** A whole text in UTF-8. */
  public static HttpReply text(int status, String contentType, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new HttpReply(
        status,
        new TreeMap<>(
            Map.of(
                "content-type",
                contentType + "; charset=utf-8",
                "content-length",
                Integer.toString(bytes.length))),
        Flux.defer(() -> Flux.just(ByteBuffer.wrap(bytes))));
  }
}

package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;

/**
 * One HTTP request to a node service, as the node's server received it.
 *
 * @param method in upper case, for example {@code GET}
 * @param path decoded, begins with {@code /}, without dot segments
 * @param query decoded parameters in the order of their names; values in the order received
 * @param headers by name in lower case; values in the order received
 * @param body cold, may be read once; the server has limited its size
 */
public record HttpCall(
    String method,
    String path,
    SortedMap<String, List<String>> query,
    SortedMap<String, List<String>> headers,
    Flux<ByteBuffer> body) {
  public HttpCall {
    query = new TreeMap<>(query);
    headers = new TreeMap<>(headers);
  }

  /** The first value of a query parameter. */
  public Optional<String> parameter(String name) {
    return query.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** The first value of a header, whatever the case of its name. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }
}

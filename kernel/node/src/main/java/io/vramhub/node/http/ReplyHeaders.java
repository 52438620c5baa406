package io.vramhub.node.http;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** What a reply's headers may be: a service cannot write a second response into them. */
final class ReplyHeaders {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  /** The connection is the server's. */
  private static final Set<String> CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private ReplyHeaders() {}

  /**
   * The length the headers state for the body.
   *
   * @throws IllegalArgumentException if they may not be sent
   */
  static OptionalLong checked(SortedMap<String, String> headers) {
    OptionalLong length = OptionalLong.empty();
    for (var header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("a header's name is not a token");
      }
      if (!VALUE.matcher(header.getValue()).matches()) {
        throw new IllegalArgumentException(
            "the header " + name + " holds a line break or another forbidden character");
      }
      if (CONNECTION.contains(name)) {
        throw new IllegalArgumentException("the header " + name + " is the server's to set");
      }
      if (name.equals("content-length")) {
        if (length.isPresent() || !LENGTH.matcher(header.getValue()).matches()) {
          throw new IllegalArgumentException("content-length is not one number");
        }
        length = OptionalLong.of(Long.parseLong(header.getValue()));
      }
    }
    return length;
  }
}

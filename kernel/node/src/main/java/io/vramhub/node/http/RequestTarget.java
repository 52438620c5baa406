package io.vramhub.node.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The target of a request, decoded once. A path that could be read in two ways is refused, so that
 * no service is led outside its own by dots, slashes or control characters in disguise.
 *
 * @param path begins with {@code /}; without dot segments and empty ones, except that a trailing
 *     {@code /} stays
 * @param query decoded values by name, in the order received
 */
record RequestTarget(String path, SortedMap<String, List<String>> query) {
  private static final int MALFORMED = 400;

  /**
   * Reads the origin form, {@code /path?query}.
   *
   * @throws RefusedRequest with status 400
   */
  static RequestTarget parse(String target) {
    if (!target.startsWith("/")) {
      throw new RefusedRequest(MALFORMED, "the request's target must be a path");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    return new RequestTarget(path(path), query(query));
  }

  private static String path(String raw) {
    Deque<String> segments = new ArrayDeque<>();
    String last = "";
    for (String encoded : raw.split("/", -1)) {
      last = decode(encoded);
      if (last.contains("/") || last.contains("\\")) {
        throw new RefusedRequest(MALFORMED, "a path segment holds a slash");
      }
      if (last.equals("..")) {
        segments.pollLast();
      } else if (!last.isEmpty() && !last.equals(".")) {
        segments.addLast(last);
      }
    }
    boolean folder = last.isEmpty() || last.equals(".") || last.equals("..");
    return "/" + String.join("/", segments) + (folder && !segments.isEmpty() ? "/" : "");
  }

  private static SortedMap<String, List<String>> query(String raw) {
    SortedMap<String, List<String>> parameters = new TreeMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters
            .computeIfAbsent(decode(name.replace('+', ' ')), ignored -> new ArrayList<>())
            .add(decode(value.replace('+', ' ')));
      }
    }
    return parameters;
  }

  /** Percent-decodes well-formed UTF-8 without control characters. */
  private static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        if (i + 2 >= encoded.length()) {
          throw new RefusedRequest(MALFORMED, "a percent sign without two hexadecimal digits");
        }
        int high = Character.digit(encoded.charAt(i + 1), 16);
        int low = Character.digit(encoded.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw new RefusedRequest(MALFORMED, "a percent sign without two hexadecimal digits");
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        throw new RefusedRequest(MALFORMED, "characters beyond ASCII must be percent-encoded");
      }
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new RefusedRequest(MALFORMED, "control characters in the request's target");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new RefusedRequest(MALFORMED, "the request's target is not UTF-8");
    }
  }
}

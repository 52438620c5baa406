package io.vramhub.tck;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP/1.1 request or reply as it stands on the wire.
 *
 * @param head start line and headers with the empty line that ends them
 * @param body as it is transferred, so with the sizes of its chunks if it is chunked
 */
record HttpMessage(String head, byte[] body) {
  private static final String LINE_END = "\r\n";
  private static final String HEAD_END = LINE_END + LINE_END;
  private static final int LONGEST_HEAD = 1 << 16;
  private static final Pattern TEXT = Pattern.compile("text/.*|.*(xml|json).*");

  /** The head of the next message; empty where the stream ends instead. */
  static Optional<String> readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_HEAD) {
      int read = in.read();
      if (read < 0) {
        return Optional.empty();
      }
      head.append((char) read);
      if (read == '\n' && head.indexOf(HEAD_END, head.length() - HEAD_END.length()) >= 0) {
        return Optional.of(head.toString());
      }
    }
    throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
  }

  /** The message that the head begins, which has a body unless it cannot have one. */
  static HttpMessage readBody(String head, boolean bodiless, InputStream in) throws IOException {
    if (bodiless) {
      return new HttpMessage(head, new byte[0]);
    }
    if (header(head, "transfer-encoding").orElse("").equalsIgnoreCase("chunked")) {
      return new HttpMessage(head, chunks(in));
    }
    int length = Integer.parseInt(header(head, "content-length").orElse("0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("a body of " + length + " bytes ends after " + body.length);
    }
    return new HttpMessage(head, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int size;
    do {
      String line = line(in);
      size = Integer.parseInt(line.replaceFirst("[;\\r].*", "").strip(), 16);
      all.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
      all.writeBytes(in.readNBytes(size));
      all.writeBytes(line(in).getBytes(StandardCharsets.ISO_8859_1));
    } while (size > 0);
    return all.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int read;
    do {
      read = in.read();
      if (read < 0) {
        throw new EOFException("a chunked body ends early");
      }
      line.append((char) read);
    } while (read != '\n');
    return line.toString();
  }

  static Optional<String> header(String head, String name) {
    Matcher header =
        Pattern.compile("(?imd)^" + Pattern.quote(name) + ":[ \\t]*(.*?)[ \\t]*\\r$").matcher(head);
    return header.find() ? Optional.of(header.group(1)) : Optional.empty();
  }

  static String withoutHeader(String head, String name) {
    return head.replaceFirst("(?imd)^" + Pattern.quote(name) + ":.*\\r\\n", "");
  }

  /** The method of a request. */
  static String method(String head) {
    return head.substring(0, head.indexOf(' '));
  }

  /** The status of a reply. */
  static int status(String head) {
    return Integer.parseInt(head.split(" ", 3)[1].strip());
  }

  boolean isText() {
    return TEXT.matcher(header(head, "content-type").orElse("").toLowerCase(Locale.ROOT)).matches();
  }

  boolean hasBodyOfStatedLength() {
    return body.length > 0 && header(head, "content-length").isPresent();
  }

  /** The same with one bit in the middle of its body flipped. */
  HttpMessage corrupted() {
    byte[] wrong = body.clone();
    wrong[wrong.length / 2] ^= 1;
    return new HttpMessage(head, wrong);
  }

  /** The same with half of its body, of which its head tells. */
  HttpMessage halved() {
    byte[] half = Arrays.copyOf(body, body.length / 2);
    return new HttpMessage(
        head.replaceFirst("(?imd)^(content-length:[ \\t]*)\\d+", "$1" + half.length), half);
  }

  byte[] bytes() {
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  /** What a proxy on the way answers in the server's stead. */
  static HttpMessage refusal(int status, String reason) {
    byte[] text = (reason + "\n").getBytes(StandardCharsets.US_ASCII);
    return new HttpMessage(
        "HTTP/1.1 "
            + status
            + " "
            + reason
            + LINE_END
            + "Content-Type: text/plain"
            + LINE_END
            + "Content-Length: "
            + text.length
            + HEAD_END,
        text);
  }
}

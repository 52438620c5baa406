package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The textual form of certificates and keys (RFC 7468), one block per label. */
final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  static String encode(Bytes bytes, String label) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(bytes.array())
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** The first block with the label; empty if there is none or it is not Base64. */
  static Optional<Bytes> decode(String text, String label) {
    String begin = "-----BEGIN " + label + "-----";
    int start = text.indexOf(begin);
    int end = text.indexOf("-----END " + label + "-----", start + 1);
    if (start < 0 || end < 0) {
      return Optional.empty();
    }
    String body = text.substring(start + begin.length(), end).replaceAll("\\s", "");
    try {
      return Optional.of(new Bytes(Base64.getDecoder().decode(body)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

package io.vramhub.kernel.dataset;

import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.CanonicalHash;
import java.nio.charset.StandardCharsets;

/**
 * The tokenizer without a vocabulary file: a token is a byte of UTF-8, and 0, which is no byte of
 * any text, ends a document.
 */
public final class ByteTokenizer {
  /** Number of token ids. */
  public static final int VOCABULARY = 256;

  /** Ends a document. */
  static final byte END = 0;

  private ByteTokenizer() {}

  /** The hash that names this definition in a manifest. */
  public static Digest definition() {
    return CanonicalHash.of(
        "vramhub/tokenizer/1", "bytes; 0 ends a document".getBytes(StandardCharsets.US_ASCII));
  }
}

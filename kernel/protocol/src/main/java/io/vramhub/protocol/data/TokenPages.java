package io.vramhub.protocol.data;

import io.vramhub.api.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The token ids inside a page's bytes. */
public final class TokenPages {
  private TokenPages() {}

  /**
   * @param page whole little-endian tokens
   * @param tokenBytes width of a token, 2 (unsigned) or 4 (below 2^31)
   * @return the ids in order
   */
  public static int[] decode(Bytes page, int tokenBytes) {
    if (tokenBytes != 2 && tokenBytes != 4) {
      throw new IllegalArgumentException("a token has 2 or 4 bytes, not " + tokenBytes);
    }
    if (page.length() % tokenBytes != 0) {
      throw new IllegalArgumentException(
          page.length() + " bytes are not whole tokens of " + tokenBytes);
    }
    ByteBuffer buffer = page.buffer().order(ByteOrder.LITTLE_ENDIAN);
    int[] tokens = new int[page.length() / tokenBytes];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = tokenBytes == 2 ? Short.toUnsignedInt(buffer.getShort()) : buffer.getInt();
    }
    return tokens;
  }
}

package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What opens a peer's bucket for reading. Its bytes are {@code "VRR2"}, the version 1 as a byte,
 * and the texts endpoint, bucket, prefix, region, key id and secret, each as its length in bytes
 * (16 bits, little-endian) and UTF-8; nothing follows.
 *
 * @param key may read and list, and should be able to do nothing else
 */
record R2Credential(Location location, String region, AccessKey key) {
  private static final byte[] MAGIC = "VRR2".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int LONGEST_TEXT = 1_024;

  Credential encoded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(VERSION);
    for (String text :
        List.of(
            location.endpoint().toString(),
            location.bucket(),
            location.prefix(),
            region,
            key.id(),
            key.secret())) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > LONGEST_TEXT) {
        throw new HubException(
            ErrorCode.CONFIG_INVALID,
            "a credential's texts have at most "
                + LONGEST_TEXT
                + " bytes, one has "
                + bytes.length);
      }
      out.write(bytes.length & 0xff);
      out.write(bytes.length >>> Byte.SIZE);
      out.writeBytes(bytes);
    }
    return new Credential(new Bytes(out.toByteArray()));
  }

  /**
   * A peer wrote it, so every text is checked as an operator's would be.
   *
   * @throws HubException {@code MESSAGE_INVALID} if it is none
   */
  static R2Credential decoded(Credential credential) {
    ByteBuffer bytes = credential.secret().buffer().order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte[] magic = new byte[MAGIC.length];
      bytes.get(magic);
      byte version = bytes.get();
      if (!Arrays.equals(magic, MAGIC) || version != VERSION) {
        throw invalid("it does not begin as one, or is of another version");
      }
      Location location = new Location(URI.create(text(bytes)), text(bytes), text(bytes));
      String region = text(bytes);
      AccessKey key = new AccessKey(text(bytes), text(bytes));
      if (bytes.hasRemaining()) {
        throw invalid("bytes follow its end");
      }
      return new R2Credential(location, region, key);
    } catch (BufferUnderflowException e) {
      throw invalid("it ends early");
    } catch (CharacterCodingException e) {
      throw invalid("a text of it is not UTF-8");
    } catch (IllegalArgumentException e) {
      throw invalid("its endpoint is no address");
    } catch (HubException e) {
      throw e.code() == ErrorCode.MESSAGE_INVALID ? e : invalid(String.valueOf(e.getMessage()));
    }
  }

  private static String text(ByteBuffer bytes) throws CharacterCodingException {
    int length = Short.toUnsignedInt(bytes.getShort());
    if (length > LONGEST_TEXT) {
      throw invalid("a text of it is too long");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
  }

  private static HubException invalid(String reason) {
    return new HubException(
        ErrorCode.MESSAGE_INVALID, "this is no credential of R2 storage: " + reason);
  }
}

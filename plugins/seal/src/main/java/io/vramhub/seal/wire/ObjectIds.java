package io.vramhub.seal.wire;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.util.regex.Pattern;

/** Sui's object ids and addresses as text: {@code 0x} and 64 hexadecimal digits. */
public final class ObjectIds {
  /** The clock every Sui network has. */
  public static final Digest CLOCK = Digest.ofHex("0".repeat(63) + "6");

  private static final Pattern TEXT = Pattern.compile("0x[0-9a-f]{64}");

  private ObjectIds() {}

  public static String text(Digest id) {
    return "0x" + id.hex();
  }

  /**
   * {@code MESSAGE_INVALID}: anything but the canonical text.
   *
   * @param what the id's role, for the error
   */
  public static Digest parse(String what, String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID, what + " is 0x and 64 lower-case hexadecimal digits");
    }
    return Digest.ofHex(text.substring(2));
  }
}

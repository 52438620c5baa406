package io.vramhub.seal.wire;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/**
 * For how long a throwaway key may ask for keys in a user's name. The user signs its {@link
 * #personalMessage()}; the throwaway key signs each request.
 *
 * @param packageId whose keys
 * @param created whole milliseconds; the message shows the second
 * @param minutes how long it lasts from then
 * @param key the throwaway Ed25519 key, 32 bytes
 */
public record Session(Digest packageId, Instant created, int minutes, Bytes key) {
  /** Longest session that clients make and key servers take. */
  public static final int LONGEST_MINUTES = 30;

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** The first moment at which it is over. */
  public Instant ends() {
    return created.plusSeconds(60L * minutes);
  }

  /** What the user signs: a sentence that wallets show. */
  public byte[] personalMessage() {
    String sentence =
        "Accessing keys of package "
            + ObjectIds.text(packageId)
            + " for "
            + minutes
            + " mins from "
            + SECOND.format(created)
            + ", session key "
            + Base64.getEncoder().encodeToString(key.array());
    return sentence.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the throwaway key signs of a request.
   *
   * @param transaction {@link ApprovalTransaction#encode()}
   * @param encryptionKey compressed point of G1, 48 bytes
   * @param verificationKey compressed point of G2, 96 bytes
   */
  public static byte[] request(Bytes transaction, Bytes encryptionKey, Bytes verificationKey) {
    return new BcsWriter()
        .bytes(transaction.array())
        .bytes(encryptionKey.array())
        .bytes(verificationKey.array())
        .toByteArray();
  }
}

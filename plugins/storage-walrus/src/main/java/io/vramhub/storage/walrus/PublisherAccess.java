package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a publisher is asked for permission to store. */
sealed interface PublisherAccess {
  /** The bearer token for one upload; empty if the publisher wants none. */
  Optional<String> token(Upload upload);

  /**
   * What a token is for.
   *
   * @param sendObjectTo the address that is to own the blob's object on the chain, if not the
   *     publisher's
   */
  record Upload(long size, int epochs, Optional<String> sendObjectTo) {}

  /** Anyone may store. */
  record Open() implements PublisherAccess {
    @Override
    public Optional<String> token(Upload upload) {
      return Optional.empty();
    }
  }

  /** Somebody else makes the tokens; the file is read at every upload. */
  record TokenFile(Path file) implements PublisherAccess {
    @Override
    public Optional<String> token(Upload upload) {
      try {
        return Optional.of(Files.readString(file, StandardCharsets.US_ASCII).strip());
      } catch (IOException e) {
        throw new HubException(
            ErrorCode.ACCESS_DENIED,
            "the publisher's token cannot be read from " + file + ": " + e,
            e);
      }
    }
  }

  /**
   * This node makes the tokens: JSON Web Tokens (RFC 7519) under HMAC-SHA-256, each good for one
   * upload of the stated size and time, within a minute.
   */
  record SigningKey(SecretKeySpec key, Clock clock, SecureRandom random)
      implements PublisherAccess {
    private static final Duration VALID = Duration.ofMinutes(1);
    private static final int TOKEN_ID_BYTES = 16;
    private static final int SHORTEST_KEY_BYTES = 32;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

    /** Reads the key that publisher and node share: hex digits, with or without {@code 0x}. */
    static SigningKey read(Path file, Clock clock, SecureRandom random) {
      byte[] key;
      try {
        key =
            HexFormat.of()
                .parseHex(
                    Files.readString(file, StandardCharsets.US_ASCII)
                        .strip()
                        .replaceFirst("^0x", ""));
      } catch (IOException | IllegalArgumentException e) {
        throw new HubException(
            ErrorCode.CONFIG_INVALID,
            "storage setting 'signing-key-file' names "
                + file
                + ", which cannot be read as hex digits: "
                + (e instanceof IOException ? e.toString() : "it holds something else"));
      }
      if (key.length < SHORTEST_KEY_BYTES) {
        throw new HubException(
            ErrorCode.CONFIG_INVALID,
            "storage setting 'signing-key-file' names "
                + file
                + ", which holds "
                + key.length
                + " bytes; HMAC-SHA-256 wants at least "
                + SHORTEST_KEY_BYTES);
      }
      return new SigningKey(new SecretKeySpec(key, "HmacSHA256"), clock, random);
    }

    @Override
    public Optional<String> token(Upload upload) {
      Instant now = clock.instant();
      byte[] id = new byte[TOKEN_ID_BYTES];
      random.nextBytes(id);
      StringBuilder claims = new StringBuilder("{\"iat\":").append(now.getEpochSecond());
      claims.append(",\"exp\":").append(now.plus(VALID).getEpochSecond());
      claims.append(",\"jti\":\"").append(HexFormat.of().formatHex(id)).append('"');
      claims.append(",\"epochs\":").append(upload.epochs());
      claims.append(",\"size\":").append(upload.size());
      upload
          .sendObjectTo()
          .ifPresent(
              address -> claims.append(",\"send_object_to\":\"").append(address).append('"'));
      String signed = HEADER + "." + encoded(claims.append('}').toString());
      return Optional.of(signed + "." + BASE64.encodeToString(signature(signed)));
    }

    private byte[] signature(String signed) {
      try {
        Mac mac = Mac.getInstance(key.getAlgorithm());
        mac.init(key);
        return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      } catch (GeneralSecurityException e) {
        throw new AssertionError("every Java platform has HMAC-SHA-256", e);
      }
    }

    private static String encoded(String json) {
      return BASE64.encodeToString(json.getBytes(StandardCharsets.US_ASCII));
    }

    /** The key is not for any log. */
    @Override
    public String toString() {
      return "SigningKey[***]";
    }
  }
}

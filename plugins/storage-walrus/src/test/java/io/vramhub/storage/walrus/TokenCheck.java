package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks JSON Web Tokens as a publisher does that was given a secret. */
final class TokenCheck {
  private final byte[] key;
  private final Clock clock;
  private final Set<String> used = new HashSet<>();

  TokenCheck(byte[] key, Clock clock) {
    this.key = key.clone();
    this.clock = clock;
  }

  synchronized boolean admits(FakeWalrus.Upload upload) {
    String[] parts =
        upload.authorization().orElse("").replaceFirst("^Bearer ", "").split("\\.", -1);
    if (parts.length != 3 || !isSigned(parts)) {
      return false;
    }
    Config header = json(parts[0]);
    Config claims = json(parts[1]);
    long now = clock.instant().getEpochSecond();
    boolean addressed =
        !claims.hasPath("send_object_to")
            || claims.getString("send_object_to").equals(upload.query().get("send_object_to"));
    return header.getString("alg").equals("HS256")
        && claims.getLong("iat") <= now
        && claims.getLong("exp") > now
        && claims.getLong("size") == upload.length()
        && claims.getString("epochs").equals(upload.query().get("epochs"))
        && addressed
        && used.add(claims.getString("jti"));
  }

  private boolean isSigned(String[] parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] signature =
          mac.doFinal((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return MessageDigest.isEqual(signature, Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Config json(String part) {
    return ConfigFactory.parseString(
        new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }
}

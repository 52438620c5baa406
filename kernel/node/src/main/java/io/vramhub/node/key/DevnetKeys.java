package io.vramhub.node.key;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * The throwaway keys of a devnet, all derived (HKDF, RFC 5869) from one secret file beside the
 * data, readable by its owner alone. A restart on the same data directory finds the same accounts.
 */
public final class DevnetKeys {
  private static final int SECRET_BYTES = 32;

  private final byte[] secret;

  private DevnetKeys(byte[] secret) {
    this.secret = secret;
  }

  /** Opens the file, or makes it with fresh randomness. */
  public static DevnetKeys open(Path file, SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[SECRET_BYTES];
        random.nextBytes(fresh);
        PrivateFiles.write(file, fresh);
      }
      byte[] secret = Files.readAllBytes(file);
      if (secret.length != SECRET_BYTES) {
        throw new HubException(
            ErrorCode.KEY_INVALID,
            file
                + " is not a devnet secret of 32 bytes; remove the data directory to start a new"
                + " devnet");
      }
      return new DevnetKeys(secret);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "cannot keep the devnet's secret in " + file + ": " + e.getMessage(),
          e);
    }
  }

  /** The key of one participant, for example {@code miner/1}. */
  public SecretKey key(String name) {
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    generator.init(
        new HKDFParameters(
            secret, null, ("vramhub/devnet/" + name).getBytes(StandardCharsets.UTF_8)));
    byte[] seed = new byte[32];
    generator.generateBytes(seed, 0, seed.length);
    return new SecretKey(seed);
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ledger's sealing key: AES-256-GCM with the policy as associated data, so that what was sealed
 * under one policy opens under no other. It stands in for a committee of key servers on networks
 * where the ledger itself is trusted; the ledger's operator could open everything.
 */
final class SealKey {
  static final String NAME = "seal.key";

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int FORMAT = 1;
  private static final int MAXIMUM_SECRET_BYTES = 4_096;

  private final SecretKeySpec key;
  private final SecureRandom random;

  private SealKey(byte[] key, SecureRandom random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  /** Makes the key of a new ledger, readable by its owner alone; an existing one stays. */
  static void create(Path directory, SecureRandom random) {
    Path file = directory.resolve(NAME);
    if (Files.exists(file)) {
      return;
    }
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    try {
      if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the sealing key " + file + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Reads the key of a ledger; {@code KEY_INVALID} if it is gone or not a key. */
  static SealKey read(Path directory, SecureRandom random) {
    Path file = directory.resolve(NAME);
    try {
      byte[] key = Files.readAllBytes(file);
      if (key.length == KEY_BYTES) {
        return new SealKey(key, random);
      }
    } catch (IOException e) {
      throw lost(file, e);
    }
    throw lost(file, new IOException("it does not have " + KEY_BYTES + " bytes"));
  }

  private static HubException lost(Path file, IOException cause) {
    return new HubException(
        ErrorCode.KEY_INVALID,
        "the sealing key "
            + file
            + " cannot be read ("
            + cause.getMessage()
            + "): without it nothing sealed on this ledger opens again. Put back a copy.",
        cause);
  }

  SealedCredential seal(Credential credential, SealPolicy policy) {
    if (credential.secret().length() > MAXIMUM_SECRET_BYTES) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "a credential has at most " + MAXIMUM_SECRET_BYTES + " bytes; seal a key, not the data");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, policy).doFinal(credential.secret().array());
      return new SealedCredential(
          new Bytes(new BcsWriter().u8(FORMAT).fixed(nonce).bytes(sealed).toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES-GCM", e);
    }
  }

  /** {@code MESSAGE_INVALID}: these bytes were not sealed by this key under this policy. */
  Credential open(SealedCredential sealed, SealPolicy policy) {
    return BcsReader.message(
        "sealed credential",
        sealed.bytes().array(),
        reader -> {
          if (reader.u8() != FORMAT) {
            throw reader.invalid("it was not sealed by the local sealer");
          }
          byte[] nonce = reader.fixed(NONCE_BYTES);
          byte[] body = reader.bytes(MAXIMUM_SECRET_BYTES + TAG_BITS / Byte.SIZE);
          try {
            return new Credential(
                new Bytes(cipher(Cipher.DECRYPT_MODE, nonce, policy).doFinal(body)));
          } catch (AEADBadTagException e) {
            throw new HubException(
                ErrorCode.MESSAGE_INVALID, "it was not sealed under this policy", e);
          } catch (GeneralSecurityException e) {
            throw new HubException(
                ErrorCode.MESSAGE_INVALID, "it is not sealed: " + e.getMessage(), e);
          }
        });
  }

  private Cipher cipher(int mode, byte[] nonce, SealPolicy policy) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(policy.identity().buffer());
    return cipher;
  }
}

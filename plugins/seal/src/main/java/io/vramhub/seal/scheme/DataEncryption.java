package io.vramhub.seal.scheme;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Encrypts data under a key that is used once, so that neither mode needs a nonce. */
final class DataEncryption {
  private static final byte[] GCM_IV = HexFormat.of().parseHex("8a3799fdc62e79dba0805907d69c94dc");
  private static final int GCM_TAG_BITS = 128;
  private static final byte[] STREAM_DOMAIN = "HMAC-CTR-ENC".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAC_DOMAIN = "HMAC-CTR-MAC".getBytes(StandardCharsets.US_ASCII);

  private DataEncryption() {}

  static Ciphertext encrypt(byte[] key, Mode mode, byte[] data, byte[] associated) {
    // Seal's own clients always say that there is associated data, even if it is empty.
    Optional<Bytes> written = Optional.of(new Bytes(associated));
    return switch (mode) {
      case AES_256_GCM -> {
        try {
          byte[] blob = gcm(Cipher.ENCRYPT_MODE, key, associated).doFinal(data);
          yield new Ciphertext.Aes256Gcm(new Bytes(blob), written);
        } catch (GeneralSecurityException e) {
          throw noGcm(e);
        }
      }
      case HMAC_256_CTR -> {
        byte[] blob = stream(key, data);
        yield new Ciphertext.Hmac256Ctr(
            new Bytes(blob), written, new Bytes(mac(key, associated, blob)));
      }
      case PLAIN -> new Ciphertext.Plain();
    };
  }

  /** {@code MESSAGE_INVALID}: the data or what goes along was changed. */
  static byte[] decrypt(byte[] key, Ciphertext ciphertext) {
    return switch (ciphertext) {
      case Ciphertext.Aes256Gcm(var blob, var associated) -> {
        try {
          yield gcm(Cipher.DECRYPT_MODE, key, array(associated)).doFinal(blob.array());
        } catch (AEADBadTagException e) {
          throw changed(e);
        } catch (GeneralSecurityException e) {
          throw noGcm(e);
        }
      }
      case Ciphertext.Hmac256Ctr(var blob, var associated, var mac) -> {
        byte[] bytes = blob.array();
        if (!MessageDigest.isEqual(mac(key, array(associated), bytes), mac.array())) {
          throw changed(null);
        }
        yield stream(key, bytes);
      }
      case Ciphertext.Plain() -> key;
    };
  }

  private static byte[] array(Optional<Bytes> associated) {
    return associated.orElse(Bytes.EMPTY).array();
  }

  private static Cipher gcm(int mode, byte[] key, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(GCM_TAG_BITS, GCM_IV));
    cipher.updateAAD(associated);
    return cipher;
  }

  private static AssertionError noGcm(GeneralSecurityException cause) {
    return new AssertionError("every Java platform has AES-GCM", cause);
  }

  private static HubException changed(@Nullable Throwable cause) {
    return new HubException(
        ErrorCode.MESSAGE_INVALID, "the sealed data does not fit its authentication tag", cause);
  }

  /** The data, each 32 bytes of it masked by the HMAC of their number; its own inverse. */
  private static byte[] stream(byte[] key, byte[] data) {
    byte[] out = data.clone();
    for (int block = 0; block * Sha3.BYTES < out.length; block++) {
      byte[] mask = Sha3.hmac(key, STREAM_DOMAIN, u64(block));
      int start = block * Sha3.BYTES;
      for (int i = 0; i < Math.min(Sha3.BYTES, out.length - start); i++) {
        out[start + i] ^= mask[i];
      }
    }
    return out;
  }

  private static byte[] mac(byte[] key, byte[] associated, byte[] blob) {
    return Sha3.hmac(key, MAC_DOMAIN, u64(associated.length), associated, blob);
  }

  private static byte[] u64(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}

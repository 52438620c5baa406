package io.vramhub.node.key;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One encrypted key file: Argon2id (64 MiB, 3 passes) stretches the password, AES-256-GCM seals the
 * seed, the address is bound as associated data. The file is JSON, mode 0600, replaced atomically.
 */
public final class Keystore {
  private static final int VERSION = 1;
  private static final int MEMORY_KIB = 64 * 1024;
  private static final int PASSES = 3;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Keystore() {}

  /** Makes a fresh key and its file; refuses to replace an existing one. */
  public static SecretKey create(Path file, char[] password, SecureRandom random) {
    if (Files.exists(file)) {
      throw new HubException(
          ErrorCode.KEY_INVALID, file + " exists; move it away first, a key is never overwritten");
    }
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    SecretKey key = new SecretKey(seed);
    byte[] salt = new byte[SALT_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          crypt(
              Cipher.ENCRYPT_MODE,
              stretch(password, salt, MEMORY_KIB, PASSES),
              nonce,
              key.address().toString(),
              seed);
      ObjectNode json = JSON.createObjectNode();
      json.put("version", VERSION);
      json.put("address", key.address().toString());
      json.put("publicKey", key.publicKey().hex());
      json.put("kdf", "argon2id");
      json.put("memoryKib", MEMORY_KIB);
      json.put("passes", PASSES);
      json.put("salt", HexFormat.of().formatHex(salt));
      json.put("cipher", "aes-256-gcm");
      json.put("nonce", HexFormat.of().formatHex(nonce));
      json.put("sealed", HexFormat.of().formatHex(sealed));
      PrivateFiles.write(file, json.toPrettyString().getBytes(StandardCharsets.UTF_8));
      return key;
    } catch (IOException | GeneralSecurityException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID, "cannot write the key file " + file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** Opens a key file; a wrong password and a changed file cannot be told apart. */
  public static SecretKey open(Path file, char[] password) {
    JsonNode json = read(file);
    int memory = json.path("memoryKib").asInt();
    int passes = json.path("passes").asInt();
    if (json.path("version").asInt() != VERSION
        || memory < 8
        || memory > 1 << 20
        || passes < 1
        || passes > 16) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          file + " is not a key file of version 1; restore it from its backup");
    }
    try {
      HexFormat hex = HexFormat.of();
      byte[] stretched =
          stretch(password, hex.parseHex(json.path("salt").asString()), memory, passes);
      byte[] seed =
          crypt(
              Cipher.DECRYPT_MODE,
              stretched,
              hex.parseHex(json.path("nonce").asString()),
              json.path("address").asString(),
              hex.parseHex(json.path("sealed").asString()));
      SecretKey key = new SecretKey(seed);
      Arrays.fill(seed, (byte) 0);
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "the password does not open " + file + ", or the file was changed; nothing was written",
          e);
    }
  }

  /** The address a key file belongs to, without opening it. */
  public static String addressOf(Path file) {
    return read(file).path("address").asString();
  }

  /** The password in a file: its first line. The file must not be readable by others. */
  public static char[] passwordFrom(Path file) {
    try {
      if (PrivateFiles.isExposed(file)) {
        throw new HubException(
            ErrorCode.KEY_INVALID, "others can read the password file " + file + "; chmod 600 it");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      return (end < 0 ? text : text.substring(0, end)).toCharArray();
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "cannot read the password file " + file + "; create it with mode 0600",
          e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      if (PrivateFiles.isExposed(file)) {
        throw new HubException(
            ErrorCode.KEY_INVALID, "others can read the key file " + file + "; chmod 600 it");
      }
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException | tools.jackson.core.JacksonException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "cannot read the key file " + file + "; make one with `vramhub key create`",
          e);
    }
  }

  private static byte[] stretch(char[] password, byte[] salt, int memoryKib, int passes) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] out = new byte[32];
    generator.generateBytes(password, out);
    return out;
  }

  private static byte[] crypt(int mode, byte[] key, byte[] nonce, String address, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(address.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(input);
  }
}

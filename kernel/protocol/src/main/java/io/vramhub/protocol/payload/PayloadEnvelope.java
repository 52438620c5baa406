package io.vramhub.protocol.payload;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a miner stores until the deadline has passed (protocol section 5): the payload under
 * AES-256-GCM, beside the data key as its sealer sealed it. Policy, nonce and sealed key are
 * authenticated with the payload, so an envelope cannot be moved to another window or miner.
 */
public final class PayloadEnvelope {
  /** Bytes of the nonce. A data key seals one payload, so any nonce is fresh. */
  public static final int NONCE_BYTES = 12;

  /** Bytes of the data key. */
  public static final int KEY_BYTES = 32;

  private static final byte[] MAGIC = "VRAMSEAL".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int TAG_BYTES = 16;
  private static final int MAXIMUM_SEALED_KEY = 4096;

  private final SealPolicy.Gradient policy;
  private final SealedCredential sealedKey;
  private final byte[] nonce;
  private final byte[] ciphertext;

  private PayloadEnvelope(
      SealPolicy.Gradient policy, SealedCredential sealedKey, byte[] nonce, byte[] ciphertext) {
    this.policy = policy;
    this.sealedKey = sealedKey;
    this.nonce = nonce;
    this.ciphertext = ciphertext;
  }

  /**
   * Encrypts a payload.
   *
   * @param dataKey 32 fresh random bytes
   * @param nonce 12 bytes
   * @param sealedKey the data key as the sealer returned it for this policy, at most 4 KiB
   */
  public static byte[] seal(
      byte[] payload,
      SealPolicy.Gradient policy,
      Credential dataKey,
      byte[] nonce,
      SealedCredential sealedKey) {
    if (nonce.length != NONCE_BYTES
        || dataKey.secret().length() != KEY_BYTES
        || sealedKey.bytes().length() > MAXIMUM_SEALED_KEY) {
      throw new IllegalArgumentException(
          "an envelope takes a nonce of 12 bytes, a data key of 32 and a sealed key of up to 4096");
    }
    byte[] preamble = preamble(policy, sealedKey, nonce);
    try {
      byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, dataKey, nonce, preamble).doFinal(payload);
      return new BcsWriter().fixed(preamble).bytes(ciphertext).toByteArray();
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  /** Reads a peer's bytes without opening them; throws {@code MALFORMED} for anything else. */
  public static PayloadEnvelope parse(byte[] stored) throws PayloadException {
    try {
      return BcsReader.message("envelope", stored, PayloadEnvelope::read);
    } catch (HubException e) {
      throw PayloadException.malformed(String.valueOf(e.getMessage()));
    }
  }

  /** No envelope around a payload of this model is longer: the bound for commits. */
  public static long maximumBytes(NetworkParameters.Model model) {
    return GradientPayload.maximumBytes(model) + MAXIMUM_SEALED_KEY + 256;
  }

  /** Whose gradient of which window this claims to be; true only if it opens. */
  public SealPolicy.Gradient policy() {
    return policy;
  }

  public SealedCredential sealedKey() {
    return sealedKey;
  }

  /** The payload; throws {@code MALFORMED} if the key is another or a bit was changed. */
  public byte[] open(Credential dataKey) throws PayloadException {
    if (dataKey.secret().length() != KEY_BYTES) {
      throw PayloadException.malformed(
          "the data key has " + dataKey.secret().length() + " bytes, not " + KEY_BYTES);
    }
    try {
      byte[] preamble = preamble(policy, sealedKey, nonce);
      return cipher(Cipher.DECRYPT_MODE, dataKey, nonce, preamble).doFinal(ciphertext);
    } catch (AEADBadTagException e) {
      throw PayloadException.malformed("the envelope does not open with its data key");
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static byte[] preamble(
      SealPolicy.Gradient policy, SealedCredential sealedKey, byte[] nonce) {
    return new BcsWriter()
        .fixed(MAGIC)
        .u8(VERSION)
        .fixed(policy.network().digest().array())
        .u64(policy.window().number())
        .u64(policy.miner().value())
        .fixed(nonce)
        .bytes(sealedKey.bytes().array())
        .toByteArray();
  }

  private static PayloadEnvelope read(BcsReader reader) {
    if (!Arrays.equals(reader.fixed(MAGIC.length), MAGIC)) {
      throw reader.invalid("this is no sealed payload");
    }
    int version = reader.u8();
    if (version != VERSION) {
      throw reader.invalid("version " + version + " is not " + VERSION);
    }
    SealPolicy.Gradient policy =
        new SealPolicy.Gradient(
            new NetworkId(Digest.of(reader.fixed(Digest.LENGTH))),
            new WindowId(reader.u64()),
            new MinerUid(Math.toIntExact(reader.u64())));
    byte[] nonce = reader.fixed(NONCE_BYTES);
    SealedCredential sealedKey = new SealedCredential(new Bytes(reader.bytes(MAXIMUM_SEALED_KEY)));
    byte[] ciphertext = reader.bytes();
    if (ciphertext.length < TAG_BYTES) {
      throw reader.invalid("the ciphertext is shorter than its tag");
    }
    return new PayloadEnvelope(policy, sealedKey, nonce, ciphertext);
  }

  private static Cipher cipher(int mode, Credential dataKey, byte[] nonce, byte[] preamble)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(dataKey.secret().array(), "AES");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(preamble);
    return cipher;
  }

  private static HubException unavailable(GeneralSecurityException cause) {
    return new HubException(
        ErrorCode.INVARIANT_BROKEN,
        "this Java platform has no AES-256-GCM, which every Java platform must have",
        cause);
  }
}

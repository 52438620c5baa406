package io.vramhub.seal.wire;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.spi.Signer;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A signature over a personal message as Sui's wallets make it: the scheme's number, the signature,
 * and the public key. Of Sui's schemes this one is Ed25519; the others are refused by name.
 *
 * @param signature 64 bytes
 * @param publicKey 32 bytes
 */
public record SuiSignature(Bytes signature, Bytes publicKey) {
  private static final int BYTES = 1 + Ed25519.SIGNATURE_BYTES + Ed25519.KEY_BYTES;

  /** Intent: a personal message, version 0, of Sui. */
  private static final byte[] PERSONAL_MESSAGE = {3, 0, 0};

  private static final List<String> SCHEMES =
      List.of("Ed25519", "Secp256k1", "Secp256r1", "MultiSig", "BLS12381", "zkLogin", "Passkey");

  /** Signs a personal message with a key of Ed25519. */
  public static SuiSignature sign(Signer signer, byte[] message) {
    return new SuiSignature(signer.sign(signed(message)), signer.publicKey());
  }

  /** {@code MESSAGE_INVALID}: another scheme, or not 97 bytes. */
  public static SuiSignature decode(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] != Ed25519.FLAG) {
      int scheme = bytes[0] & 0xff;
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "the signature is of scheme "
              + (scheme < SCHEMES.size() ? SCHEMES.get(scheme) : Integer.toString(scheme))
              + "; this server verifies Ed25519 only");
    }
    if (bytes.length != BYTES) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "an Ed25519 signature of Sui has " + BYTES + " bytes, not " + bytes.length);
    }
    int keyAt = 1 + Ed25519.SIGNATURE_BYTES;
    return new SuiSignature(
        new Bytes(Arrays.copyOfRange(bytes, 1, keyAt)),
        new Bytes(Arrays.copyOfRange(bytes, keyAt, BYTES)));
  }

  public byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .put(Ed25519.FLAG)
        .put(signature.buffer())
        .put(publicKey.buffer())
        .array();
  }

  /** Whether the account signed this personal message. */
  public boolean isOf(Address account, byte[] message) {
    return Ed25519.address(publicKey).equals(account)
        && Ed25519.verifies(publicKey, signed(message), signature);
  }

  private static byte[] signed(byte[] message) {
    byte[] length = new BcsWriter().uleb128(message.length).toByteArray();
    return Blake2b.hash(PERSONAL_MESSAGE, length, message).array();
  }
}

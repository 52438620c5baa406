package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.spi.Signer;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CallMessage;
import java.nio.charset.StandardCharsets;

/**
 * A call as it reaches the ledger: the sender's key, the canonical bytes, and the signature over
 * them.
 */
record SignedCall(Bytes publicKey, Bytes message, Bytes signature) {
  /** Above the largest attestation document and a report on thousands of miners. */
  static final int MAXIMUM_BYTES = 1 << 20;

  private static final int MAXIMUM_PURPOSE_BYTES = 64;

  static SignedCall sign(Signer signer, NetworkId network, ChainCall call, IdempotencyKey key) {
    byte[] message = CallMessage.bytes(network, key, call);
    return new SignedCall(signer.publicKey(), new Bytes(message), signer.sign(message));
  }

  Address sender() {
    return Ed25519.address(publicKey);
  }

  /** What was signed; {@code MESSAGE_INVALID} if it is no call. */
  CallMessage open() {
    CallMessage opened = CallMessage.decode(message.array());
    if (opened.key().purpose().getBytes(StandardCharsets.UTF_8).length > MAXIMUM_PURPOSE_BYTES) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "call: the purpose of its idempotency key has more than "
              + MAXIMUM_PURPOSE_BYTES
              + " bytes");
    }
    return opened;
  }

  boolean isSigned() {
    return Ed25519.verifies(publicKey, message.array(), signature);
  }

  byte[] encode() {
    return new BcsWriter()
        .fixed(publicKey.array())
        .fixed(signature.array())
        .bytes(message.array())
        .toByteArray();
  }

  static SignedCall decode(byte[] bytes) {
    return BcsReader.message(
        "signed call",
        bytes,
        reader -> {
          Bytes publicKey = new Bytes(reader.fixed(Ed25519.KEY_BYTES));
          Bytes signature = new Bytes(reader.fixed(Ed25519.SIGNATURE_BYTES));
          return new SignedCall(publicKey, new Bytes(reader.bytes(MAXIMUM_BYTES)), signature);
        });
  }
}

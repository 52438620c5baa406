package io.vramhub.chain.local;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.seal.SealIdentity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The byte forms of sealing: policies, requests, and what a holder signs. */
final class SealWire {
  private SealWire() {}

  /** A request to seal. */
  record SealRequest(Credential credential, SealPolicy policy) {}

  /** A request to open. */
  record OpenRequest(SealedCredential sealed, SealPolicy policy, AccessProof proof) {}

  /** What a holder signs: the sealed bytes' SHA-256 and the time, eight little-endian bytes. */
  static byte[] proofMessage(SealedCredential sealed, long timestampMs) {
    return ByteBuffer.allocate(Digest.LENGTH + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(Digest.sha256(sealed.bytes().buffer()).array())
        .putLong(timestampMs)
        .array();
  }

  static byte[] encode(SealRequest request) {
    BcsWriter writer = new BcsWriter().bytes(request.credential().secret().array());
    write(writer, request.policy());
    return writer.toByteArray();
  }

  static SealRequest decodeSeal(byte[] bytes) {
    return BcsReader.message(
        "seal request",
        bytes,
        reader ->
            new SealRequest(
                new Credential(new Bytes(reader.bytes())), SealIdentity.parse(reader.bytes())));
  }

  static byte[] encode(OpenRequest request) {
    BcsWriter writer = new BcsWriter().bytes(request.sealed().bytes().array());
    write(writer, request.policy());
    switch (request.proof()) {
      case AccessProof.Anyone ignored -> writer.uleb128(0);
      case AccessProof.Holder holder ->
          writer
              .uleb128(1)
              .u64(holder.validator().value())
              .bytes(holder.publicKey().array())
              .u64(holder.timestampMs())
              .bytes(holder.signature().array());
    }
    return writer.toByteArray();
  }

  static OpenRequest decodeOpen(byte[] bytes) {
    return BcsReader.message(
        "open request",
        bytes,
        reader ->
            new OpenRequest(
                new SealedCredential(new Bytes(reader.bytes())),
                SealIdentity.parse(reader.bytes()),
                readProof(reader)));
  }

  private static void write(BcsWriter writer, SealPolicy policy) {
    writer.bytes(policy.identity().array());
  }

  private static AccessProof readProof(BcsReader reader) {
    int variant = reader.uleb128();
    return switch (variant) {
      case 0 -> new AccessProof.Anyone();
      case 1 ->
          new AccessProof.Holder(
              new ValidatorUid(Math.toIntExact(reader.u64())),
              new Bytes(reader.bytes(Ed25519.KEY_BYTES)),
              reader.u64(),
              new Bytes(reader.bytes(Ed25519.SIGNATURE_BYTES)));
      default -> throw reader.invalid("no access proof has number " + variant);
    };
  }
}

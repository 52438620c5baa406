package io.vramhub.chain.local;

import io.vramhub.api.model.AccessProof;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The byte forms of sealing: policies, requests, and what a holder signs. */
final class SealWire {
  private SealWire() {}

  /** A request to seal. */
  record SealRequest(Credential credential, SealPolicy policy) {}

  /** A request to open. */
  record OpenRequest(SealedCredential sealed, SealPolicy policy, AccessProof proof) {}

  /** The policy in its canonical form, which everything sealed is bound to. */
  static byte[] policy(SealPolicy policy) {
    BcsWriter writer = new BcsWriter().string("vramhub/local-seal/1");
    write(writer, policy);
    return writer.toByteArray();
  }

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
        reader -> new SealRequest(new Credential(new Bytes(reader.bytes())), readPolicy(reader)));
  }

  static byte[] encode(OpenRequest request) {
    BcsWriter writer = new BcsWriter().bytes(request.sealed().bytes().array());
    write(writer, request.policy());
    switch (request.proof()) {
      case AccessProof.Anyone ignored -> writer.uleb128(0);
      case AccessProof.Holder holder ->
          writer
              .uleb128(1)
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
                readPolicy(reader),
                readProof(reader)));
  }

  private static void write(BcsWriter writer, SealPolicy policy) {
    switch (policy) {
      case SealPolicy.Gradient gradient ->
          writer
              .uleb128(0)
              .fixed(gradient.network().digest().array())
              .u64(gradient.window().number())
              .u64(gradient.miner().value());
    }
  }

  private static SealPolicy readPolicy(BcsReader reader) {
    int variant = reader.uleb128();
    if (variant != 0) {
      throw reader.invalid("no seal policy has number " + variant);
    }
    return new SealPolicy.Gradient(
        new NetworkId(Digest.of(reader.fixed(Digest.LENGTH))),
        new WindowId(reader.u64()),
        new MinerUid(Math.toIntExact(reader.u64())));
  }

  private static AccessProof readProof(BcsReader reader) {
    int variant = reader.uleb128();
    return switch (variant) {
      case 0 -> new AccessProof.Anyone();
      case 1 ->
          new AccessProof.Holder(
              new Bytes(reader.bytes(Ed25519.KEY_BYTES)),
              reader.u64(),
              new Bytes(reader.bytes(Ed25519.SIGNATURE_BYTES)));
      default -> throw reader.invalid("no access proof has number " + variant);
    };
  }
}

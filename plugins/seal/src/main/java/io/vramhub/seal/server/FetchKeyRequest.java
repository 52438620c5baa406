package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.seal.scheme.G1;
import io.vramhub.seal.scheme.G2;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.wire.Ed25519;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.Session;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A request for keys, well-formed but not yet believed.
 *
 * @param transaction the bytes of an {@link io.vramhub.seal.wire.ApprovalTransaction}, unread
 * @param transportKey what the keys are packed with
 * @param signature the session key's
 */
record FetchKeyRequest(
    Bytes transaction, TransportKey.Public transportKey, Bytes signature, Certificate certificate) {

  /**
   * The user's word for a session.
   *
   * @param packageName the package by a name instead of its id, which this server resolves none of
   * @param signature the user's, in any of Sui's forms
   */
  record Certificate(
      Address user,
      Bytes sessionKey,
      Instant created,
      int minutes,
      Bytes signature,
      Optional<String> packageName) {}

  /** Takes the fields of the JSON apart. {@code INVALID_REQUEST}: one is not what it should be. */
  static FetchKeyRequest of(FetchKeyJson json) {
    try {
      FetchKeyJson.CertificateJson certificate = json.certificate();
      return new FetchKeyRequest(
          base64("ptb", json.ptb()),
          new TransportKey.Public(
              G1.decompress("enc_key", base64("enc_key", json.encKey()).array()),
              G2.decompress(
                  "enc_verification_key",
                  base64("enc_verification_key", json.encVerificationKey()).array())),
          base64("request_signature", json.requestSignature()),
          new Certificate(
              new Address(ObjectIds.parse("user", certificate.user())),
              sessionKey(certificate.sessionVk()),
              Instant.ofEpochMilli(certificate.creationTime()),
              certificate.ttlMin(),
              base64("signature", certificate.signature()),
              certificate.mvrName()));
    } catch (HubException e) {
      throw new DeniedException(Denial.INVALID_REQUEST, e);
    }
  }

  private static Bytes sessionKey(String text) {
    Bytes key = base64("session_vk", text);
    if (key.length() != Ed25519.KEY_BYTES) {
      throw new DeniedException(
          Denial.INVALID_REQUEST, "session_vk has " + Ed25519.KEY_BYTES + " bytes");
    }
    return key;
  }

  private static Bytes base64(String field, String text) {
    try {
      return new Bytes(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new DeniedException(Denial.INVALID_REQUEST, field + " is not base64", e);
    }
  }

  /** What the certificate says, if it was for this package. */
  Session session(Digest packageId) {
    return new Session(
        packageId, certificate.created(), certificate.minutes(), certificate.sessionKey());
  }

  /** What the session key has signed, if the request is its own. */
  byte[] signed() {
    return Session.request(
        transaction,
        transportKey.encryption().compressed(),
        transportKey.verification().compressed());
  }
}

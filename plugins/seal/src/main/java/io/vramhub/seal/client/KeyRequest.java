package io.vramhub.seal.client;

import io.vramhub.api.model.Bytes;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.wire.ApprovalTransaction;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.Session;
import java.security.SecureRandom;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A signed question for one identity's key; the same for every server.
 *
 * @param transport opens the answers
 * @param body JSON
 */
record KeyRequest(SealId id, TransportKey transport, Bytes body) {
  static KeyRequest of(
      SealId id,
      ApprovalTransaction transaction,
      Certificate certificate,
      JsonMapper json,
      SecureRandom random) {
    TransportKey transport = TransportKey.random(random);
    Bytes encryption = transport.publicKey().encryption().compressed();
    Bytes verification = transport.publicKey().verification().compressed();
    Bytes programmable = transaction.encode();
    Session session = certificate.session();
    ObjectNode request =
        json.createObjectNode()
            .put("ptb", base64(programmable))
            .put("enc_key", base64(encryption))
            .put("enc_verification_key", base64(verification))
            .put(
                "request_signature",
                base64(
                    certificate
                        .key()
                        .sign(Session.request(programmable, encryption, verification))));
    request
        .putObject("certificate")
        .put("user", ObjectIds.text(certificate.user().digest()))
        .put("session_vk", base64(session.key()))
        .put("creation_time", session.created().toEpochMilli())
        .put("ttl_min", session.minutes())
        .put("signature", base64(new Bytes(certificate.signature().encode())));
    return new KeyRequest(id, transport, new Bytes(json.writeValueAsBytes(request)));
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}

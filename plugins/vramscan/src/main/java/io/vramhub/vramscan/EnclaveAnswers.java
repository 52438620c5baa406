package io.vramhub.vramscan;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Enclaves and what vouches for them. */
final class EnclaveAnswers {
  private static final Pattern ID = Pattern.compile("([0-9]{1,9})-([0-9]{1,18})");

  private EnclaveAnswers() {}

  /** {@code validator-epoch}. */
  private record Id(long validator, long epoch) {
    static Id parse(String text) {
      Matcher matcher = ID.matcher(text);
      if (!matcher.matches()) {
        throw ApiException.refused(
            "an enclave is named by its validator and epoch, for example 2-1");
      }
      return new Id(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    ApiException missing() {
      return ApiException.missing(
          "validator " + validator + " registered no enclave of epoch " + epoch);
    }
  }

  static ObjectNode detail(Session session, String id) throws SQLException {
    Id wanted = Id.parse(id);
    ObjectNode detail =
        withDocument(session, wanted.validator(), wanted.epoch()).orElseThrow(wanted::missing);
    detail.putRawValue("attestationPolicy", new RawValue(policy(session)));
    return detail;
  }

  /** An enclave with the document that vouches for it. */
  static Optional<ObjectNode> withDocument(Session session, long validator, long epoch)
      throws SQLException {
    Optional<ObjectNode> enclave =
        Listings.ENCLAVES.one(session, "e.validator_uid = ? AND e.epoch = ?", validator, epoch);
    Optional<byte[]> document = document(session, validator, epoch);
    return enclave.flatMap(
        found ->
            document.map(
                bytes ->
                    ApiJson.object()
                        .set("enclave", found)
                        .put("document", HexFormat.of().formatHex(bytes))));
  }

  static byte[] document(Session session, String id) throws SQLException {
    Id wanted = Id.parse(id);
    return document(session, wanted.validator(), wanted.epoch()).orElseThrow(wanted::missing);
  }

  private static Optional<byte[]> document(Session session, long validator, long epoch)
      throws SQLException {
    return session.first(
        "SELECT document FROM enclave WHERE validator_uid = ? AND epoch = ?",
        row -> row.bytes("document"),
        validator,
        epoch);
  }

  /** The attestation policy of the network, as JSON. */
  static String policy(Session session) throws SQLException {
    return session.only(
        "SELECT attestation_policy FROM progress", row -> row.text("attestation_policy"));
  }
}

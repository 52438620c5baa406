package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.util.List;
import java.util.Map;

/**
 * An untagged COSE_Sign1 structure (RFC 9052 section 4.2) whose one protected header says ES384.
 *
 * @param protectedHeader the header's bytes, as signed
 * @param payload the signed bytes
 * @param signature r and s, 48 bytes each
 */
record CoseSign1(Bytes protectedHeader, Bytes payload, Bytes signature) {
  static final int SIGNATURE_LENGTH = 96;

  private static final CborValue ALGORITHM = new CborValue.IntegerNumber(1);
  private static final CborValue ES384 = new CborValue.IntegerNumber(-35);

  static CoseSign1 read(Bytes document) throws MalformedDocumentException {
    if (!(CborReader.read(document) instanceof CborValue.Sequence(List<CborValue> parts))
        || parts.size() != 4
        || !(parts.get(0) instanceof CborValue.ByteString(Bytes protectedHeader))
        || !(parts.get(1) instanceof CborValue.Mapping(Map<CborValue, CborValue> unprotected))
        || !(parts.get(2) instanceof CborValue.ByteString(Bytes payload))
        || !(parts.get(3) instanceof CborValue.ByteString(Bytes signature))) {
      throw new MalformedDocumentException(
          "not COSE_Sign1: an array of protected header, unprotected header, payload, signature");
    }
    if (!(CborReader.read(protectedHeader)
            instanceof CborValue.Mapping(Map<CborValue, CborValue> header))
        || !header.equals(Map.of(ALGORITHM, ES384))) {
      throw new MalformedDocumentException(
          "the protected header must name the algorithm ES384 and nothing else");
    }
    if (!unprotected.isEmpty()) {
      throw new MalformedDocumentException("the unprotected header must be empty");
    }
    if (signature.length() != SIGNATURE_LENGTH) {
      throw new MalformedDocumentException(
          "an ES384 signature has 96 bytes, not " + signature.length());
    }
    return new CoseSign1(protectedHeader, payload, signature);
  }

  /** The protected header that names ES384. */
  static Bytes es384Header() {
    return new CborWriter().map(1).integer(1).integer(-35).toBytes();
  }

  /** The bytes under the signature: the structure Sig_structure with no external data. */
  static Bytes signedBytes(Bytes protectedHeader, Bytes payload) {
    return new CborWriter()
        .array(4)
        .text("Signature1")
        .bytes(protectedHeader)
        .bytes(Bytes.EMPTY)
        .bytes(payload)
        .toBytes();
  }

  Bytes signedBytes() {
    return signedBytes(protectedHeader, payload);
  }

  Bytes write() {
    return new CborWriter()
        .array(4)
        .bytes(protectedHeader)
        .map(0)
        .bytes(payload)
        .bytes(signature)
        .toBytes();
  }
}

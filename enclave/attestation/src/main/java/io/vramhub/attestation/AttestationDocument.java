package io.vramhub.attestation;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an attestation document says, not yet believed: {@link AttestationVerifier} decides. The
 * fields are those of the AWS Nitro attestation format; its size limits are those Sui enforces.
 *
 * @param moduleId the enclave's name as its host knows it
 * @param timestampMs when the document was made, by the clock of the machine that signed it
 * @param pcrs platform configuration registers, 48 bytes each, by index below 32
 * @param certificate DER of the leaf certificate whose key signed the document
 * @param chain DER of the certificates from the root down to the leaf's issuer
 * @param publicKey the enclave's own key, of at most 1,024 bytes
 * @param userData at most 512 bytes
 * @param nonce the challenge it answers, at most 512 bytes
 */
public record AttestationDocument(
    String moduleId,
    long timestampMs,
    SortedMap<Integer, Bytes> pcrs,
    Bytes certificate,
    List<Bytes> chain,
    Optional<Bytes> publicKey,
    Optional<Bytes> userData,
    Optional<Bytes> nonce) {
  /** The longest document that is read. */
  public static final int MAXIMUM_BYTES = 16 * 1024;

  private static final String HASH = "SHA384";
  private static final int PCR_BYTES = 48;
  private static final int MAXIMUM_PCRS = 32;
  private static final int MAXIMUM_CHAIN = 10;
  private static final int MAXIMUM_CERTIFICATE_BYTES = 1024;
  private static final int MAXIMUM_PUBLIC_KEY_BYTES = 1024;
  private static final int MAXIMUM_USER_BYTES = 512;
  private static final int MAXIMUM_MODULE_ID = 256;
  private static final Set<String> FIELDS =
      Set.of(
          "module_id",
          "digest",
          "timestamp",
          "pcrs",
          "certificate",
          "cabundle",
          "public_key",
          "user_data",
          "nonce");

  public AttestationDocument {
    pcrs = Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
    chain = List.copyOf(chain);
  }

  /**
   * Reads a document without believing it, for display and comparison.
   *
   * @throws HubException {@code ATTESTATION_INVALID} if the bytes are no attestation document
   */
  public static AttestationDocument parse(Attestation attestation) {
    try {
      return read(open(attestation).payload());
    } catch (MalformedDocumentException e) {
      throw new HubException(
          ErrorCode.ATTESTATION_INVALID,
          "The attestation document cannot be read: "
              + e.getMessage()
              + ". Ask the enclave for a new one.",
          e);
    }
  }

  /** The signed envelope around a document. */
  static CoseSign1 open(Attestation attestation) throws MalformedDocumentException {
    int length = attestation.document().length();
    if (length > MAXIMUM_BYTES) {
      throw new MalformedDocumentException(
          "a document has at most " + MAXIMUM_BYTES + " bytes, not " + length);
    }
    return CoseSign1.read(attestation.document());
  }

  /** Reads the payload of the envelope. */
  static AttestationDocument read(Bytes payload) throws MalformedDocumentException {
    if (!(CborReader.read(payload) instanceof CborValue.Mapping(Map<CborValue, CborValue> map))) {
      throw new MalformedDocumentException("the payload is not a map");
    }
    for (CborValue key : map.keySet()) {
      if (!(key instanceof CborValue.TextString(String name)) || !FIELDS.contains(name)) {
        throw new MalformedDocumentException("the document has an unknown field " + key);
      }
    }
    if (!text(map, "digest").equals(HASH)) {
      throw new MalformedDocumentException("the field digest must be " + HASH);
    }
    String moduleId = text(map, "module_id");
    if (moduleId.isEmpty() || moduleId.length() > MAXIMUM_MODULE_ID) {
      throw new MalformedDocumentException("the field module_id is empty or too long");
    }
    return new AttestationDocument(
        moduleId,
        timestamp(map),
        pcrs(map),
        certificate(field(map, "certificate"), "certificate"),
        chain(map),
        optionalBytes(map, "public_key", MAXIMUM_PUBLIC_KEY_BYTES),
        optionalBytes(map, "user_data", MAXIMUM_USER_BYTES),
        optionalBytes(map, "nonce", MAXIMUM_USER_BYTES));
  }

  /** The canonical payload: definite lengths, fields in the order Nitro writes them. */
  Bytes write() {
    CborWriter writer = new CborWriter().map(9);
    writer.text("module_id").text(moduleId);
    writer.text("digest").text(HASH);
    writer.text("timestamp").integer(timestampMs);
    writer.text("pcrs").map(pcrs.size());
    pcrs.forEach((index, value) -> writer.integer(index).bytes(value));
    writer.text("certificate").bytes(certificate);
    writer.text("cabundle").array(chain.size());
    chain.forEach(writer::bytes);
    writeOptional(writer.text("public_key"), publicKey);
    writeOptional(writer.text("user_data"), userData);
    writeOptional(writer.text("nonce"), nonce);
    return writer.toBytes();
  }

  private static void writeOptional(CborWriter writer, Optional<Bytes> bytes) {
    bytes.ifPresentOrElse(writer::bytes, writer::nothing);
  }

  private static CborValue field(Map<CborValue, CborValue> map, String name)
      throws MalformedDocumentException {
    CborValue value = map.get(new CborValue.TextString(name));
    if (value == null) {
      throw new MalformedDocumentException("the field " + name + " is missing");
    }
    return value;
  }

  private static String text(Map<CborValue, CborValue> map, String name)
      throws MalformedDocumentException {
    if (field(map, name) instanceof CborValue.TextString(String text)) {
      return text;
    }
    throw new MalformedDocumentException("the field " + name + " is not a text");
  }

  private static long timestamp(Map<CborValue, CborValue> map) throws MalformedDocumentException {
    if (field(map, "timestamp") instanceof CborValue.IntegerNumber(long value) && value > 0) {
      return value;
    }
    throw new MalformedDocumentException("the field timestamp is not a positive integer");
  }

  private static SortedMap<Integer, Bytes> pcrs(Map<CborValue, CborValue> map)
      throws MalformedDocumentException {
    if (!(field(map, "pcrs") instanceof CborValue.Mapping(Map<CborValue, CborValue> entries))
        || entries.isEmpty()) {
      throw new MalformedDocumentException("the field pcrs is not a map with entries");
    }
    SortedMap<Integer, Bytes> pcrs = new TreeMap<>();
    for (Map.Entry<CborValue, CborValue> entry : entries.entrySet()) {
      if (!(entry.getKey() instanceof CborValue.IntegerNumber(long index))
          || index < 0
          || index >= MAXIMUM_PCRS
          || !(entry.getValue() instanceof CborValue.ByteString(Bytes value))
          || value.length() != PCR_BYTES) {
        throw new MalformedDocumentException(
            "a PCR is not 48 bytes under an index below " + MAXIMUM_PCRS);
      }
      pcrs.put((int) index, value);
    }
    return pcrs;
  }

  private static List<Bytes> chain(Map<CborValue, CborValue> map)
      throws MalformedDocumentException {
    if (!(field(map, "cabundle") instanceof CborValue.Sequence(List<CborValue> items))
        || items.isEmpty()
        || items.size() > MAXIMUM_CHAIN) {
      throw new MalformedDocumentException(
          "the field cabundle is not a list of 1 to " + MAXIMUM_CHAIN + " certificates");
    }
    List<Bytes> chain = new ArrayList<>();
    for (CborValue item : items) {
      chain.add(certificate(item, "cabundle"));
    }
    return chain;
  }

  private static Bytes certificate(CborValue value, String name) throws MalformedDocumentException {
    if (value instanceof CborValue.ByteString(Bytes bytes)
        && bytes.length() > 0
        && bytes.length() <= MAXIMUM_CERTIFICATE_BYTES) {
      return bytes;
    }
    throw new MalformedDocumentException(
        "the field " + name + " holds no certificate of 1 to 1,024 bytes");
  }

  private static Optional<Bytes> optionalBytes(
      Map<CborValue, CborValue> map, String name, int maximum) throws MalformedDocumentException {
    CborValue value = map.get(new CborValue.TextString(name));
    if (value == null || value instanceof CborValue.Null) {
      return Optional.empty();
    }
    if (value instanceof CborValue.ByteString(Bytes bytes) && bytes.length() <= maximum) {
      return Optional.of(bytes);
    }
    throw new MalformedDocumentException(
        "the field " + name + " is not a byte string of at most " + maximum + " bytes");
  }
}

package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.authlete.cbor.CBORByteArray;
import com.authlete.cbor.CBORDecoder;
import com.authlete.cbor.CBORItem;
import com.authlete.cbor.CBORPairList;
import com.authlete.cose.COSESign1;
import com.authlete.cose.COSEVerifier;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class AttestationDocumentTest {
  @Test
  void readsEveryFieldOfGenuineDocument() {
    AttestationDocument document = AttestationDocument.parse(Documents.GENUINE);

    assertThat(document.moduleId()).isEqualTo("i-06e4b98c6549ff803-enc0196373b195fb723");
    assertThat(document.timestampMs()).isEqualTo(Documents.GENUINE_TIME_MS);
    assertThat(document.pcrs()).hasSize(16);
    assertThat(document.chain()).hasSize(4).first().isEqualTo(NitroRoot.certificate());
    assertThat(document.publicKey()).map(Bytes::length).contains(32);
    assertThat(document.userData()).isEmpty();
    assertThat(document.nonce()).isEmpty();
  }

  @Test
  void readsUserDataOfGenuineDebugDocument() {
    AttestationDocument document = AttestationDocument.parse(Documents.GENUINE_DEBUG);

    assertThat(document.publicKey()).isEmpty();
    assertThat(document.userData().map(Bytes::hex))
        .contains("5a264748a62368075d34b9494634a3e096e0e48f6647f965b81d2a653de684f2");
    assertThat(document.nonce()).isEmpty();
  }

  @Test
  void writesGenuinePayloadBackToTheSameBytes() throws MalformedDocumentException {
    for (Attestation genuine : new Attestation[] {Documents.GENUINE, Documents.GENUINE_DEBUG}) {
      CoseSign1 envelope = AttestationDocument.open(genuine);

      assertThat(AttestationDocument.read(envelope.payload()).write())
          .isEqualTo(envelope.payload());
      assertThat(envelope.write()).isEqualTo(genuine.document());
    }
  }

  @Test
  void anotherCoseImplementationVerifiesOurDocuments() throws Exception {
    Attestation attestation =
        new SoftwareAttestor(Documents.ROOT, Documents.MEASUREMENT)
            .attest(Documents.KEY, Optional.empty(), Documents.NOW);
    AttestationDocument document = AttestationDocument.parse(attestation);
    CBORItem item = new CBORDecoder(attestation.document().array()).next();
    COSESign1 envelope = COSESign1.build(item);
    CBORPairList payload =
        (CBORPairList) new CBORDecoder(((CBORByteArray) envelope.getPayload()).getValue()).next();

    assertThat(
            new COSEVerifier(CertificateChain.certificate(document.certificate()).getPublicKey())
                .verify(envelope))
        .isTrue();
    assertThat(payload.findByKey("timestamp").getValue().parse())
        .isEqualTo(Documents.NOW.toEpochMilli());
    assertThat(payload.findByKey("public_key").getValue().parse()).isEqualTo(Documents.KEY.array());
    assertThat(payload.findByKey("nonce").getValue().parse()).isNull();
  }

  @Test
  void refusesDocumentsOverTheSizeCap() {
    Attestation huge =
        new Attestation(Documents.filled(AttestationDocument.MAXIMUM_BYTES + 1, 0x80));

    assertMalformed(huge, "at most 16384 bytes");
  }

  @Test
  void refusesEnvelopesThatAreNotExactlyUntaggedEs384() throws MalformedDocumentException {
    CoseSign1 good = AttestationDocument.open(Documents.signed(Documents.good()));
    assertMalformed(envelope(writer -> writer.array(3).bytes(Bytes.EMPTY)), "past the end");
    assertMalformed(envelope(CborWriter::nothing), "not COSE_Sign1");
    assertMalformed(
        envelope(
            writer ->
                writer
                    .array(4)
                    .bytes(good.protectedHeader())
                    .map(1)
                    .integer(4)
                    .bytes(Bytes.EMPTY)
                    .bytes(good.payload())
                    .bytes(good.signature())),
        "unprotected header must be empty");
    // ES256 instead of ES384, and a second, unknown header.
    for (String header : new String[] {"a10126", "a2013822041800", "a0", "a10138ff"}) {
      assertMalformed(
          envelope(
              writer ->
                  writer
                      .array(4)
                      .bytes(Bytes.ofHex(header))
                      .map(0)
                      .bytes(good.payload())
                      .bytes(good.signature())),
          header.equals("a2013822041800") ? "shortest form" : "ES384");
    }
    assertMalformed(
        new Attestation(
            new CoseSign1(good.protectedHeader(), good.payload(), Documents.filled(95, 1)).write()),
        "96 bytes");
  }

  @Test
  void refusesPayloadsThatBreakTheFormat() {
    Bytes certificate = Documents.filled(8, 1);
    Bytes pcr = Documents.filled(48, 1);
    assertMalformedPayload(writer -> writer.array(0), "not a map");
    assertMalformedPayload(writer -> writer.map(1).text("extra").integer(1), "unknown field");
    assertMalformedPayload(writer -> writer.map(1).integer(1).integer(1), "unknown field");
    assertMalformedPayload(writer -> writer.map(0), "digest is missing");
    assertMalformedPayload(writer -> writer.map(1).text("digest").text("SHA256"), "must be SHA384");
    assertMalformedPayload(
        writer -> writer.map(2).text("digest").text("SHA384").text("digest").text("SHA384"),
        "twice");
    assertMalformedPayload(writer -> head(writer.map(3), "", 5), "module_id is empty");
    assertMalformedPayload(writer -> head(writer.map(3), "m", 0), "timestamp is not a positive");
    assertMalformedPayload(writer -> head(writer.map(4), "m", 5).text("pcrs").map(0), "pcrs");
    assertMalformedPayload(
        writer -> head(writer.map(4), "m", 5).text("pcrs").map(1).integer(32).bytes(pcr),
        "index below 32");
    assertMalformedPayload(
        writer ->
            head(writer.map(4), "m", 5)
                .text("pcrs")
                .map(1)
                .integer(0)
                .bytes(Documents.filled(47, 1)),
        "48 bytes");
    assertMalformedPayload(
        writer -> afterPcrs(writer.map(5), pcr).text("certificate").bytes(Bytes.EMPTY),
        "holds no certificate");
    assertMalformedPayload(
        writer ->
            afterPcrs(writer.map(5), pcr).text("certificate").bytes(Documents.filled(1025, 1)),
        "holds no certificate");
    assertMalformedPayload(
        writer ->
            afterPcrs(writer.map(6), pcr)
                .text("certificate")
                .bytes(certificate)
                .text("cabundle")
                .array(0),
        "cabundle");
    assertMalformedPayload(
        writer -> {
          afterPcrs(writer.map(6), pcr)
              .text("certificate")
              .bytes(certificate)
              .text("cabundle")
              .array(11);
          for (int i = 0; i < 11; i++) {
            writer.bytes(certificate);
          }
        },
        "cabundle");
    assertMalformedPayload(
        writer ->
            afterPcrs(writer.map(7), pcr)
                .text("certificate")
                .bytes(certificate)
                .text("cabundle")
                .array(1)
                .bytes(certificate)
                .text("nonce")
                .bytes(Documents.filled(513, 1)),
        "nonce");
  }

  @Test
  void parseNamesWhatIsWrongInItsException() {
    assertThatThrownBy(() -> AttestationDocument.parse(new Attestation(Bytes.EMPTY)))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ATTESTATION_INVALID))
        .hasMessageContaining("the input ends inside an item");
  }

  private static CborWriter head(CborWriter writer, String moduleId, long timestamp) {
    return writer
        .text("digest")
        .text("SHA384")
        .text("module_id")
        .text(moduleId)
        .text("timestamp")
        .integer(timestamp);
  }

  private static CborWriter afterPcrs(CborWriter writer, Bytes pcr) {
    return head(writer, "m", 5).text("pcrs").map(1).integer(0).bytes(pcr);
  }

  private static Attestation envelope(Consumer<CborWriter> content) {
    CborWriter writer = new CborWriter();
    content.accept(writer);
    return new Attestation(writer.toBytes());
  }

  private static void assertMalformedPayload(Consumer<CborWriter> content, String reason) {
    CborWriter writer = new CborWriter();
    content.accept(writer);
    assertMalformed(Documents.signedPayload(_ -> writer.toBytes().array()), reason);
  }

  private static void assertMalformed(Attestation attestation, String reason) {
    assertThat(
            new AttestationVerifier()
                .verify(attestation, Documents.softwarePolicy(), Documents.NOW.toEpochMilli()))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(AbortCode.ATTESTATION_MALFORMED);
              assertThat(refused.sentence()).contains(reason);
            });
  }
}

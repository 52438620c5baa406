package io.vramhub.attestation;

/** Bytes that are no attestation document; the message says where the first rule breaks. */
final class MalformedDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedDocumentException(String message) {
    super(message);
  }
}

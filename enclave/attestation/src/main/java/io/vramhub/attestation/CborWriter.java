package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the CBOR of attestation documents: definite lengths, shortest forms. The caller announces
 * the number of items of an array or map and then writes them.
 */
final class CborWriter {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  CborWriter integer(long value) {
    if (value >= 0) {
      head(0, value);
    } else {
      head(1, -1 - value);
    }
    return this;
  }

  CborWriter bytes(Bytes bytes) {
    head(2, bytes.length());
    output.writeBytes(bytes.array());
    return this;
  }

  CborWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    head(3, utf8.length);
    output.writeBytes(utf8);
    return this;
  }

  CborWriter array(int items) {
    head(4, items);
    return this;
  }

  CborWriter map(int entries) {
    head(5, entries);
    return this;
  }

  CborWriter nothing() {
    output.write(0xf6);
    return this;
  }

  Bytes toBytes() {
    return new Bytes(output.toByteArray());
  }

  private void head(int major, long argument) {
    if (argument < 24) {
      output.write(major << 5 | (int) argument);
    } else if (argument < 1L << 8) {
      output.write(major << 5 | 24);
      bigEndian(argument, 1);
    } else if (argument < 1L << 16) {
      output.write(major << 5 | 25);
      bigEndian(argument, 2);
    } else if (argument < 1L << 32) {
      output.write(major << 5 | 26);
      bigEndian(argument, 4);
    } else {
      output.write(major << 5 | 27);
      bigEndian(argument, 8);
    }
  }

  private void bigEndian(long value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      output.write((int) (value >> shift));
    }
  }
}

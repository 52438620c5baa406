package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of CBOR (RFC 8949) that attestation documents use. */
sealed interface CborValue {
  /** Major types 0 and 1, within the range of a signed 64-bit integer. */
  record IntegerNumber(long value) implements CborValue {}

  /** Major type 2. */
  record ByteString(Bytes bytes) implements CborValue {}

  /** Major type 3. */
  record TextString(String text) implements CborValue {}

  /** Major type 4. */
  record Sequence(List<CborValue> items) implements CborValue {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Major type 5; keys are integers or texts, and no two are equal. */
  record Mapping(Map<CborValue, CborValue> entries) implements CborValue {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /** The simple value null. */
  record Null() implements CborValue {}
}

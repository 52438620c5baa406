package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one CBOR item (RFC 8949) and refuses everything a signed document must not leave open:
 * equal map keys, lengths that are not in their shortest form, indefinite strings and arrays, tags,
 * floats, trailing bytes, and more than {@link #MAXIMUM_DEPTH} levels. Maps of indefinite length
 * are read, because genuine documents hold them.
 *
 * <p>Lengths are compared with the bytes that are left before anything is allocated, so memory
 * stays within a small multiple of the input.
 */
final class CborReader {
  static final int MAXIMUM_DEPTH = 8;

  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int INDEFINITE_MAP = 0xbf;
  private static final int NULL = 0xf6;
  private static final int BREAK = 0xff;

  private final ByteBuffer input;

  private CborReader(ByteBuffer input) {
    this.input = input;
  }

  /** Reads the bytes as exactly one item. */
  static CborValue read(Bytes bytes) throws MalformedDocumentException {
    CborReader reader = new CborReader(bytes.buffer());
    CborValue value = reader.item(1);
    if (reader.input.hasRemaining()) {
      throw new MalformedDocumentException(
          reader.input.remaining() + " bytes follow the end of the CBOR item");
    }
    return value;
  }

  private CborValue item(int depth) throws MalformedDocumentException {
    if (depth > MAXIMUM_DEPTH) {
      throw failure("items are nested deeper than " + MAXIMUM_DEPTH);
    }
    int initial = nextByte();
    if (initial == NULL) {
      return new CborValue.Null();
    }
    if (initial == INDEFINITE_MAP) {
      return map(Optional.empty(), depth);
    }
    int major = initial >> 5;
    return switch (major) {
      case UNSIGNED -> new CborValue.IntegerNumber(argument(initial));
      case NEGATIVE -> new CborValue.IntegerNumber(-1 - argument(initial));
      case BYTES -> new CborValue.ByteString(new Bytes(run(length(initial, 1))));
      case TEXT -> new CborValue.TextString(text(run(length(initial, 1))));
      case ARRAY -> array(length(initial, 1), depth);
      case MAP -> map(Optional.of(length(initial, 2)), depth);
      default -> throw failure("an item starts with byte " + initial + ", which no document uses");
    };
  }

  private CborValue array(int length, int depth) throws MalformedDocumentException {
    List<CborValue> items = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      items.add(item(depth + 1));
    }
    return new CborValue.Sequence(items);
  }

  private CborValue map(Optional<Integer> length, int depth) throws MalformedDocumentException {
    Map<CborValue, CborValue> entries = new LinkedHashMap<>();
    for (int i = 0; length.isPresent() ? i < length.get() : !atBreak(); i++) {
      CborValue key = item(depth + 1);
      switch (key) {
        case CborValue.IntegerNumber _, CborValue.TextString _ -> {}
        case CborValue.ByteString _, CborValue.Sequence _, CborValue.Mapping _, CborValue.Null _ ->
            throw failure("a map key is neither an integer nor a text");
      }
      if (entries.put(key, item(depth + 1)) != null) {
        throw failure("a map holds the key " + key + " twice");
      }
    }
    return new CborValue.Mapping(entries);
  }

  private boolean atBreak() throws MalformedDocumentException {
    if (!input.hasRemaining()) {
      throw failure("a map of indefinite length does not end");
    }
    boolean ends = Byte.toUnsignedInt(input.get(input.position())) == BREAK;
    if (ends) {
      input.get();
    }
    return ends;
  }

  /** A length whose items take at least {@code bytesEach} bytes of what is left. */
  private int length(int initial, int bytesEach) throws MalformedDocumentException {
    long length = argument(initial);
    if (length > input.remaining() / bytesEach) {
      throw failure("a length of " + length + " goes past the end");
    }
    return (int) length;
  }

  private byte[] run(int length) {
    byte[] bytes = new byte[length];
    input.get(bytes);
    return bytes;
  }

  private String text(byte[] utf8) throws MalformedDocumentException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      MalformedDocumentException failure = failure("a text is not UTF-8");
      failure.initCause(e);
      throw failure;
    }
  }

  /** The argument behind an initial byte, which must be in its shortest form. */
  private long argument(int initial) throws MalformedDocumentException {
    int additional = initial & 0x1f;
    if (additional < 24) {
      return additional;
    }
    int width =
        switch (additional) {
          case 24 -> 1;
          case 25 -> 2;
          case 26 -> 4;
          case 27 -> 8;
          default -> throw failure("a length is indefinite or reserved (byte " + initial + ")");
        };
    long value = 0;
    for (int i = 0; i < width; i++) {
      value = value << 8 | nextByte();
    }
    long shorter = width == 1 ? 24 : 1L << 4 * width;
    if (value < 0) {
      throw failure("an integer needs more than 63 bits");
    }
    if (value < shorter) {
      throw failure("an integer or length is not in its shortest form");
    }
    return value;
  }

  private int nextByte() throws MalformedDocumentException {
    if (!input.hasRemaining()) {
      throw failure("the input ends inside an item");
    }
    return Byte.toUnsignedInt(input.get());
  }

  private MalformedDocumentException failure(String rule) {
    return new MalformedDocumentException("at byte " + input.position() + ": " + rule);
  }
}

package io.vramhub.protocol.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Writes Binary Canonical Serialization as Sui reads it: little-endian integers, ULEB128 lengths,
 * enum variants and options as a leading index. Values outside their width are the caller's bug and
 * throw {@link IllegalArgumentException}. Not thread-safe.
 */
public final class BcsWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public BcsWriter u8(int value) {
    return unsigned(value, 1);
  }

  public BcsWriter u16(int value) {
    return unsigned(value, 2);
  }

  public BcsWriter u32(long value) {
    return unsigned(value, 4);
  }

  /** A non-negative number; the protocol has none above {@link Long#MAX_VALUE}. */
  public BcsWriter u64(long value) {
    return unsigned(value, 8);
  }

  /** A signed number as Move holds it: {@code negative: bool, magnitude: u64}; zero is positive. */
  public BcsWriter signed(long value) {
    if (value == Long.MIN_VALUE) {
      throw new IllegalArgumentException("a signed number has a magnitude below 2^63: " + value);
    }
    return bool(value < 0).u64(Math.abs(value));
  }

  public BcsWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** A length or the index of an enum variant. */
  public BcsWriter uleb128(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("a length is not negative: " + value);
    }
    int rest = value;
    while (rest >= 0x80) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return this;
  }

  /** A {@code vector<u8>}: its length, then the bytes. */
  public BcsWriter bytes(byte[] bytes) {
    uleb128(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** A fixed array: the bytes alone, since both sides know how many they are. */
  public BcsWriter fixed(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** UTF-8 with its length in bytes. */
  public BcsWriter string(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      uleb128(encoded.remaining());
      out.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
      return this;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the text has an unpaired surrogate", e);
    }
  }

  public <T> BcsWriter vector(Collection<T> elements, BiConsumer<BcsWriter, ? super T> element) {
    uleb128(elements.size());
    elements.forEach(each -> element.accept(this, each));
    return this;
  }

  public <T> BcsWriter option(Optional<T> value, BiConsumer<BcsWriter, ? super T> element) {
    bool(value.isPresent());
    value.ifPresent(present -> element.accept(this, present));
    return this;
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }

  private BcsWriter unsigned(long value, int width) {
    if (value < 0 || width < Long.BYTES && value >>> (8 * width) != 0) {
      throw new IllegalArgumentException(value + " does not fit u" + 8 * width);
    }
    for (int i = 0; i < width; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }
}

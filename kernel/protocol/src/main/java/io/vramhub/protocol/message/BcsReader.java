package io.vramhub.protocol.message;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link BcsWriter} writes, and nothing else: lengths in their shortest form, booleans 0
 * or 1, well-formed UTF-8, no negative zero, no number above {@link Long#MAX_VALUE}, no trailing
 * bytes. Nothing is allocated that the remaining bytes cannot fill. Every refusal is a {@link
 * HubException} with {@code MESSAGE_INVALID} that names the offset. Not thread-safe.
 */
public final class BcsReader {
  private final byte[] bytes;
  private int position;

  public BcsReader(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /**
   * Reads one whole message. Values that their own types refuse are refused as {@code
   * MESSAGE_INVALID} too, so that a peer's bytes can never surface as a bug of ours.
   *
   * @param what the message's name, for the error
   */
  public static <T> T message(String what, byte[] bytes, Function<BcsReader, T> body) {
    try {
      BcsReader reader = new BcsReader(bytes);
      T value = body.apply(reader);
      reader.finish();
      return value;
    } catch (HubException e) {
      throw new HubException(e.code(), what + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new HubException(ErrorCode.MESSAGE_INVALID, what + ": " + e.getMessage(), e);
    }
  }

  public int u8() {
    return (int) unsigned(1);
  }

  public int u16() {
    return (int) unsigned(2);
  }

  public long u32() {
    return unsigned(4);
  }

  /** A {@code u32} that must fit a Java {@code int}. */
  public int i32() {
    long value = u32();
    if (value > Integer.MAX_VALUE) {
      throw invalid("a number is too large: " + value);
    }
    return (int) value;
  }

  public long u64() {
    long value = unsigned(8);
    if (value < 0) {
      throw invalid("a number is above 2^63 - 1: " + Long.toUnsignedString(value));
    }
    return value;
  }

  public long signed() {
    boolean negative = bool();
    long magnitude = u64();
    if (negative && magnitude == 0) {
      throw invalid("zero has no sign");
    }
    return negative ? -magnitude : magnitude;
  }

  public boolean bool() {
    int value = u8();
    if (value > 1) {
      throw invalid("a boolean is 0 or 1, not " + value);
    }
    return value == 1;
  }

  /** A length or the index of an enum variant, in the shortest form. */
  public int uleb128() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw invalid("a length is not in its shortest form");
        }
        if (value > Integer.MAX_VALUE) {
          throw invalid("a length is above 2^31 - 1: " + value);
        }
        return (int) value;
      }
    }
    throw invalid("a length has more than five bytes");
  }

  public byte[] bytes() {
    return bytes(Integer.MAX_VALUE);
  }

  /** A {@code vector<u8>} of at most {@code maximum} bytes. */
  public byte[] bytes(int maximum) {
    return fixed(length(maximum));
  }

  public byte[] fixed(int length) {
    need(length);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  public String string() {
    return string(Integer.MAX_VALUE);
  }

  /** UTF-8 of at most {@code maximum} bytes. */
  public String string(int maximum) {
    int length = length(maximum);
    need(length);
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, position, length))
              .toString();
      position += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID, "a text is not UTF-8 at byte " + position, e);
    }
  }

  public <T> List<T> vector(Function<BcsReader, T> element) {
    return vector(Integer.MAX_VALUE, element);
  }

  /** At most {@code maximum} elements of at least one byte each. */
  public <T> List<T> vector(int maximum, Function<BcsReader, T> element) {
    int count = length(maximum);
    need(count);
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(element.apply(this));
    }
    return List.copyOf(elements);
  }

  public <T> Optional<T> option(Function<BcsReader, T> element) {
    return bool() ? Optional.of(element.apply(this)) : Optional.empty();
  }

  /** Bytes not read yet. */
  public int remaining() {
    return bytes.length - position;
  }

  /** Demands that every byte has been read. */
  public void finish() {
    if (remaining() > 0) {
      throw invalid(remaining() + " bytes are left over");
    }
  }

  /** The refusal of what was just read, for callers with rules of their own. */
  public HubException invalid(String reason) {
    return new HubException(ErrorCode.MESSAGE_INVALID, reason + ", before byte " + position);
  }

  private int length(int maximum) {
    int length = uleb128();
    if (length > maximum) {
      throw invalid("a length of " + length + " is above " + maximum);
    }
    return length;
  }

  private long unsigned(int width) {
    need(width);
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[position++] & 0xffL) << (8 * i);
    }
    return value;
  }

  private void need(int count) {
    if (count > remaining()) {
      throw invalid("it ends early: " + count + " bytes wanted, " + remaining() + " left");
    }
  }
}

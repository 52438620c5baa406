package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.Bytes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CborReaderTest {
  @Test
  void readsTheExamplesOfTheStandard() throws MalformedDocumentException {
    // RFC 8949 appendix A.
    assertThat(read("00")).isEqualTo(new CborValue.IntegerNumber(0));
    assertThat(read("17")).isEqualTo(new CborValue.IntegerNumber(23));
    assertThat(read("1818")).isEqualTo(new CborValue.IntegerNumber(24));
    assertThat(read("1903e8")).isEqualTo(new CborValue.IntegerNumber(1_000));
    assertThat(read("1a000f4240")).isEqualTo(new CborValue.IntegerNumber(1_000_000));
    assertThat(read("1b000000e8d4a51000"))
        .isEqualTo(new CborValue.IntegerNumber(1_000_000_000_000L));
    assertThat(read("3903e7")).isEqualTo(new CborValue.IntegerNumber(-1_000));
    assertThat(read("4401020304")).isEqualTo(new CborValue.ByteString(Bytes.ofHex("01020304")));
    assertThat(read("62c3bc")).isEqualTo(new CborValue.TextString("ü"));
    assertThat(read("f6")).isEqualTo(new CborValue.Null());
    assertThat(read("83010203"))
        .isEqualTo(
            new CborValue.Sequence(
                List.of(
                    new CborValue.IntegerNumber(1),
                    new CborValue.IntegerNumber(2),
                    new CborValue.IntegerNumber(3))));
    assertThat(read("a201020304")).isEqualTo(twoPairs());
  }

  @Test
  void readsMapsOfIndefiniteLengthAsTheSameMaps() throws MalformedDocumentException {
    assertThat(read("bf01020304ff")).isEqualTo(twoPairs());
    assertThat(read("bfff")).isEqualTo(new CborValue.Mapping(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "'',ends inside",
    "a2010201 03,twice",
    "bf01020103ff,twice",
    "bf0102,does not end",
    "bf01ff,starts with byte 255",
    "1817,shortest form",
    "1900ff,shortest form",
    "1a0000ffff,shortest form",
    "1b00000000ffffffff,shortest form",
    "5801 00,shortest form",
    "1bffffffffffffffff,63 bits",
    "3bffffffffffffffff,63 bits",
    "5f42010243030405ff,indefinite",
    "7f657374726561646d696e67ff,indefinite",
    "9fff,indefinite",
    "1c,reserved",
    "5a7fffffff,past the end",
    "9a7fffffff,past the end",
    "ba7fffffff,past the end",
    "4201,past the end",
    "61ff,not UTF-8",
    "63eda080,not UTF-8",
    "c100,starts with byte 193",
    "d28443a10126a0,starts with byte 210",
    "f97e00,starts with byte 249",
    "f5,starts with byte 245",
    "f7,starts with byte 247",
    "ff,starts with byte 255",
    "a1f600,neither an integer nor a text",
    "a1410000,neither an integer nor a text",
    "a18000,neither an integer nor a text",
    "0000,follow the end",
    "8181818181818180,",
    "818181818181818180,deeper than 8",
  })
  void refusesWhatASignedDocumentMustNotLeaveOpen(String hex, String reason)
      throws MalformedDocumentException {
    String bytes = hex.replace(" ", "");
    if (reason == null) {
      assertThat(read(bytes)).isInstanceOf(CborValue.Sequence.class);
    } else {
      assertThatThrownBy(() -> read(bytes))
          .isInstanceOf(MalformedDocumentException.class)
          .hasMessageContaining(reason);
    }
  }

  @Test
  void writerAndReaderAgreeAtEveryWidth() throws MalformedDocumentException {
    for (int shift = 0; shift < 63; shift++) {
      for (long offset = -1; offset <= 1; offset++) {
        long value = (1L << shift) + offset;
        assertThat(CborReader.read(new CborWriter().integer(value).toBytes()))
            .isEqualTo(new CborValue.IntegerNumber(value));
        assertThat(CborReader.read(new CborWriter().integer(-1 - value).toBytes()))
            .isEqualTo(new CborValue.IntegerNumber(-1 - value));
      }
    }
  }

  private static CborValue twoPairs() {
    return new CborValue.Mapping(
        Map.of(
            new CborValue.IntegerNumber(1), new CborValue.IntegerNumber(2),
            new CborValue.IntegerNumber(3), new CborValue.IntegerNumber(4)));
  }

  private static CborValue read(String hex) throws MalformedDocumentException {
    return CborReader.read(Bytes.ofHex(hex));
  }
}

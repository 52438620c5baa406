package io.vramhub.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.longs;
import static org.quicktheories.generators.SourceDSL.strings;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BcsTest {
  @Test
  void writesTheExamplesOfTheBcsSpecification() {
    assertThat(hex(new BcsWriter().u8(1).u16(0x1234).u32(0x12345678L).u64(0x1234567890L)))
        .isEqualTo("01" + "3412" + "78563412" + "9078563412000000");
    assertThat(hex(new BcsWriter().uleb128(1).uleb128(128).uleb128(16384).uleb128(2097152)))
        .isEqualTo("01" + "8001" + "808001" + "80808001");
    assertThat(hex(new BcsWriter().uleb128(9487))).isEqualTo("8f4a");
    assertThat(hex(new BcsWriter().string("çå∞≠¢õß∂ƒ∫")))
        .isEqualTo("18c3a7c3a5e2889ee289a0c2a2c3b5c39fe28882c692e288ab");
    assertThat(hex(new BcsWriter().vector(List.of(1, 2), BcsWriter::u16))).isEqualTo("0201000200");
    assertThat(hex(new BcsWriter().option(Optional.of(8), BcsWriter::u8))).isEqualTo("0108");
    assertThat(hex(new BcsWriter().option(Optional.<Integer>empty(), BcsWriter::u8)))
        .isEqualTo("00");
  }

  @Test
  void signedNumbersCarryTheirSignBesideTheMagnitude() {
    assertThat(hex(new BcsWriter().signed(-2).signed(0).signed(3)))
        .isEqualTo(
            "01" + "0200000000000000" + "00" + "0000000000000000" + "00" + "0300000000000000");
    qt().withFixedSeed(5)
        .forAll(longs().between(Long.MIN_VALUE + 1, Long.MAX_VALUE))
        .check(value -> read(new BcsWriter().signed(value), BcsReader::signed).equals(value));
  }

  @Test
  void readsBackWhatItWrote() {
    qt().withFixedSeed(5)
        .forAll(
            longs().between(0, Long.MAX_VALUE),
            integers().between(0, Integer.MAX_VALUE),
            strings().betweenCodePoints(0, 0xd7ff).ofLengthBetween(0, 50))
        .check(
            (number, length, text) -> {
              BcsReader reader =
                  new BcsReader(
                      new BcsWriter().u64(number).uleb128(length).string(text).toByteArray());
              boolean same =
                  reader.u64() == number
                      && reader.uleb128() == length
                      && reader.string().equals(text);
              reader.finish();
              return same;
            });
  }

  @ParameterizedTest
  @CsvSource({
    "8000, shortest form",
    "818000, shortest form",
    "ffffffff0f, above 2^31",
    "808080808001, more than five bytes",
    "80, ends early",
  })
  void refusesLengthsNobodyWrites(String hex, String reason) {
    refuses(hex, BcsReader::uleb128, reason);
  }

  @Test
  void refusesForeignForms() {
    refuses("02", BcsReader::bool, "a boolean is 0 or 1");
    refuses("010000000000000000", BcsReader::signed, "zero has no sign");
    refuses("ffffffffffffffff", BcsReader::u64, "above 2^63");
    refuses("ffffffff", BcsReader::i32, "too large");
    refuses("01ff", BcsReader::string, "not UTF-8");
    refuses("03ed a080", BcsReader::string, "not UTF-8");
    refuses("0000", reader -> message(reader.u8()), "left over");
    refuses("05", reader -> reader.bytes(4), "above 4");
  }

  @Test
  void allocatesNothingTheBytesCannotFill() {
    refuses("ffffffff07", BcsReader::bytes, "ends early");
    refuses("ffffffff07", reader -> reader.vector(BcsReader::u8), "ends early");
    refuses("ffffffff07", BcsReader::string, "ends early");
  }

  @Test
  void writerRefusesWhatDoesNotFit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().u8(256));
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().u16(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().u32(1L << 32));
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().u64(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().signed(Long.MIN_VALUE));
    assertThatIllegalArgumentException().isThrownBy(() -> new BcsWriter().string("\ud800"));
  }

  @Test
  void hashesOfDifferentPartsNeverShareAnInput() {
    byte[] ab = {1, 2};
    byte[] a = {1};
    byte[] b = {2};
    assertThat(CanonicalHash.of("vramhub/assign/1", ab))
        .isNotEqualTo(CanonicalHash.of("vramhub/assign/1", a, b))
        .isNotEqualTo(CanonicalHash.of("vramhub/assign/10", ab));
    assertThat(CanonicalHash.of("vramhub/assign/1", ab).hex())
        .isEqualTo("4e4c76ae41aab56627737d62877b5ebe47dba7a85abbd3e74a3c4ad722c539fb");
  }

  private static int message(int value) {
    return BcsReader.message("sample", new byte[] {0, (byte) value}, BcsReader::u8);
  }

  private static <T> T read(BcsWriter writer, Function<BcsReader, T> body) {
    return BcsReader.message("sample", writer.toByteArray(), body);
  }

  private static void refuses(String hex, Function<BcsReader, ?> body, String reason) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> BcsReader.message("sample", bytes, body))
        .withMessageStartingWith("sample: ")
        .withMessageContaining(reason)
        .extracting(HubException::code)
        .isEqualTo(ErrorCode.MESSAGE_INVALID);
  }

  private static String hex(BcsWriter writer) {
    return HexFormat.of().formatHex(writer.toByteArray());
  }
}

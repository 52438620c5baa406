package io.vramhub.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made to harm: each is refused with a reason, and nothing in it runs or unfolds. */
class HostileArchiveTest {
  private static final NetworkParameters.Model MODEL = SampleGradients.model(32);

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  @BeforeEach
  void takeApartAGoodPayload() {
    byte[] good = SampleGradients.payload(MODEL, 42);
    ByteBuffer buffer = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (buffer.getInt(at) == 0x04034b50) {
      int size = buffer.getInt(at + 18);
      int name = buffer.getShort(at + 26);
      int data = at + 30 + name + buffer.getShort(at + 28);
      byte[] bytes = new byte[size];
      buffer.get(data, bytes);
      entries.put(new String(good, at + 30, name, StandardCharsets.US_ASCII), bytes);
      at = data + size;
    }
  }

  @Test
  void acceptsTheSameEntriesStoredByAnotherZipWriter() throws IOException, PayloadException {
    assertThat(GradientPayload.read(zip(ZipEntry.STORED), MODEL).header())
        .isEqualTo(SampleGradients.header(MODEL));
  }

  @Test
  void refusesCompressedEntriesWhateverTheyUnfoldTo() throws IOException {
    entries.put("gradient/data/1", new byte[100_000_000]);
    byte[] bomb = zip(ZipEntry.DEFLATED);
    assertThat(bomb.length).isGreaterThan((int) GradientPayload.maximumBytes(MODEL));
    assertMalformed(bomb, "more than");
    entries.put("gradient/data/1", new byte[1_000_000]);
    assertMalformed(zip(ZipEntry.DEFLATED), "");
  }

  @Test
  void refusesSizesThatTheArchiveOnlyClaims() throws IOException {
    byte[] claimed = zip(ZipEntry.STORED);
    ByteBuffer buffer = ByteBuffer.wrap(claimed).order(ByteOrder.LITTLE_ENDIAN);
    int directory = buffer.getInt(claimed.length - 6);
    for (int size : new int[] {Integer.MAX_VALUE, -1, claimed.length, 0}) {
      buffer.putInt(directory + 20, size).putInt(directory + 24, size);
      assertMalformed(claimed, "");
    }
  }

  @Test
  void refusesUnexpectedMissingAndDoubleEntries() throws IOException {
    entries.put("gradient/code/__torch__.py", "import os".getBytes(StandardCharsets.US_ASCII));
    assertMalformed(zip(ZipEntry.STORED), "PyTorch names no entry 'code/__torch__.py'");
    entries.remove("gradient/code/__torch__.py");
    entries.put("gradient/../../etc/passwd", new byte[1]);
    assertMalformed(zip(ZipEntry.STORED), "PyTorch names no entry");
    entries.remove("gradient/../../etc/passwd");
    entries.put("gradient/data/9", new byte[1]);
    assertMalformed(zip(ZipEntry.STORED), "no tensor uses");
    entries.remove("gradient/data/9");
    entries.remove("gradient/version");
    assertMalformed(zip(ZipEntry.STORED), "no entry version");
  }

  @Test
  void refusesBytesBeforeBetweenAndAfterTheEntries() throws IOException {
    byte[] good = zip(ZipEntry.STORED);
    byte[] padded = new byte[good.length + 1];
    System.arraycopy(good, 0, padded, 1, good.length);
    assertMalformed(padded, "");
    System.arraycopy(good, 0, padded, 0, good.length);
    assertMalformed(padded, "does not end as a zip archive");
  }

  @Test
  void refusesTwoEntriesThatShareTheirBytes() throws IOException {
    byte[] file = zip(ZipEntry.STORED);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int first = buffer.getInt(file.length - 6);
    int second = first + 46 + buffer.getShort(first + 28);
    buffer.putInt(second + 42, buffer.getInt(first + 42));
    assertMalformed(file, "");
  }

  @Test
  void refusesAChangedEntryByItsCheckSum() {
    byte[] good = SampleGradients.payload(MODEL, 42);
    good[good.length / 2] ^= 1;
    assertMalformed(good, "check sum");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "posix\nsystem\n",
        "builtins\neval\n",
        "os\nsystem\n",
        "torch\nload\n",
        "torch.storage\n_load_from_bytes\n",
        "torch\nFloatStorage.__reduce__\n"
      })
  void refusesToNameAnythingButTensors(String global) throws IOException {
    pickle("\u0080\u0002c" + global + "(X\u0007\u0000\u0000\u0000echo hatR.");
    assertMalformed(zip(ZipEntry.STORED), "refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\u0002}b.", // BUILD
        "\u0080\u0002}i__main__\nX\n.", // INST
        "\u0080\u0002}o.", // OBJ
        "\u0080\u0002}\u0081.", // NEWOBJ
        "\u0080\u0002}\u0093.", // STACK_GLOBAL
        "\u0080\u0002}\u0082\u0001.", // EXT1
        "\u0080\u0002P0\n.", // PERSID
        "\u0080\u0004}.", // protocol 4
        "\u0080\u0002.", // empty stack
        "\u0080\u0002}R.", // nothing to call
        "\u0080\u0002ccollections\nOrderedDict\n(}tR.",
        "\u0080\u0002}u.",
        "\u0080\u0002}t.",
        "\u0080\u0002h\u0007.",
        "\u0080\u0002X\u00ff\u00ff\u00ff\u007f.",
        "\u0080\u0002X\u00ff\u00ff\u00ff\u00ff.",
        "\u0080\u0002}}.",
        "\u0080\u0002}..",
        "\u0080\u0002}",
        "\u0080\u0002ctorch",
        ""
      })
  void refusesEveryOtherOpcodeAndEveryUnsoundProgram(String program) throws IOException {
    pickle(program);
    assertMalformed(zip(ZipEntry.STORED), "");
  }

  @Test
  void refusesAPickleThatNamesOneStorageTwiceOrViewsAPart() throws IOException {
    String good = new String(entries.get("gradient/data.pkl"), StandardCharsets.ISO_8859_1);
    pickle(good.replace("X\u0001\u0000\u0000\u00001", "X\u0001\u0000\u0000\u00000"));
    assertMalformed(zip(ZipEntry.STORED), "");
    pickle(good.replaceFirst("QK\u0000", "QK\u0001"));
    assertMalformed(zip(ZipEntry.STORED), "not the whole");
    pickle(good.replace("X\u0003\u0000\u0000\u0000cpu", "X\u0004\u0000\u0000\u0000cuda"));
    assertMalformed(zip(ZipEntry.STORED), "CPU storage");
    pickle(good.replace("ctorch\nByteStorage\n", "ctorch\nFloatStorage\n"));
    assertMalformed(zip(ZipEntry.STORED), "");
    pickle(good.replace("X\u0007\u0000\u0000\u0000indices", "X\u0007\u0000\u0000\u0000indiceZ"));
    assertMalformed(zip(ZipEntry.STORED), "no U8 tensor indices");
  }

  @Test
  void refusesAPickleThatOnlyGrows() throws IOException {
    pickle("\u0080\u0002" + "(".repeat(5000));
    assertMalformed(zip(ZipEntry.STORED), "");
    pickle("\u0080\u0002)" + "\u0085".repeat(4000) + ".");
    assertMalformed(zip(ZipEntry.STORED), "not one dict");
  }

  private void pickle(String program) {
    entries.put("gradient/data.pkl", program.getBytes(StandardCharsets.ISO_8859_1));
  }

  private byte[] zip(int method) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(1);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setMethod(method);
        if (method == ZipEntry.STORED) {
          header.setSize(entry.getValue().length);
          header.setCrc(crc.getValue());
        }
        header.setTimeLocal(LocalDateTime.of(1990, 1, 1, 0, 0));
        zip.putNextEntry(header);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  private static void assertMalformed(byte[] file, String reason) {
    assertThatThrownBy(() -> GradientPayload.read(file, MODEL))
        .isInstanceOfSatisfying(
            PayloadException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.MALFORMED))
        .hasMessageContaining(reason);
  }
}

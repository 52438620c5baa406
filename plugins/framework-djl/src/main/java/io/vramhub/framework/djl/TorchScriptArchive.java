package io.vramhub.framework.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file that holds code and no weights: a stored zip with the module's source, a
 * pickle of one object with the single attribute {@code training = True}, and no constants.
 *
 * <p>Such a file is code. It is written from a {@code ModelSpec} and read back at once by the same
 * process; one from a peer must never be loaded.
 */
final class TorchScriptArchive {
  /** Name of the module class; fixed because the pickle below spells it out. */
  static final String MODULE = "Decoder";

  private static final String FILE_FORMAT = "3\n";

  /** Protocol 2: {@code Decoder.__new__()} with the state {@code {"training": True}}. */
  private static final String MODULE_PICKLE =
      "\u0080\u0002c__torch__\n" + MODULE + "\nq\0)\u0081}q\1(X\10\0\0\0trainingq\2\u0088ubq\3.";

  /** Protocol 2: the empty tuple. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private TorchScriptArchive() {}

  /** The file whose module class has the given source, in the serialized dialect of TorchScript. */
  static byte[] write(String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "data.pkl", MODULE_PICKLE);
      store(zip, "code/__torch__.py", source);
      store(zip, "constants.pkl", NO_CONSTANTS);
      store(zip, "version", FILE_FORMAT);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry("decoder/" + name);
    entry.setSize(bytes.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}

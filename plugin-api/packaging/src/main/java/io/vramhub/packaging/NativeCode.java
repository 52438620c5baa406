package io.vramhub.packaging;

import java.util.Locale;
import java.util.regex.Pattern;

/** Recognises machine code by its name or its first bytes. */
final class NativeCode {
  /** How many first bytes {@link #is} looks at. */
  static final int HEAD = 4;

  private static final Pattern NAME =
      Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dll|exe|dylib|jnilib)");

  private NativeCode() {}

  static boolean is(String name, byte[] start) {
    if (NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
      return true;
    }
    if (start.length < HEAD) {
      return false;
    }
    int magic = start[0] << 24 | (start[1] & 0xFF) << 16 | (start[2] & 0xFF) << 8 | start[3] & 0xFF;
    return switch (magic) {
      case 0x7F454C46, // ELF
          0x4D5A9000, // Windows
          0xFEEDFACE, // macOS, either byte order and width
          0xFEEDFACF,
          0xCEFAEDFE,
          0xCFFAEDFE ->
          true;
      default -> false;
    };
  }
}

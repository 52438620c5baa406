package io.vramhub.packaging;

/**
 * What the central directory tells of one entry.
 *
 * @param flags general purpose bits
 * @param method 0 stored, 8 deflated
 * @param packedBytes in the file
 * @param bytes when unpacked, as claimed
 * @param unixMode type and permissions, 0 if the archive was not made on Unix
 * @param offset of the local header
 */
record ZipEntryHeader(
    String name,
    int flags,
    int method,
    long crc,
    long packedBytes,
    long bytes,
    int unixMode,
    long offset) {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** Traditional, strong and central directory encryption. */
  private static final int ENCRYPTION = 1 | 1 << 6 | 1 << 13;

  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;

  boolean isDirectory() {
    return name.endsWith("/");
  }

  boolean isEncrypted() {
    return (flags & ENCRYPTION) != 0;
  }

  boolean isKnownCompression() {
    return method == STORED || method == DEFLATED;
  }

  /** Neither a plain file nor a plain directory. */
  boolean isSpecial() {
    int type = unixMode & TYPE;
    return isDirectory()
        ? bytes != 0 || type != 0 && type != DIRECTORY
        : type != 0 && type != REGULAR;
  }

  /** Without the slash that marks a directory. */
  String path() {
    return isDirectory() ? name.substring(0, name.length() - 1) : name;
  }
}

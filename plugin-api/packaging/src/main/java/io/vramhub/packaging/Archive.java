package io.vramhub.packaging;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A zip file whose names and headers are in order, open for reading. */
final class Archive implements AutoCloseable {
  private final List<ZipEntryHeader> entries;
  private final ZipFile zip;
  private final Refuser refuser;

  private Archive(List<ZipEntryHeader> entries, ZipFile zip, Refuser refuser) {
    this.entries = entries;
    this.zip = zip;
    this.refuser = refuser;
  }

  static Archive open(Path file, Refuser refuser, PackageLimits limits) throws IOException {
    List<ZipEntryHeader> entries = CentralDirectory.read(file, refuser, limits.entries());
    Set<String> names = new HashSet<>();
    for (ZipEntryHeader entry : entries) {
      checkHeader(entry, refuser);
      if (!names.add(entry.name())) {
        throw refuser.refuse(
            Refusal.DUPLICATE_ENTRY, "it has two entries named '" + entry.name() + "'");
      }
    }
    try {
      return new Archive(entries, new ZipFile(file.toFile()), refuser);
    } catch (ZipException e) {
      throw refuser.refuse(Refusal.UNREADABLE, "it is not a readable zip: " + e.getMessage(), e);
    }
  }

  private static void checkHeader(ZipEntryHeader entry, Refuser refuser) {
    String name = entry.name();
    if (name.startsWith("/")
        || name.contains("\\")
        || name.contains(":")
        || List.of(name.split("/", -1)).contains("..")) {
      throw refuser.refuse(
          Refusal.ENTRY_OUTSIDE, "its entry '" + name + "' points outside the jar");
    }
    List<String> parts = List.of(entry.path().split("/", -1));
    if (parts.contains("")
        || parts.contains(".")
        || name.codePoints().anyMatch(Character::isISOControl)) {
      throw refuser.refuse(
          Refusal.ENTRY_NAME_INVALID,
          "its entry '" + name + "' has empty parts, a dot for a part, or control characters");
    }
    if (entry.isEncrypted()) {
      throw refuser.refuse(Refusal.ENCRYPTED, "its entry '" + name + "' is encrypted");
    }
    if (!entry.isKnownCompression()) {
      throw refuser.refuse(
          Refusal.COMPRESSION_UNKNOWN,
          "its entry '" + name + "' is compressed by method " + entry.method());
    }
    if (entry.isSpecial()) {
      throw refuser.refuse(
          Refusal.SPECIAL_ENTRY, "its entry '" + name + "' is a link, a device or a filled folder");
    }
  }

  /** The entries that are no directories. */
  List<ZipEntryHeader> files() {
    return entries.stream().filter(entry -> !entry.isDirectory()).toList();
  }

  /** Refuses names that a file system which ignores case would take for one another. */
  void checkCollisions() {
    Map<String, ZipEntryHeader> known = new HashMap<>();
    for (ZipEntryHeader entry : entries) {
      String folded =
          Normalizer.normalize(entry.path(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
      ZipEntryHeader other = known.putIfAbsent(folded, entry);
      if (other != null) {
        throw refuser.refuse(
            Refusal.COLLIDING_ENTRIES,
            "its entries '" + other.name() + "' and '" + entry.name() + "' differ only in case");
      }
    }
  }

  /**
   * Copies an entry while its bytes are counted, and checks that they are those the archive was
   * made from.
   *
   * @return the first bytes, at most {@code head}
   */
  byte[] copy(ZipEntryHeader entry, OutputStream out, int head, Budget budget) throws IOException {
    CRC32 checksum = new CRC32();
    try (InputStream in =
        new CheckedInputStream(zip.getInputStream(zip.getEntry(entry.name())), checksum)) {
      byte[] start = in.readNBytes(head);
      long copied = budget.spend(entry, start.length, 0);
      out.write(start);
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        copied = budget.spend(entry, read, copied);
        out.write(buffer, 0, read);
      }
      if (copied != entry.bytes() || checksum.getValue() != entry.crc()) {
        throw refuser.refuse(
            Refusal.UNREADABLE, "the bytes of its entry '" + entry.name() + "' are damaged");
      }
      return start;
    } catch (ZipException | EOFException e) {
      throw refuser.refuse(
          Refusal.UNREADABLE, "its entry '" + entry.name() + "' cannot be unpacked", e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}

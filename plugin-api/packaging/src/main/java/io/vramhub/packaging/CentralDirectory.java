package io.vramhub.packaging;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the table of contents of a zip file without believing it: every reader of an archive that
 * passes must see the same entries. {@code java.util.zip} hides what makes archives ambiguous:
 * links, encryption, shared bytes, names that differ between the two headers of an entry.
 *
 * <p>Zip64 is not needed within the limits of a plugin and not accepted.
 */
final class CentralDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int UNIX = 3;
  private static final long ZIP64 = 0xFFFFFFFFL;

  private final FileChannel channel;
  private final Refuser refuser;

  private CentralDirectory(FileChannel channel, Refuser refuser) {
    this.channel = channel;
    this.refuser = refuser;
  }

  /** The entries in the order of the table. */
  static List<ZipEntryHeader> read(Path file, Refuser refuser, int mostEntries) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new CentralDirectory(channel, refuser).entries(mostEntries);
    } catch (EOFException e) {
      throw refuser.refuse(Refusal.UNREADABLE, "it was cut short", e);
    }
  }

  private List<ZipEntryHeader> entries(int mostEntries) throws IOException {
    long end = endOfDirectory();
    ByteBuffer record = read(end, END_BYTES);
    int count = unsigned(record.getShort(10));
    long bytes = unsigned(record.getInt(12));
    long start = unsigned(record.getInt(16));
    if (record.getShort(4) != 0 || record.getShort(6) != 0 || record.getShort(8) != (short) count) {
      throw unreadable("it is one part of a split archive");
    }
    if (start + bytes != end) {
      throw unreadable(
          "its table of contents does not end where its last record begins; bytes were put"
              + " before or into the archive");
    }
    if (count > mostEntries) {
      throw refuser.refuse(
          Refusal.TOO_MANY_ENTRIES, "it has " + count + " entries, more than " + mostEntries);
    }
    ByteBuffer table = read(start, Math.toIntExact(bytes));
    List<ZipEntryHeader> entries = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      entries.add(next(table));
    }
    if (table.hasRemaining()) {
      throw unreadable("its table of contents holds more than the " + count + " entries it counts");
    }
    checkLocalHeaders(entries, start);
    return entries;
  }

  /** Where the last record begins: the last place whose comment ends with the file. */
  private long endOfDirectory() throws IOException {
    long size = channel.size();
    int tail = Math.toIntExact(Math.min(size, END_BYTES + LONGEST_COMMENT));
    ByteBuffer bytes = read(size - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END && at + END_BYTES + unsigned(bytes.getShort(at + 20)) == tail) {
        return size - tail + at;
      }
    }
    throw unreadable("it is not a zip file, or its end is missing");
  }

  private ZipEntryHeader next(ByteBuffer table) throws IOException {
    int at = table.position();
    if (table.remaining() < CENTRAL_BYTES || table.getInt(at) != CENTRAL) {
      throw unreadable("its table of contents is damaged");
    }
    int nameBytes = unsigned(table.getShort(at + 28));
    int length =
        CENTRAL_BYTES
            + nameBytes
            + unsigned(table.getShort(at + 30))
            + unsigned(table.getShort(at + 32));
    if (table.remaining() < length) {
      throw unreadable("its table of contents is damaged");
    }
    boolean unix = table.get(at + 5) == UNIX;
    ZipEntryHeader entry =
        new ZipEntryHeader(
            name(table.slice(at + CENTRAL_BYTES, nameBytes)),
            unsigned(table.getShort(at + 8)),
            unsigned(table.getShort(at + 10)),
            unsigned(table.getInt(at + 16)),
            unsigned(table.getInt(at + 20)),
            unsigned(table.getInt(at + 24)),
            unix ? table.getInt(at + 38) >>> 16 : 0,
            unsigned(table.getInt(at + 42)));
    if (entry.packedBytes() == ZIP64 || entry.bytes() == ZIP64 || entry.offset() == ZIP64) {
      throw unreadable("its entry '" + entry.name() + "' needs Zip64, which no plugin does");
    }
    table.position(at + length);
    return entry;
  }

  private String name(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw refuser.refuse(
          Refusal.ENTRY_NAME_INVALID, "the name of one of its entries is not UTF-8", e);
    }
  }

  /** Some readers go by the local headers; they must tell the same story. */
  private void checkLocalHeaders(List<ZipEntryHeader> entries, long directoryStart)
      throws IOException {
    long free = 0;
    for (ZipEntryHeader entry :
        entries.stream().sorted(Comparator.comparingLong(ZipEntryHeader::offset)).toList()) {
      if (entry.offset() < free) {
        throw refuser.refuse(
            Refusal.OVERLAPPING_ENTRIES,
            "its entry '" + entry.name() + "' lies over the bytes of another");
      }
      ByteBuffer header = read(entry.offset(), LOCAL_BYTES);
      int nameBytes = unsigned(header.getShort(26));
      if (header.getInt(0) != LOCAL
          || unsigned(header.getShort(6)) != entry.flags()
          || unsigned(header.getShort(8)) != entry.method()
          || !name(read(entry.offset() + LOCAL_BYTES, nameBytes)).equals(entry.name())) {
        throw unreadable("the two headers of its entry '" + entry.name() + "' differ");
      }
      free =
          entry.offset()
              + LOCAL_BYTES
              + nameBytes
              + unsigned(header.getShort(28))
              + entry.packedBytes();
      if (free > directoryStart) {
        throw unreadable("its entry '" + entry.name() + "' was cut short");
      }
    }
  }

  private ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private RuntimeException unreadable(String reason) {
    return refuser.refuse(Refusal.UNREADABLE, reason);
  }

  private static int unsigned(short value) {
    return Short.toUnsignedInt(value);
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }
}

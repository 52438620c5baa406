package io.vramhub.protocol.payload;

import io.vramhub.api.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The zip container of {@code torch.save}, as far as a dict of plain tensors needs it.
 *
 * <p>Written canonically: stored entries without time stamps, data aligned to 64 bytes. Read
 * strictly: entries are stored, lie one after the other from the first byte on and without gaps,
 * are followed by their directory and its end record, agree with it in every field, and bear the
 * names PyTorch gives them. No byte belongs to two entries or to none, so nothing can hide or
 * unfold, and nothing is copied before its size is known to be within the file.
 */
final class TorchArchive {
  /** Bytes the container may take beside its tensors, whoever wrote it. */
  static final int MAXIMUM_OVERHEAD = 8192;

  private static final String PREFIX = "gradient/";
  private static final String PICKLE = "data.pkl";
  private static final String TENSOR = "data/";
  private static final byte[] LITTLE = ascii("little");
  private static final byte[] VERSION = ascii("3\n");
  private static final int ALIGNMENT = 64;

  private static final int LOCAL = 0x04034b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int DESCRIPTOR_BYTES = 16;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int HAS_DESCRIPTOR = 0x0008;
  private static final int UTF8 = 0x0800;
  private static final int PADDING_ID = 'F' | 'B' << 8;
  private static final int MAXIMUM_ENTRIES = 16;
  private static final int MAXIMUM_NAME = 96;

  private TorchArchive() {}

  static byte[] write(SequencedMap<String, TorchTensor> tensors) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(PREFIX + PICKLE, TorchPickle.write(tensors)));
    entries.add(new Entry(PREFIX + "byteorder", LITTLE));
    for (TorchTensor tensor : tensors.values()) {
      entries.add(new Entry(PREFIX + TENSOR + (entries.size() - 2), tensor.bytes().array()));
    }
    entries.add(new Entry(PREFIX + "version", VERSION));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      int offset = out.size();
      byte[] name = ascii(entry.name);
      int unpadded = offset + LOCAL_BYTES + name.length + 4;
      int padding = Math.floorMod(-unpadded, ALIGNMENT);
      out.writeBytes(
          littleEndian(LOCAL_BYTES)
              .putInt(LOCAL)
              .putShort((short) 10)
              .put(common(entry))
              .putShort((short) name.length)
              .putShort((short) (4 + padding))
              .array());
      out.writeBytes(name);
      out.writeBytes(
          littleEndian(4).putShort((short) PADDING_ID).putShort((short) padding).array());
      out.writeBytes(new byte[padding]);
      out.writeBytes(entry.data);
      directory.writeBytes(
          littleEndian(CENTRAL_BYTES)
              .putInt(CENTRAL)
              .putShort((short) 0)
              .putShort((short) 10)
              .put(common(entry))
              .putShort((short) name.length)
              .putInt(CENTRAL_BYTES - 4, offset)
              .array());
      directory.writeBytes(name);
    }
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    out.writeBytes(
        littleEndian(END_BYTES)
            .putInt(END)
            .putInt(0)
            .putShort((short) entries.size())
            .putShort((short) entries.size())
            .putInt(directory.size())
            .putInt(start)
            .array());
    return out.toByteArray();
  }

  /** Flags to uncompressed size, which local header and directory share. */
  private static byte[] common(Entry entry) {
    CRC32 crc = new CRC32();
    crc.update(entry.data);
    return littleEndian(20)
        .putShort((short) UTF8)
        .putShort((short) 0)
        .putInt(0)
        .putInt((int) crc.getValue())
        .putInt(entry.data.length)
        .putInt(entry.data.length)
        .array();
  }

  /**
   * The tensors of an archive by name.
   *
   * @param file already known to be no longer than a payload may be
   */
  static SortedMap<String, TorchTensor> read(byte[] file) throws PayloadException {
    SortedMap<String, ByteBuffer> entries = new Reader(file).entries();
    ByteBuffer version = required(entries, "version");
    if (!version.equals(ByteBuffer.wrap(VERSION))) {
      throw PayloadException.malformed("the archive's version is not 3");
    }
    ByteBuffer byteOrder = entries.getOrDefault("byteorder", ByteBuffer.wrap(LITTLE));
    if (!byteOrder.equals(ByteBuffer.wrap(LITTLE))) {
      throw PayloadException.malformed("the archive is not little-endian");
    }
    List<TorchPickle.Reference> references = TorchPickle.read(required(entries, PICKLE));
    SortedMap<String, TorchTensor> tensors = new TreeMap<>();
    for (TorchPickle.Reference reference : references) {
      ByteBuffer data = required(entries, TENSOR + reference.storage());
      entries.remove(TENSOR + reference.storage());
      if (data.remaining() != (long) reference.elements() * reference.type().width()) {
        throw PayloadException.malformed(
            reference.name() + " is not as long as the archive's pickle says");
      }
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      TorchTensor tensor = new TorchTensor(reference.type(), new Bytes(bytes));
      if (tensors.put(reference.name(), tensor) != null) {
        throw PayloadException.malformed("two tensors are named " + reference.name());
      }
    }
    if (entries.keySet().stream().anyMatch(name -> name.startsWith(TENSOR))) {
      throw PayloadException.malformed("the archive has data that no tensor uses");
    }
    return tensors;
  }

  private static ByteBuffer required(Map<String, ByteBuffer> entries, String name)
      throws PayloadException {
    ByteBuffer entry = entries.get(name);
    if (entry == null) {
      throw PayloadException.malformed("the archive has no entry " + name);
    }
    return entry;
  }

  private record Entry(String name, byte[] data) {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** One pass over the directory and the entries it lists. */
  private static final class Reader {
    private static final List<String> OPTIONAL =
        List.of("byteorder", ".format_version", ".storage_alignment", ".data/serialization_id");

    private final byte[] file;
    private final ByteBuffer buffer;

    Reader(byte[] file) {
      this.file = file;
      this.buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Views of the entries' data, by name without the archive's folder. */
    SortedMap<String, ByteBuffer> entries() throws PayloadException {
      int end = file.length - END_BYTES;
      require(end >= 0 && buffer.getInt(end) == END, "the file does not end as a zip archive");
      int count = unsignedShort(end + 8);
      int size = buffer.getInt(end + 12);
      int start = buffer.getInt(end + 16);
      require(
          buffer.getInt(end + 4) == 0
              && unsignedShort(end + 10) == count
              && unsignedShort(end + 20) == 0,
          "the archive has several disks or a comment");
      require(count > 0 && count <= MAXIMUM_ENTRIES, "the archive has " + count + " entries");
      require(start >= 0 && size >= 0 && size <= end - start, "the directory leaves the file");
      requireEnd(start + size, end, count, size, start);

      SortedMap<String, ByteBuffer> entries = new TreeMap<>();
      List<Central> centrals = directory(start, start + size, count);
      centrals.sort(Comparator.comparingInt(Central::offset));
      String folder = folder(centrals.getFirst().name);
      int at = 0;
      for (Central central : centrals) {
        require(central.offset == at, "entries overlap or leave a gap at byte " + at);
        require(central.name.startsWith(folder), "an entry lies outside the archive's folder");
        String name = central.name.substring(folder.length());
        require(isExpected(name), "PyTorch names no entry '" + name + "'");
        int data = requireLocal(central, start);
        entries.put(name, ByteBuffer.wrap(file, data, central.size).slice());
        at = requireDescriptor(central, data + central.size, start);
      }
      require(at == start, "bytes lie between the entries and the directory");
      require(entries.size() == count, "two entries have one name");
      return entries;
    }

    /** Directory and end record touch, or hold the 64-bit end record and its locator. */
    private void requireEnd(int from, int end, int count, int size, int start)
        throws PayloadException {
      if (from == end) {
        return;
      }
      require(
          end - from == END_64_BYTES + LOCATOR_64_BYTES,
          "bytes lie between the directory and its end record");
      int locator = from + END_64_BYTES;
      require(
          buffer.getInt(from) == END_64
              && buffer.getLong(from + 4) == END_64_BYTES - 12
              && buffer.getLong(from + 16) == 0
              && buffer.getLong(from + 24) == count
              && buffer.getLong(from + 32) == count
              && buffer.getLong(from + 40) == size
              && buffer.getLong(from + 48) == start
              && buffer.getInt(locator) == LOCATOR_64
              && buffer.getInt(locator + 4) == 0
              && buffer.getLong(locator + 8) == from
              && buffer.getInt(locator + 16) == 1,
          "the two end records disagree");
    }

    private List<Central> directory(int start, int end, int count) throws PayloadException {
      List<Central> centrals = new ArrayList<>();
      int at = start;
      for (int i = 0; i < count; i++) {
        require(
            end - at >= CENTRAL_BYTES && buffer.getInt(at) == CENTRAL,
            "the directory is cut short");
        int flags = unsignedShort(at + 8);
        int size = buffer.getInt(at + 20);
        int nameLength = unsignedShort(at + 28);
        require((flags & ~(HAS_DESCRIPTOR | UTF8)) == 0, "an entry is encrypted or patched");
        require(
            unsignedShort(at + 10) == 0 && buffer.getInt(at + 24) == size,
            "an entry is compressed");
        require(
            buffer.getInt(at + 30) == 0 && unsignedShort(at + 34) == 0,
            "a directory record has an extra field, a comment or another disk");
        require(
            nameLength > 0 && nameLength <= MAXIMUM_NAME && nameLength <= end - at - CENTRAL_BYTES,
            "the directory has a bad name");
        require(size >= 0 && size <= file.length, "an entry is larger than the file");
        centrals.add(
            new Central(
                new String(file, at + CENTRAL_BYTES, nameLength, StandardCharsets.ISO_8859_1),
                flags,
                buffer.getInt(at + 16),
                size,
                buffer.getInt(at + 42)));
        at += CENTRAL_BYTES + nameLength;
      }
      require(at == end, "the directory holds more than its entries");
      return centrals;
    }

    /** Where the entry's data begins. */
    private int requireLocal(Central central, int limit) throws PayloadException {
      int at = central.offset;
      byte[] name = central.name.getBytes(StandardCharsets.ISO_8859_1);
      require(limit - at >= LOCAL_BYTES + name.length, "an entry is cut short");
      boolean later = (central.flags & HAS_DESCRIPTOR) != 0;
      require(
          buffer.getInt(at) == LOCAL
              && unsignedShort(at + 6) == central.flags
              && unsignedShort(at + 8) == 0
              && isStated(at + 14, central.crc, later)
              && isStated(at + 18, central.size, later)
              && isStated(at + 22, central.size, later)
              && unsignedShort(at + 26) == name.length
              && Arrays.equals(
                  name, 0, name.length, file, at + LOCAL_BYTES, at + LOCAL_BYTES + name.length),
          "an entry and its directory record disagree");
      int extra = unsignedShort(at + 28);
      int extraAt = at + LOCAL_BYTES + name.length;
      require(extra < ALIGNMENT + 4 && extra <= limit - extraAt, "an entry's padding is too long");
      require(
          extra == 0
              || extra >= 4
                  && unsignedShort(extraAt) == PADDING_ID
                  && unsignedShort(extraAt + 2) == extra - 4,
          "an entry has an extra field that is no padding");
      int data = extraAt + extra;
      require(central.size <= limit - data, "an entry leaves the file");
      CRC32 crc = new CRC32();
      crc.update(file, data, central.size);
      require((int) crc.getValue() == central.crc, "an entry's check sum is wrong");
      return data;
    }

    private boolean isStated(int at, int value, boolean later) {
      int stated = buffer.getInt(at);
      return stated == value || later && stated == 0;
    }

    /** Where the next entry begins. */
    private int requireDescriptor(Central central, int at, int limit) throws PayloadException {
      if ((central.flags & HAS_DESCRIPTOR) == 0) {
        return at;
      }
      require(
          limit - at >= DESCRIPTOR_BYTES
              && buffer.getInt(at) == DESCRIPTOR
              && buffer.getInt(at + 4) == central.crc
              && buffer.getInt(at + 8) == central.size
              && buffer.getInt(at + 12) == central.size,
          "an entry and its descriptor disagree");
      return at + DESCRIPTOR_BYTES;
    }

    private static String folder(String name) throws PayloadException {
      int slash = name.indexOf('/');
      require(slash > 0, "the archive's entries lie in no folder");
      return name.substring(0, slash + 1);
    }

    private static boolean isExpected(String name) {
      return name.equals(PICKLE)
          || name.equals("version")
          || OPTIONAL.contains(name)
          || name.length() == TENSOR.length() + 1
              && name.startsWith(TENSOR)
              && Character.isDigit(name.charAt(TENSOR.length()));
    }

    private int unsignedShort(int at) {
      return Short.toUnsignedInt(buffer.getShort(at));
    }

    private static void require(boolean holds, String otherwise) throws PayloadException {
      if (!holds) {
        throw PayloadException.malformed(otherwise);
      }
    }

    private record Central(String name, int flags, int crc, int size, int offset) {}
  }
}

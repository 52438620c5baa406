package io.vramhub.packaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files byte by byte, so that it can write those that no library would. */
public final class RawZip {
  private static final short DEFLATED = 8;
  private static final short MADE_ON_UNIX = 3 << 8 | 20;

  private final List<Entry> entries = new ArrayList<>();

  /** An entry that tells the truth until told otherwise. */
  public static final class Entry {
    private final byte[] packed;
    private final byte[] name;
    private byte[] localName;
    private long bytes;
    private int crc;
    private short flags;
    private short method = DEFLATED;
    private int unixMode = 0100644;
    private boolean sharesBytesOfPrevious;

    public Entry(String name, byte[] content) {
      this(name.getBytes(StandardCharsets.UTF_8), content);
    }

    public Entry(byte[] name, byte[] content) {
      this.name = name;
      localName = name;
      bytes = content.length;
      packed = deflate(content);
      CRC32 checksum = new CRC32();
      checksum.update(content);
      crc = (int) checksum.getValue();
      if (name[name.length - 1] == '/') {
        unixMode = 0040755;
      }
    }

    private static byte[] deflate(byte[] content) {
      Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
      try {
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        while (!deflater.finished()) {
          out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
      } finally {
        deflater.end();
      }
    }

    Entry localName(String other) {
      localName = other.getBytes(StandardCharsets.UTF_8);
      return this;
    }

    Entry claimingBytes(long claimed) {
      bytes = claimed;
      return this;
    }

    Entry crc(int other) {
      crc = other;
      return this;
    }

    Entry flags(int bits) {
      flags = (short) bits;
      return this;
    }

    Entry method(int number) {
      method = (short) number;
      return this;
    }

    Entry unixMode(int mode) {
      unixMode = mode;
      return this;
    }

    Entry sharingBytesOfPrevious() {
      sharesBytesOfPrevious = true;
      return this;
    }
  }

  public RawZip add(Entry entry) {
    entries.add(entry);
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    int previous = 0;
    for (Entry entry : entries) {
      int offset = entry.sharesBytesOfPrevious ? previous : file.size();
      if (!entry.sharesBytesOfPrevious) {
        file.writeBytes(localHeader(entry));
        file.writeBytes(entry.packed);
      }
      directory.writeBytes(centralHeader(entry, offset));
      previous = offset;
    }
    int start = file.size();
    file.writeBytes(directory.toByteArray());
    file.writeBytes(
        buffer(22)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) entries.size())
            .putShort((short) entries.size())
            .putInt(directory.size())
            .putInt(start)
            .putShort((short) 0)
            .array());
    return file.toByteArray();
  }

  private static byte[] localHeader(Entry entry) {
    ByteBuffer header = buffer(30 + entry.localName.length).putInt(0x04034b50);
    putCommon(header, entry);
    return header
        .putShort((short) entry.localName.length)
        .putShort((short) 0)
        .put(entry.localName)
        .array();
  }

  private static byte[] centralHeader(Entry entry, int offset) {
    ByteBuffer header = buffer(46 + entry.name.length).putInt(0x02014b50).putShort(MADE_ON_UNIX);
    putCommon(header, entry);
    return header
        .putShort((short) entry.name.length)
        .putShort((short) 0) // extra
        .putShort((short) 0) // comment
        .putShort((short) 0) // disk
        .putShort((short) 0) // internal attributes
        .putInt(entry.unixMode << 16)
        .putInt(offset)
        .put(entry.name)
        .array();
  }

  private static void putCommon(ByteBuffer header, Entry entry) {
    header
        .putShort((short) 20)
        .putShort(entry.flags)
        .putShort(entry.method)
        .putInt(0) // time and date
        .putInt(entry.crc)
        .putInt(entry.packed.length)
        .putInt((int) entry.bytes);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package io.vramhub.storage.local;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new file. Its stream, unlike a channel, is not closed by the interrupt that cancelling a
 * Reactor task sends to the writing thread.
 */
final class FileOutput implements PartialBlob.Output {
  private static final int COPIED_BYTES = 1 << 16;

  private final FileOutputStream stream;

  private FileOutput(FileOutputStream stream) {
    this.stream = stream;
  }

  static FileOutput create(Path file) throws IOException {
    Files.createFile(file, BlobDirectory.permissions(file, "rw-r-----"));
    return new FileOutput(new FileOutputStream(file.toFile()));
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.hasArray()) {
      stream.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      return;
    }
    byte[] copy = new byte[Math.min(COPIED_BYTES, bytes.remaining())];
    while (bytes.hasRemaining()) {
      int length = Math.min(copy.length, bytes.remaining());
      bytes.get(copy, 0, length);
      stream.write(copy, 0, length);
    }
  }

  @Override
  public void force() throws IOException {
    stream.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}

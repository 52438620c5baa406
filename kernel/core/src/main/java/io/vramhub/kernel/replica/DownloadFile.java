package io.vramhub.kernel.replica;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows piece by piece and counts for nothing until it is verified. Blocks. */
final class DownloadFile {
  private DownloadFile() {}

  /** Begins an empty file, dropping what an interrupted download left. */
  static void begin(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  static void append(Path file, Bytes piece) {
    try {
      Files.write(file, piece.array(), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static HubException failed(Path file, IOException cause) {
    return new HubException(
        ErrorCode.DISK, "cannot write " + file + ": " + cause.getMessage(), cause);
  }
}

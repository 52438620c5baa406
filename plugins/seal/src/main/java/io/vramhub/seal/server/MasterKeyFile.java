package io.vramhub.seal.server;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.seal.scheme.MasterKey;
import io.vramhub.seal.scheme.Scalar;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Keeps the master key: one line, {@code 0x} and the scalar's 64 hexadecimal digits, as Seal's own
 * tools print it. Only its owner may read it.
 */
final class MasterKeyFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private MasterKeyFile() {}

  /**
   * Reads the key; makes one where none is, and its directory. {@code KEY_INVALID}: it is no key,
   * or others may read it.
   */
  static MasterKey readOrCreate(Path file, SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        create(file, random);
      }
      return read(file);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the master key " + file + " cannot be read or made: " + e, e);
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    Files.createDirectories(directory(file));
    byte[] scalar = MasterKey.random(random).scalar().toBigEndian();
    byte[] line =
        ("0x" + HexFormat.of().formatHex(scalar) + "\n").getBytes(StandardCharsets.US_ASCII);
    // Linked into place when it is whole, so that a crash leaves no half of a key.
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(written);
    try (FileChannel channel =
        FileChannel.open(
            written,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            attributes(file))) {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    try {
      Files.createLink(file, written);
    } catch (FileAlreadyExistsException e) {
      // Somebody else made the key in the same moment: theirs is the one.
    }
    Files.delete(written);
  }

  private static FileAttribute<?>[] attributes(Path file) throws IOException {
    return isPosix(directory(file))
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static MasterKey read(Path file) throws IOException {
    if (isPosix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "the master key " + file + " may be read by others: chmod 600 " + file);
    }
    String line = Files.readString(file).strip();
    try {
      return new MasterKey(
          Scalar.ofBigEndian(
              HexFormat.of().parseHex(line.startsWith("0x") ? line.substring(2) : line)));
    } catch (IllegalArgumentException | HubException e) {
      throw new HubException(
          ErrorCode.KEY_INVALID,
          "the master key "
              + file
              + " is none: it is 0x and the 64 hexadecimal digits of a scalar of BLS12-381. Put"
              + " back a copy; a new key opens nothing that was sealed for the old one",
          e);
    }
  }

  private static Path directory(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  private static boolean isPosix(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("posix");
  }
}

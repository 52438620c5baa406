package io.vramhub.storage.r2;

import static io.vramhub.storage.r2.Location.invalid;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** An S3 access key. */
record AccessKey(String id, String secret) {
  private static final String ID = "access-key-id";
  private static final String SECRET = "secret-access-key";
  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /**
   * Reads the two lines {@code access-key-id = ...} and {@code secret-access-key = ...} of a file
   * that nobody but its owner may read. Blocks.
   *
   * @param setting the setting that names the file
   */
  static AccessKey read(String setting, Path file) {
    try {
      Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
      permissions.addAll(Files.getPosixFilePermissions(file));
      permissions.retainAll(OF_OTHERS);
      if (!permissions.isEmpty()) {
        throw invalid(
            setting, "names " + file + ", which others than its owner may use; chmod 600 it");
      }
      Config properties =
          ConfigFactory.parseString(
              Files.readString(file),
              ConfigParseOptions.defaults().setSyntax(ConfigSyntax.PROPERTIES));
      return new AccessKey(properties.getString(ID).strip(), properties.getString(SECRET).strip());
    } catch (IOException e) {
      throw invalid(setting, "names " + file + ", which cannot be read: " + e);
    } catch (ConfigException e) {
      // The cause may quote the file, so it goes no further.
      throw invalid(
          setting,
          "names "
              + file
              + ", which must hold two lines, '"
              + ID
              + " = ...' and '"
              + SECRET
              + " = ...'");
    }
  }

  @Override
  public String toString() {
    return id + " ***";
  }
}

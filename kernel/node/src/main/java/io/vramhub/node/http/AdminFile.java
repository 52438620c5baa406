package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.key.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * How a command finds the node that runs on a data directory: {@code admin.json}, which only its
 * owner can read, and which is there as long as the node runs.
 *
 * @param version of the format, 1
 * @param address of the node's door
 * @param token to be shown there
 * @param process the node's, so that a file left by a killed one is known for what it is
 */
record AdminFile(int version, URI address, String token, long process) {
  private static final int VERSION = 1;

  static AdminFile of(URI address, String token) {
    return new AdminFile(VERSION, address, token, ProcessHandle.current().pid());
  }

  void write(Path file) {
    try {
      PrivateFiles.write(
          file, AdminJson.MAPPER.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** The file of a node that runs; empty if none does. */
  static Optional<AdminFile> read(Path file) {
    try {
      if (PrivateFiles.isExposed(file)) {
        throw new HubException(
            ErrorCode.ACCESS_DENIED,
            file
                + " can be read by others, who could command the node; stop it and remove the"
                + " file");
      }
      AdminFile found = AdminJson.MAPPER.readValue(Files.readString(file), AdminFile.class);
      return Optional.of(found).filter(AdminFile::isAlive);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot read " + file + ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new HubException(
          ErrorCode.PREFLIGHT_FAILED,
          file + " was not written by this version of vramhub; is the node older or newer?",
          e);
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(process).isPresent();
  }
}

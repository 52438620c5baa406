package io.vramhub.node.repository;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The repositories a jar may come from: first the local one of Maven, then a remote one if the
 * operator named one.
 *
 * @param local directory in Maven's layout; need not exist
 * @param remote root of a repository; {@code https}, or anything on this machine
 */
public record MavenRepositories(Path local, Optional<URI> remote) {
  /** Maven's own place for the local repository. */
  public static Path defaultLocal() {
    return Path.of(System.getProperty("user.home"), ".m2", "repository");
  }

  /**
   * Finds a jar, and its signature {@code <jar>.sig} beside it if the repository has one. Blocks.
   *
   * @param downloads receives what comes from the remote repository
   * @throws HubException {@code PLUGIN_INVALID} if neither has the jar, or what came differs from
   *     the repository's own checksum; {@code DISK}
   */
  public Path find(MavenCoordinates coordinates, Path downloads) {
    Path file = local.resolve(coordinates.path());
    if (Files.isRegularFile(file)) {
      return file;
    }
    URI root =
        remote.orElseThrow(
            () ->
                missing(
                    coordinates,
                    file + " does not exist. Name a --repository URL to look further"));
    if (coordinates.isSnapshot()) {
      throw missing(
          coordinates, "snapshots are taken from the local repository only; run `mvn install`");
    }
    try {
      return new RemoteRepository(root).download(coordinates, Files.createDirectories(downloads));
    } catch (IOException e) {
      throw missing(coordinates, root + " does not answer: " + e.getMessage());
    }
  }

  static HubException missing(MavenCoordinates coordinates, String reason) {
    return new HubException(ErrorCode.PLUGIN_INVALID, "cannot get " + coordinates + ": " + reason);
  }
}

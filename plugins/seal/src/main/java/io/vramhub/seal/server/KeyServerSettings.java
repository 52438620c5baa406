package io.vramhub.seal.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.PolicyObjects;
import io.vramhub.seal.wire.Session;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an operator says of a key server; everything has a default.
 *
 * @param id the object id it is registered under; by default one that follows from its public key
 * @param objects the network's package and objects on Sui; by default those of a local network
 * @param masterKeyFile by default {@code master.key} in the service's data directory
 * @param auditLogFile by default {@code audit.log} there
 * @param longestSessionMinutes of the sessions it takes
 */
record KeyServerSettings(
    Optional<Digest> id,
    Optional<PolicyObjects> objects,
    Path masterKeyFile,
    Path auditLogFile,
    int longestSessionMinutes) {
  private static final String ID = "id";
  private static final String MASTER_KEY_FILE = "master-key-file";
  private static final String AUDIT_LOG_FILE = "audit-log-file";
  private static final String LONGEST_SESSION_MINUTES = "longest-session-minutes";
  private static final String PACKAGE = "package";
  private static final List<String> OBJECTS = List.of("rounds", "registry", "hparams");
  private static final List<String> KNOWN =
      List.of(
          ID,
          MASTER_KEY_FILE,
          AUDIT_LOG_FILE,
          LONGEST_SESSION_MINUTES,
          PACKAGE,
          "rounds",
          "registry",
          "hparams");

  /** Reads the plugin's subtree; anything unclear is {@code CONFIG_INVALID} with its key. */
  static KeyServerSettings of(Config settings, Path dataDirectory) {
    for (String key : new TreeSet<>(settings.root().keySet())) {
      if (!KNOWN.contains(key)) {
        throw invalid("'" + key + "' is unknown; a key server knows " + KNOWN);
      }
    }
    return new KeyServerSettings(
        id(settings, ID),
        objects(settings),
        file(settings, MASTER_KEY_FILE, dataDirectory, "master.key"),
        file(settings, AUDIT_LOG_FILE, dataDirectory, "audit.log"),
        minutes(settings));
  }

  private static Optional<PolicyObjects> objects(Config settings) {
    if (!settings.hasPath(PACKAGE)) {
      for (String object : OBJECTS) {
        if (settings.hasPath(object)) {
          throw invalid(
              "'" + object + "' has no meaning without 'package': name the network's package too");
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        new PolicyObjects(
            required(settings, PACKAGE),
            required(settings, "rounds"),
            required(settings, "registry"),
            required(settings, "hparams")));
  }

  private static Digest required(Config settings, String key) {
    return id(settings, key)
        .orElseThrow(
            () ->
                invalid(
                    "'"
                        + key
                        + "' is missing: with 'package', name the network's shared objects "
                        + OBJECTS
                        + " too"));
  }

  private static Optional<Digest> id(Config settings, String key) {
    if (!settings.hasPath(key)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ObjectIds.parse("'" + key + "'", settings.getString(key)));
    } catch (ConfigException | HubException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "key server setting '" + key + "' is not an object id: " + e.getMessage(),
          e);
    }
  }

  private static Path file(Config settings, String key, Path directory, String name) {
    if (!settings.hasPath(key)) {
      return directory.resolve(name);
    }
    try {
      String text = settings.getString(key);
      if (text.isBlank()) {
        throw invalid("'" + key + "' is empty; name a file");
      }
      return Path.of(text).toAbsolutePath().normalize();
    } catch (ConfigException | InvalidPathException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "key server setting '" + key + "' names no file: " + e.getMessage(),
          e);
    }
  }

  private static int minutes(Config settings) {
    if (!settings.hasPath(LONGEST_SESSION_MINUTES)) {
      return Session.LONGEST_MINUTES;
    }
    try {
      int minutes = settings.getInt(LONGEST_SESSION_MINUTES);
      if (minutes >= 1 && minutes <= Session.LONGEST_MINUTES) {
        return minutes;
      }
    } catch (ConfigException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "key server setting '"
              + LONGEST_SESSION_MINUTES
              + "' is no number of minutes: "
              + e.getMessage(),
          e);
    }
    throw invalid(
        "'" + LONGEST_SESSION_MINUTES + "' is from 1 to " + Session.LONGEST_MINUTES + " minutes");
  }

  private static HubException invalid(String message) {
    return new HubException(ErrorCode.CONFIG_INVALID, "key server settings: " + message);
  }
}

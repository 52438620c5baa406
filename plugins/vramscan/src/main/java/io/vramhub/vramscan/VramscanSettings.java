package io.vramhub.vramscan;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an operator may set under {@code services { <name> { vramscan { … } } }}; everything has a
 * default.
 *
 * @param rebuild whether the index is dropped and made anew at this start
 */
record VramscanSettings(DatabaseSettings database, boolean rebuild) {
  private static final String DATABASE = "database";
  private static final String USER = "user";
  private static final String PASSWORD_FILE = "password-file";
  private static final String CONNECTIONS = "connections";
  private static final String REBUILD = "rebuild";
  private static final Set<String> KNOWN =
      Set.of(DATABASE, USER, PASSWORD_FILE, CONNECTIONS, REBUILD);
  private static final int DEFAULT_CONNECTIONS = 4;
  private static final int MOST_CONNECTIONS = 64;

  static VramscanSettings read(Config settings, Path dataDirectory) {
    SortedSet<String> unknown = new TreeSet<>(settings.root().keySet());
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw invalid(
          unknown.first(), "is unknown; known are " + String.join(", ", new TreeSet<>(KNOWN)));
    }
    int connections = connections(settings);
    boolean rebuild = settings.hasPath(REBUILD) && truth(settings);
    if (!settings.hasPath(DATABASE)) {
      String file = dataDirectory.resolve("vramscan").toAbsolutePath().normalize().toString();
      if (file.indexOf(';') >= 0) {
        throw invalid(
            DATABASE, "cannot be a file below " + dataDirectory + ", for its path holds a ';'");
      }
      return new VramscanSettings(DatabaseSettings.file(file, connections), rebuild);
    }
    String url = text(settings, DATABASE);
    if (!url.startsWith(DatabaseSettings.H2) && !url.startsWith(DatabaseSettings.POSTGRESQL)) {
      throw invalid(
          DATABASE,
          "is a JDBC URL that begins with jdbc:h2: or jdbc:postgresql:, for example"
              + " jdbc:postgresql://localhost/vramscan");
    }
    return new VramscanSettings(
        new DatabaseSettings(
            url,
            settings.hasPath(USER) ? text(settings, USER) : "",
            password(settings),
            connections),
        rebuild);
  }

  private static DatabaseSettings.Secret password(Config settings) {
    if (!settings.hasPath(PASSWORD_FILE)) {
      return DatabaseSettings.Secret.NONE;
    }
    String file = text(settings, PASSWORD_FILE);
    try {
      return new DatabaseSettings.Secret(Files.readString(Path.of(file)).strip());
    } catch (IOException | RuntimeException e) {
      throw invalid(PASSWORD_FILE, "cannot be read: " + e.getMessage());
    }
  }

  private static int connections(Config settings) {
    if (!settings.hasPath(CONNECTIONS)) {
      return DEFAULT_CONNECTIONS;
    }
    try {
      int connections = settings.getInt(CONNECTIONS);
      if (connections >= 2 && connections <= MOST_CONNECTIONS) {
        return connections;
      }
    } catch (ConfigException e) {
      throw invalid(CONNECTIONS, "is a whole number: " + e.getMessage());
    }
    throw invalid(CONNECTIONS, "lies in 2.." + MOST_CONNECTIONS + ": one writes, the others read");
  }

  private static boolean truth(Config settings) {
    try {
      return settings.getBoolean(REBUILD);
    } catch (ConfigException e) {
      throw invalid(REBUILD, "is true or false: " + e.getMessage());
    }
  }

  private static String text(Config settings, String key) {
    try {
      return settings.getString(key);
    } catch (ConfigException e) {
      throw invalid(key, "is a text: " + e.getMessage());
    }
  }

  private static HubException invalid(String key, String reason) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "VRAMScan's setting '" + key + "' " + reason + ".");
  }
}

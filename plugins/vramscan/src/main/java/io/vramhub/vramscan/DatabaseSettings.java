package io.vramhub.vramscan;

import java.util.Properties;

/**
 * Where the index lies.
 *
 * @param url {@code jdbc:h2:…} or {@code jdbc:postgresql:…}
 * @param user empty if the URL says it, or for H2
 * @param password empty for none
 * @param connections most at the same time; one of them writes
 */
record DatabaseSettings(String url, String user, Secret password, int connections) {
  static final String H2 = "jdbc:h2:";
  static final String POSTGRESQL = "jdbc:postgresql:";

  /** A text that does not print itself. */
  record Secret(String text) {
    static final Secret NONE = new Secret("");

    @Override
    public String toString() {
      return "***";
    }
  }

  /** An H2 file that is nobody else's. */
  static DatabaseSettings file(String path, int connections) {
    return new DatabaseSettings(
        H2
            + "file:"
            + path
            // Big enough for an event's text, which then lies in its row.
            + ";MAX_LENGTH_INPLACE_LOB=65536"
            + ";CACHE_SIZE=131072",
        "",
        Secret.NONE,
        connections);
  }

  boolean postgresql() {
    return url.startsWith(POSTGRESQL);
  }

  /** Without what may be secret in it. */
  String publicUrl() {
    int end = url.indexOf('?');
    return end < 0 ? url.replaceFirst(";.*", "") : url.substring(0, end);
  }

  Properties properties() {
    Properties properties = new Properties();
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
    }
    if (!password.text().isEmpty()) {
      properties.setProperty("password", password.text());
    }
    return properties;
  }
}

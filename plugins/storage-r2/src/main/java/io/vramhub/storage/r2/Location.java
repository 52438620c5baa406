package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where objects lie.
 *
 * @param endpoint of the service; TLS, unless it is on loopback
 * @param bucket in path style, {@code <endpoint>/<bucket>}
 * @param prefix of the name of every object; empty, or ends with {@code /}
 */
record Location(URI endpoint, String bucket, String prefix) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*");
  private static final String PLAIN = "http";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  Location {
    String host = endpoint.getHost();
    String path = endpoint.getRawPath();
    boolean plain = PLAIN.equals(endpoint.getScheme());
    if (host == null
        || !(plain || "https".equals(endpoint.getScheme()))
        || endpoint.getRawUserInfo() != null
        || endpoint.getRawQuery() != null
        || !(path == null || path.isEmpty() || path.equals("/"))) {
      throw invalid(
          "endpoint",
          "must be an address such as https://<account>.r2.cloudflarestorage.com, got " + endpoint);
    }
    if (plain && !LOOPBACK.contains(host.toLowerCase(Locale.ROOT))) {
      throw invalid(
          "endpoint", "must begin with https:// unless it is on loopback, got " + endpoint);
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw invalid(
          "bucket",
          "must be 3 to 63 lower-case letters, digits, dots and dashes, got '" + bucket + "'");
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw invalid(
          "prefix", "must be empty or folders such as 'network/miner-7/', got '" + prefix + "'");
    }
  }

  /** Whether it is reached without TLS, which only loopback is. */
  boolean isPlain() {
    return PLAIN.equals(endpoint.getScheme());
  }

  static HubException invalid(String key, String reason) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "storage setting '" + key + "' " + reason + ".");
  }

  @Override
  public String toString() {
    return endpoint + "/" + bucket + "/" + prefix;
  }
}

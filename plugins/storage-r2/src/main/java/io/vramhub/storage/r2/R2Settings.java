package io.vramhub.storage.r2;

import static io.vramhub.storage.r2.Location.invalid;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an operator writes for this storage.
 *
 * @param region {@code auto} for R2
 * @param credentialsFile holds the {@link AccessKey}
 * @param readCredentialsFile holds the key that peers read with; empty if all nodes share the
 *     bucket
 * @param partBytes objects up to this size are sent in one request, larger ones in parts of it
 * @param attemptLimit for one request and its reply
 * @param callLimit for one request with all its repetitions
 */
record R2Settings(
    Location location,
    String region,
    Path credentialsFile,
    Optional<Path> readCredentialsFile,
    int partBytes,
    Duration attemptLimit,
    Duration callLimit) {
  static final String CREDENTIALS_FILE = "credentials-file";
  static final String READ_CREDENTIALS_FILE = "read-credentials-file";

  private static final String ENDPOINT = "endpoint";
  private static final String BUCKET = "bucket";
  private static final String PREFIX = "prefix";
  private static final String REGION = "region";
  private static final String PART_SIZE = "part-size";
  private static final String ATTEMPT_LIMIT = "attempt-limit";
  private static final String CALL_LIMIT = "call-limit";

  /** What S3 demands of every part but the last. */
  private static final int LEAST_PART = 5 << 20;

  private static final int LARGEST_PART = 64 << 20;

  private static final Config DEFAULTS =
      ConfigFactory.parseMap(
          Map.of(
              PREFIX, "",
              REGION, "auto",
              READ_CREDENTIALS_FILE, "",
              PART_SIZE, "8MiB",
              ATTEMPT_LIMIT, "30s",
              CALL_LIMIT, "90s"));

  private static final Set<String> WITHOUT_DEFAULT = Set.of(ENDPOINT, BUCKET, CREDENTIALS_FILE);

  static R2Settings read(Config written) {
    Config settings = written.withFallback(DEFAULTS);
    SortedSet<String> unknown = new TreeSet<>(written.root().keySet());
    unknown.removeAll(DEFAULTS.root().keySet());
    unknown.removeAll(WITHOUT_DEFAULT);
    if (!unknown.isEmpty()) {
      throw invalid(
          unknown.first(),
          "is unknown; R2 storage has " + WITHOUT_DEFAULT + " and " + DEFAULTS.root().keySet());
    }
    return new R2Settings(
        new Location(
            endpoint(string(settings, ENDPOINT, "the address of the S3 service")),
            string(settings, BUCKET, "the name of the bucket"),
            string(settings, PREFIX, "what the names of all objects begin with")),
        string(settings, REGION, "the region, 'auto' for R2"),
        path(CREDENTIALS_FILE, string(settings, CREDENTIALS_FILE, "the file with the access key")),
        Optional.of(string(settings, READ_CREDENTIALS_FILE, "the file with the peers' access key"))
            .filter(text -> !text.isEmpty())
            .map(text -> path(READ_CREDENTIALS_FILE, text)),
        partSize(settings),
        duration(settings, ATTEMPT_LIMIT),
        duration(settings, CALL_LIMIT));
  }

  private static URI endpoint(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(ENDPOINT, "is not an address: " + e.getMessage());
    }
  }

  private static Path path(String key, String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw invalid(key, "is not the name of a file: " + e.getMessage());
    }
  }

  /** The same for the bucket of a peer. */
  R2Settings of(R2Credential peer) {
    return new R2Settings(
        peer.location(),
        peer.region(),
        credentialsFile,
        Optional.empty(),
        partBytes,
        attemptLimit,
        callLimit);
  }

  private static String string(Config settings, String key, String meaning) {
    try {
      return settings.getString(key);
    } catch (ConfigException e) {
      throw invalid(key, "must be " + meaning + ": " + e.getMessage());
    }
  }

  private static int partSize(Config settings) {
    try {
      long bytes = settings.getBytes(PART_SIZE);
      if (bytes < LEAST_PART || bytes > LARGEST_PART) {
        throw invalid(PART_SIZE, "must be from 5MiB to 64MiB, got " + bytes + " bytes");
      }
      return Math.toIntExact(bytes);
    } catch (ConfigException e) {
      throw invalid(PART_SIZE, "must be a size such as 8MiB: " + e.getMessage());
    }
  }

  private static Duration duration(Config settings, String key) {
    try {
      Duration limit = settings.getDuration(key);
      if (limit.isNegative() || limit.isZero()) {
        throw invalid(key, "must be longer than nothing, got " + limit);
      }
      return limit;
    } catch (ConfigException e) {
      throw invalid(key, "must be a time such as 30s: " + e.getMessage());
    }
  }
}

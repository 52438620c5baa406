package io.vramhub.evaluator.enclave;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the enclave is.
 *
 * @param endpoint scheme, host and port
 * @param timeout the longest one answer may take, scoring a window included
 */
record EnclaveClientSettings(URI endpoint, Duration timeout) {
  private static final String ENDPOINT = "endpoint";
  private static final String TIMEOUT = "timeout";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

  static EnclaveClientSettings from(Config config) {
    Set<String> unknown = new TreeSet<>(config.root().keySet());
    unknown.removeAll(Set.of(ENDPOINT, TIMEOUT));
    if (!unknown.isEmpty()) {
      throw invalid(config, "there is no key " + unknown + "; the keys are endpoint and timeout");
    }
    try {
      Duration timeout = config.hasPath(TIMEOUT) ? config.getDuration(TIMEOUT) : DEFAULT_TIMEOUT;
      if (!timeout.isPositive()) {
        throw invalid(config, "timeout is not positive");
      }
      return new EnclaveClientSettings(endpoint(config), timeout);
    } catch (ConfigException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "Settings of the enclave evaluator: " + e.getMessage(), e);
    }
  }

  private static URI endpoint(Config config) {
    String text = config.getString(ENDPOINT);
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw invalid(config, "endpoint is not a URL");
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    boolean bare = uri.getRawQuery() == null && Set.of("", "/").contains(path(uri));
    if (!web || uri.getHost() == null || uri.getUserInfo() != null || !bare) {
      throw invalid(config, "endpoint is not of the form http://HOST:PORT");
    }
    return uri.resolve("/");
  }

  private static String path(URI uri) {
    return uri.getRawPath() == null ? "" : uri.getRawPath();
  }

  private static HubException invalid(Config config, String problem) {
    return new HubException(
        ErrorCode.CONFIG_INVALID,
        "Settings of the enclave evaluator ("
            + config.origin().description()
            + "): "
            + problem
            + ".");
  }
}

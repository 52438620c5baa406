package io.vramhub.seal.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.seal.scheme.PublicKey;
import io.vramhub.seal.wire.ObjectIds;
import io.vramhub.seal.wire.PolicyObjects;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The committee.
 *
 * @param threshold how many of the servers are needed to open
 * @param objects the network's package and objects; empty on a local network, where they follow
 *     from the network's id
 * @param timeout how long one server may take to answer
 */
record SealSettings(
    int threshold, List<KeyServer> servers, Optional<PolicyObjects> objects, Duration timeout) {
  private static final String THRESHOLD = "threshold";
  private static final String SERVERS = "servers";
  private static final String TIMEOUT = "timeout";
  private static final String PACKAGE = "package";
  private static final List<String> OBJECTS = List.of("rounds", "registry", "hparams");
  private static final Set<String> KNOWN =
      Set.of(THRESHOLD, SERVERS, TIMEOUT, PACKAGE, "rounds", "registry", "hparams");
  private static final Set<String> OF_SERVER = Set.of("id", "url", "public-key");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Most servers; each costs a pairing to seal and another to open. */
  private static final int MOST_SERVERS = 64;

  /** Reads the plugin's subtree; anything unclear is {@code CONFIG_INVALID} with its key. */
  static SealSettings of(Config settings) {
    known(settings, KNOWN, "");
    List<KeyServer> servers = servers(settings);
    int threshold = threshold(settings, servers.size());
    return new SealSettings(threshold, servers, objects(settings), timeout(settings));
  }

  /** Where the rules for a policy of this network are. */
  PolicyObjects objects(NetworkId network) {
    return objects.orElseGet(() -> PolicyObjects.ofLocalNetwork(network));
  }

  private static void known(Config settings, Set<String> keys, String prefix) {
    for (String key : new TreeSet<>(settings.root().keySet())) {
      if (!keys.contains(key)) {
        throw invalid(prefix + key, "is unknown; known are " + new TreeSet<>(keys));
      }
    }
  }

  private static int threshold(Config settings, int servers) {
    try {
      int threshold = settings.getInt(THRESHOLD);
      if (threshold >= 1 && threshold <= servers) {
        return threshold;
      }
    } catch (ConfigException e) {
      throw invalid(THRESHOLD, "is not a number: " + e.getMessage());
    }
    throw invalid(THRESHOLD, "is from 1 to the number of servers, " + servers);
  }

  private static List<KeyServer> servers(Config settings) {
    List<? extends Config> list;
    try {
      list = settings.getConfigList(SERVERS);
    } catch (ConfigException e) {
      throw invalid(
          SERVERS, "lists the key servers, each with id, url and public-key: " + e.getMessage());
    }
    if (list.isEmpty() || list.size() > MOST_SERVERS) {
      throw invalid(SERVERS, "lists 1 to " + MOST_SERVERS + " key servers");
    }
    List<KeyServer> servers = list.stream().map(SealSettings::server).toList();
    Set<Digest> ids = servers.stream().map(KeyServer::id).collect(Collectors.toSet());
    if (ids.size() < servers.size()) {
      throw invalid(SERVERS, "lists a key server twice; each stands for itself alone");
    }
    return servers;
  }

  private static KeyServer server(Config settings) {
    known(settings, OF_SERVER, "servers.");
    return new KeyServer(id(settings, "id", "servers.id"), url(settings), publicKey(settings));
  }

  private static URI url(Config settings) {
    try {
      String text = settings.getString("url");
      URI url = URI.create(text.endsWith("/") ? text : text + "/");
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (ConfigException | IllegalArgumentException e) {
      throw invalid("servers.url", "is not a URL: " + e.getMessage());
    }
    throw invalid("servers.url", "is not of the form http://HOST:PORT or https://HOST");
  }

  private static PublicKey publicKey(Config settings) {
    try {
      String text = settings.getString("public-key");
      return PublicKey.of(Bytes.ofHex(text.startsWith("0x") ? text.substring(2) : text));
    } catch (ConfigException | HubException | IllegalArgumentException e) {
      throw invalid(
          "servers.public-key",
          "is not the public key that the key server shows when it starts: " + e.getMessage());
    }
  }

  private static Optional<PolicyObjects> objects(Config settings) {
    List<String> named = OBJECTS.stream().filter(settings::hasPath).toList();
    if (!settings.hasPath(PACKAGE)) {
      if (!named.isEmpty()) {
        throw invalid(named.getFirst(), "has no meaning without 'package'; name the package too");
      }
      return Optional.empty();
    }
    Digest packageId = id(settings, PACKAGE, PACKAGE);
    if (named.isEmpty()) {
      // A local network's package id is its network id, and its objects follow from that.
      return Optional.of(PolicyObjects.ofLocalNetwork(new NetworkId(packageId)));
    }
    return Optional.of(
        new PolicyObjects(
            packageId,
            id(settings, "rounds", "rounds"),
            id(settings, "registry", "registry"),
            id(settings, "hparams", "hparams")));
  }

  private static Digest id(Config settings, String key, String shown) {
    try {
      return ObjectIds.parse("it", settings.getString(key));
    } catch (ConfigException | HubException e) {
      throw invalid(shown, "is not an object id: " + e.getMessage());
    }
  }

  private static Duration timeout(Config settings) {
    try {
      Duration timeout =
          settings.hasPath(TIMEOUT) ? settings.getDuration(TIMEOUT) : DEFAULT_TIMEOUT;
      if (timeout.isPositive()) {
        return timeout;
      }
    } catch (ConfigException e) {
      throw invalid(TIMEOUT, "is not a time, for example 10s: " + e.getMessage());
    }
    throw invalid(TIMEOUT, "is not positive");
  }

  private static HubException invalid(String key, String reason) {
    return new HubException(ErrorCode.CONFIG_INVALID, "seal setting '" + key + "' " + reason + ".");
  }
}

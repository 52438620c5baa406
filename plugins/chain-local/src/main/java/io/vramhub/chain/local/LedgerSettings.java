package io.vramhub.chain.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an operator points at a ledger. */
sealed interface LedgerSettings {
  /**
   * This process keeps the ledger and serves it to the others.
   *
   * @param listen loopback address; port 0 takes a free one
   * @param genesis the genesis message a missing ledger is made from
   * @param seed makes the ledger's randomness a function of the seed, for reproducible networks
   */
  record Embedded(
      Path directory, InetSocketAddress listen, Optional<Path> genesis, OptionalLong seed)
      implements LedgerSettings {}

  /**
   * Reads only: through the process that keeps the ledger if one does, else from its file.
   *
   * @param checked whether a file somebody changed is refused; an audit reads it unchecked first,
   *     to say what was changed instead of only that something was
   */
  record ReadOnly(Path directory, boolean checked) implements LedgerSettings {}

  /** Another process keeps the ledger. */
  record Remote(URI endpoint) implements LedgerSettings {}

  /** Reads the plugin's subtree; anything unclear is {@code CONFIG_INVALID} with its key. */
  static LedgerSettings of(Config settings) {
    List<String> known =
        List.of("directory", "endpoint", "genesis", "listen", "read-only", "seed", "unchecked");
    for (String key : new TreeSet<>(settings.root().keySet())) {
      if (!known.contains(key)) {
        throw invalid("\"" + key + "\" is no setting of the local ledger; it knows " + known);
      }
    }
    try {
      if (settings.hasPath("endpoint")) {
        for (String key : known) {
          if (!key.equals("endpoint") && settings.hasPath(key)) {
            throw invalid(
                "\"endpoint\" names a ledger of another process, so \"" + key + "\" has no place");
          }
        }
        return new Remote(endpoint(settings.getString("endpoint")));
      }
      if (!settings.hasPath("directory")) {
        throw invalid(
            "set \"directory\" to keep the ledger in this process, or \"endpoint\" to use the one"
                + " of another process (its address stands in <directory>/endpoint)");
      }
      Path directory = directory(settings.getString("directory"));
      boolean unchecked = settings.hasPath("unchecked") && settings.getBoolean("unchecked");
      if (settings.hasPath("read-only") && settings.getBoolean("read-only")) {
        return new ReadOnly(directory, !unchecked);
      }
      if (unchecked) {
        throw invalid("\"unchecked\" is for reading only: a ledger that runs checks its file");
      }
      return new Embedded(
          directory,
          listen(settings.hasPath("listen") ? settings.getString("listen") : "127.0.0.1:0"),
          settings.hasPath("genesis")
              ? Optional.of(Path.of(settings.getString("genesis")))
              : Optional.empty(),
          settings.hasPath("seed")
              ? OptionalLong.of(settings.getLong("seed"))
              : OptionalLong.empty());
    } catch (ConfigException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "local ledger settings: " + e.getMessage(), e);
    }
  }

  private static Path directory(String text) {
    // H2 takes what follows a semicolon for settings of its own.
    if (text.indexOf(';') >= 0) {
      throw invalid("\"directory\" has a semicolon, which the database cannot take: " + text);
    }
    return Path.of(text).toAbsolutePath().normalize();
  }

  private static URI endpoint(String text) {
    try {
      URI endpoint = new URI(text);
      if ("http".equals(endpoint.getScheme()) && endpoint.getHost() != null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "\"endpoint\" is not an address: " + e.getMessage(), e);
    }
    throw invalid("\"endpoint\" looks like http://127.0.0.1:4000, not " + text);
  }

  /**
   * Literal loopback addresses only: the ledger trusts its machine, and a name could come to mean
   * another one.
   */
  private static InetSocketAddress listen(String text) {
    Matcher match = Pattern.compile("(127\\.0\\.0\\.1|\\[::1]):(\\d{1,5})").matcher(text);
    if (!match.matches() || Integer.parseInt(match.group(2)) > 65_535) {
      throw invalid("\"listen\" is 127.0.0.1:PORT or [::1]:PORT, not " + text);
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByName(match.group(1)), Integer.parseInt(match.group(2)));
    } catch (UnknownHostException e) {
      throw new HubException(ErrorCode.CONFIG_INVALID, "\"listen\" is no address: " + text, e);
    }
  }

  private static HubException invalid(String message) {
    return new HubException(ErrorCode.CONFIG_INVALID, "local ledger settings: " + message);
  }
}

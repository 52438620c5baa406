package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.storage.walrus.redstuff.RedStuff;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where and how to store, read from {@code storage.walrus}.
 *
 * @param aggregators where to read, the preferred one first
 * @param publisher where to store; without one this node only reads
 * @param shards of the network
 * @param epochs for which a blob is stored at first and at each renewal
 * @param epochLength how long the network's epochs are
 * @param renewBefore a blob that expires sooner than this is renewed
 * @param keep a blob that was stored longer ago is no longer renewed
 * @param deletable whether the owner of a blob's object may delete it before it expires
 * @param tokenFile where the publisher's bearer token lies
 * @param signingKeyFile where the key lies that signs the publisher's tokens
 * @param sendObjectTo the address that is to own the blobs' objects on the chain
 * @param largestBlob in bytes; what is longer is neither stored nor read whole
 * @param timeout the longest one request may take
 * @param hedgeAfter when the next aggregator is asked too
 */
record WalrusSettings(
    List<URI> aggregators,
    Optional<URI> publisher,
    int shards,
    int epochs,
    Duration epochLength,
    Duration renewBefore,
    Duration keep,
    boolean deletable,
    Optional<Path> tokenFile,
    Optional<Path> signingKeyFile,
    Optional<String> sendObjectTo,
    int largestBlob,
    Duration timeout,
    Duration hedgeAfter) {
  private static final String AGGREGATORS = "aggregators";
  private static final String PUBLISHER = "publisher";
  private static final String SHARDS = "shards";
  private static final String EPOCHS = "epochs";
  private static final String EPOCH_LENGTH = "epoch-length";
  private static final String RENEW_BEFORE = "renew-before";
  private static final String KEEP = "keep";
  private static final String DELETABLE = "deletable";
  private static final String TOKEN_FILE = "token-file";
  private static final String SIGNING_KEY_FILE = "signing-key-file";
  private static final String SEND_OBJECT_TO = "send-object-to";
  private static final String LARGEST_BLOB = "largest-blob";
  private static final String TIMEOUT = "timeout";
  private static final String HEDGE_AFTER = "hedge-after";
  private static final List<String> KEYS =
      List.of(
          AGGREGATORS,
          PUBLISHER,
          SHARDS,
          EPOCHS,
          EPOCH_LENGTH,
          RENEW_BEFORE,
          KEEP,
          DELETABLE,
          TOKEN_FILE,
          SIGNING_KEY_FILE,
          SEND_OBJECT_TO,
          LARGEST_BLOB,
          TIMEOUT,
          HEDGE_AFTER);

  /** Of Walrus' public networks; an epoch of the main one lasts two weeks. */
  private static final int PUBLIC_SHARDS = 1_000;

  private static final int FEWEST_SHARDS = 4;
  private static final int MOST_SHARDS = 1_000;
  private static final int MOST_EPOCHS = 53;
  private static final int DEFAULT_EPOCHS = 5;
  private static final Duration MAIN_EPOCH = Duration.ofDays(14);
  private static final Duration DEFAULT_KEEP = Duration.ofDays(365);
  private static final int DEFAULT_LARGEST_BLOB = 64 << 20;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration DEFAULT_HEDGE = Duration.ofSeconds(2);
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{64}");

  static WalrusSettings from(Config config) {
    SortedSet<String> unknown = new TreeSet<>(config.root().keySet());
    KEYS.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw invalid(unknown.first(), "is unknown; Walrus storage has " + String.join(", ", KEYS));
    }
    Reader reader = new Reader(config);
    int epochs = reader.number(EPOCHS, DEFAULT_EPOCHS, 2, MOST_EPOCHS);
    Duration epochLength = reader.duration(EPOCH_LENGTH, MAIN_EPOCH);
    Duration renewBefore = reader.duration(RENEW_BEFORE, epochLength);
    if (renewBefore.compareTo(epochLength.multipliedBy(epochs - 1L)) >= 0) {
      throw invalid(
          RENEW_BEFORE,
          "is not shorter than what "
              + epochs
              + " epochs last at least: every blob would be renewed all the time. Raise 'epochs'");
    }
    Optional<Path> tokenFile = reader.path(TOKEN_FILE);
    Optional<Path> signingKeyFile = reader.path(SIGNING_KEY_FILE);
    if (tokenFile.isPresent() && signingKeyFile.isPresent()) {
      throw invalid(SIGNING_KEY_FILE, "stands beside 'token-file'; a publisher wants one of them");
    }
    Optional<String> sendObjectTo = reader.text(SEND_OBJECT_TO);
    if (sendObjectTo.filter(address -> !ADDRESS.matcher(address).matches()).isPresent()) {
      throw invalid(SEND_OBJECT_TO, "is no Sui address: 0x and 64 hex digits");
    }
    int shards = reader.number(SHARDS, PUBLIC_SHARDS, FEWEST_SHARDS, MOST_SHARDS);
    long most = Math.min(Integer.MAX_VALUE / 4, new RedStuff(shards).longestBlob());
    return new WalrusSettings(
        reader.addresses(AGGREGATORS),
        reader.text(PUBLISHER).map(text -> address(PUBLISHER, text)),
        shards,
        epochs,
        epochLength,
        renewBefore,
        reader.duration(KEEP, DEFAULT_KEEP),
        reader.flag(DELETABLE),
        tokenFile,
        signingKeyFile,
        sendObjectTo,
        reader.bytes(LARGEST_BLOB, (int) Math.min(DEFAULT_LARGEST_BLOB, most), (int) most),
        reader.duration(TIMEOUT, DEFAULT_TIMEOUT),
        reader.duration(HEDGE_AFTER, DEFAULT_HEDGE));
  }

  /** An address to resolve paths against. */
  private static URI address(String key, String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw invalid(key, "is no URL: " + text);
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw invalid(key, "is not of the form https://HOST[:PORT][/PATH]: " + text);
    }
    return text.endsWith("/") ? uri : URI.create(text + "/");
  }

  static HubException invalid(String key, String reason) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "storage setting '" + key + "' " + reason + ".");
  }

  /** Reads values, and names the setting of one that is wrong. */
  private record Reader(Config config) {
    private <T> T read(String key, java.util.function.Supplier<T> value) {
      try {
        return value.get();
      } catch (ConfigException.Missing e) {
        throw invalid(
            key,
            "is missing: name at least one aggregator to read from, as in "
                + key
                + " = [\"https://HOST\"]");
      } catch (ConfigException | InvalidPathException e) {
        throw invalid(key, "is wrong: " + e.getMessage());
      }
    }

    List<URI> addresses(String key) {
      List<String> texts = read(key, () -> config.getStringList(key));
      if (texts.isEmpty()) {
        throw invalid(key, "is empty; name at least one aggregator to read from");
      }
      return texts.stream().map(text -> address(key, text)).toList();
    }

    Optional<String> text(String key) {
      return read(
          key, () -> config.hasPath(key) ? Optional.of(config.getString(key)) : Optional.empty());
    }

    Optional<Path> path(String key) {
      return text(key).map(text -> read(key, () -> Path.of(text)));
    }

    boolean flag(String key) {
      return read(key, () -> config.hasPath(key) && config.getBoolean(key));
    }

    int number(String key, int otherwise, int least, int most) {
      int value = read(key, () -> config.hasPath(key) ? config.getInt(key) : otherwise);
      if (value < least || value > most) {
        throw invalid(key, "is not within " + least + " to " + most + ": " + value);
      }
      return value;
    }

    int bytes(String key, int otherwise, int most) {
      long value = read(key, () -> config.hasPath(key) ? config.getBytes(key) : otherwise);
      if (value < 1 || value > most) {
        throw invalid(key, "is not within 1 to " + most + " bytes: " + value);
      }
      return (int) value;
    }

    Duration duration(String key, Duration otherwise) {
      Duration value = read(key, () -> config.hasPath(key) ? config.getDuration(key) : otherwise);
      if (!value.isPositive()) {
        throw invalid(key, "is not positive");
      }
      return value;
    }
  }
}

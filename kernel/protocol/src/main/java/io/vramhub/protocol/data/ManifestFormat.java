package io.vramhub.protocol.data;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.PageRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A dataset's manifest as a JSON file. Writing is canonical: equal manifests give equal text.
 * Reading is strict: every key must be there with its type, none may be unknown, shards must hold
 * whole pages, and the held-out range must follow the train range and end with the last page. What
 * is refused is {@code DATASET_INVALID} with the key.
 */
public final class ManifestFormat {
  private static final String FORMAT = "vramhub-dataset/1";
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int MAXIMUM_PAGE_TOKENS = 1 << 20;

  private ManifestFormat() {}

  public static String write(DatasetManifest manifest) {
    Map<String, Object> tree =
        Map.ofEntries(
            Map.entry("format", FORMAT),
            Map.entry("name", manifest.name()),
            Map.entry("licence", manifest.licence()),
            Map.entry("tokenizer", manifest.tokenizer().hex()),
            Map.entry("vocabulary", manifest.vocabulary()),
            Map.entry("token-bytes", manifest.tokenBytes()),
            Map.entry("page-tokens", manifest.pageTokens()),
            Map.entry("shards", manifest.shards().stream().map(ManifestFormat::tree).toList()),
            Map.entry("train", tree(manifest.train())),
            Map.entry("heldout", tree(manifest.heldout())),
            Map.entry("root", manifest.root().hex()));
    return ConfigValueFactory.fromMap(tree)
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  private static Map<String, Object> tree(DatasetManifest.Shard shard) {
    return Map.of("file", shard.file(), "length", shard.length(), "digest", shard.digest().hex());
  }

  private static Map<String, Object> tree(PageRange range) {
    return Map.of("first", range.first(), "count", range.count());
  }

  public static DatasetManifest parse(String text) {
    try {
      Config json =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
      DatasetManifest manifest = read(new Section("", json));
      check(manifest);
      return manifest;
    } catch (ConfigException.Parse e) {
      throw invalid("it is not JSON: " + e.getMessage(), e);
    } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
      throw invalid(String.valueOf(e.getMessage()), e);
    }
  }

  private static DatasetManifest read(Section manifest) {
    String format = manifest.text("format");
    if (!format.equals(FORMAT)) {
      throw new IllegalArgumentException(
          "'format' is '" + format + "'; this version reads " + FORMAT);
    }
    DatasetManifest read =
        new DatasetManifest(
            manifest.text("name"),
            manifest.text("licence"),
            manifest.digest("tokenizer"),
            Math.toIntExact(manifest.number("vocabulary")),
            Math.toIntExact(manifest.number("token-bytes")),
            Math.toIntExact(manifest.number("page-tokens")),
            manifest.sections("shards").stream().map(ManifestFormat::shard).toList(),
            range(manifest.section("train")),
            range(manifest.section("heldout")),
            manifest.digest("root"));
    manifest.finish();
    return read;
  }

  private static DatasetManifest.Shard shard(Section shard) {
    DatasetManifest.Shard read =
        new DatasetManifest.Shard(
            shard.text("file"), shard.number("length"), shard.digest("digest"));
    shard.finish();
    return read;
  }

  private static PageRange range(Section range) {
    PageRange read = new PageRange(range.number("first"), range.number("count"));
    range.finish();
    return read;
  }

  private static void check(DatasetManifest manifest) {
    require(
        manifest.pageTokens() > 1 && manifest.pageTokens() <= MAXIMUM_PAGE_TOKENS,
        "'page-tokens' lies in 2..2^20");
    require(
        manifest.vocabulary() > 1
            && (manifest.tokenBytes() == 4 || manifest.vocabulary() <= 1 << 16),
        "'vocabulary' is above 1 and fits 'token-bytes'");
    for (DatasetManifest.Shard shard : manifest.shards()) {
      require(
          FILE.matcher(shard.file()).matches(),
          "'shards' names '" + shard.file() + "', which is not a plain file name");
      require(
          shard.length() > 0 && shard.length() % manifest.pageBytes() == 0,
          "'shards' gives " + shard.file() + " a length that is not whole pages");
    }
    long distinct = manifest.shards().stream().map(DatasetManifest.Shard::file).distinct().count();
    require(distinct == manifest.shards().size(), "'shards' names a file twice");
    long sum = 0;
    for (DatasetManifest.Shard shard : manifest.shards()) {
      sum = Math.addExact(sum, shard.length());
    }
    require(
        manifest.train().first() == 0
            && manifest.heldout().first() == manifest.train().count()
            && Math.addExact(manifest.heldout().first(), manifest.heldout().count())
                == sum / manifest.pageBytes(),
        "'train' and 'heldout' together are all pages, in this order");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  private static HubException invalid(String reason, Exception cause) {
    return new HubException(
        ErrorCode.DATASET_INVALID,
        "the dataset manifest cannot be used: "
            + reason
            + ". Prepare the dataset again with `vramhub dataset prepare`, or copy it again from"
            + " where it came.",
        cause);
  }

  /** One JSON object whose keys are taken one by one, until none may be left. */
  private static final class Section {
    private final String path;
    private final Config config;
    private final SortedSet<String> unread;

    Section(String path, Config config) {
      this.path = path;
      this.config = config;
      this.unread = new TreeSet<>(config.root().keySet());
    }

    String text(String key) {
      return take(key, String.class, "a text");
    }

    Digest digest(String key) {
      String hex = text(key);
      require(HASH.matcher(hex).matches(), name(key) + " is 64 lower-case hex digits");
      return Digest.ofHex(hex);
    }

    long number(String key) {
      Number number = take(key, Number.class, "a whole number");
      require(
          number instanceof Integer || number instanceof Long, name(key) + " is a whole number");
      return number.longValue();
    }

    Section section(String key) {
      take(key, Map.class, "an object");
      return new Section(path + key + ".", config.getConfig(key));
    }

    List<Section> sections(String key) {
      take(key, List.class, "a list of objects");
      return config.getConfigList(key).stream()
          .map(each -> new Section(path + key + ".", each))
          .toList();
    }

    void finish() {
      require(unread.isEmpty(), "unknown keys " + unread + (path.isEmpty() ? "" : " in " + path));
    }

    private <T> T take(String key, Class<T> type, String kind) {
      if (!unread.remove(key)) {
        throw new IllegalArgumentException(name(key) + " is missing");
      }
      return Optional.ofNullable(config.root().unwrapped().get(key))
          .filter(type::isInstance)
          .map(type::cast)
          .orElseThrow(() -> new IllegalArgumentException(name(key) + " is " + kind));
    }

    private String name(String key) {
      return "'" + path + key + "'";
    }
  }
}

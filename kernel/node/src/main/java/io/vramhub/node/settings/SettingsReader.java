package io.vramhub.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.vramhub.kernel.NearestName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a configuration key by key. What is read is the schema: reading a key with its default,
 * range and meaning documents it, and whatever the file holds beyond the keys read is an unknown
 * key. Problems are collected; {@link #finish} throws them all.
 */
public final class SettingsReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[(?<six>[^]]+)]|(?<four>[^:]+)):(?<port>[0-9]{1,5})");
  private static final int MOST_PORT = 65_535;

  private final Config config;
  private final String source;
  private final Map<String, SettingsKey> keys = new TreeMap<>();
  private final TreeSet<String> openSubtrees = new TreeSet<>();
  private final SortedMap<String, SettingsSnapshot.SlotSection> slots = new TreeMap<>();
  private final Set<String> slotKeys = new HashSet<>();
  private final List<SettingsProblem> problems = new ArrayList<>();

  /**
   * @param source name of the file, for problems without a line
   */
  public SettingsReader(Config config, String source) {
    this.config = config;
    this.source = source;
  }

  public String string(String path, String defaultValue, String documentation) {
    return read(path, defaultValue, documentation, Config::getString);
  }

  public String choice(
      String path, List<String> choices, String defaultValue, String documentation) {
    String value =
        string(path, defaultValue, documentation + " One of " + String.join(", ", choices) + ".");
    if (!choices.contains(value)) {
      problem(
          path, path + " must be one of " + String.join(", ", choices) + ", got '" + value + "'");
      return defaultValue;
    }
    return value;
  }

  public boolean flag(String path, boolean defaultValue, String documentation) {
    return read(path, defaultValue, documentation, Config::getBoolean);
  }

  public long integer(String path, long defaultValue, long least, long most, String documentation) {
    long value =
        read(
            path,
            defaultValue,
            documentation + " From " + least + " to " + most + ".",
            Config::getLong);
    if (value < least || value > most) {
      problem(path, path + " must be between " + least + " and " + most + ", got " + value);
      return defaultValue;
    }
    return value;
  }

  public double decimal(
      String path, double defaultValue, double least, double most, String documentation) {
    double value =
        read(
            path,
            defaultValue,
            documentation + " From " + least + " to " + most + ".",
            Config::getDouble);
    if (!(value >= least && value <= most)) {
      problem(path, path + " must be between " + least + " and " + most + ", got " + value);
      return defaultValue;
    }
    return value;
  }

  public Duration duration(String path, Duration defaultValue, String documentation) {
    Duration value = read(path, defaultValue, documentation, Config::getDuration);
    if (value.isNegative()) {
      problem(path, path + " must not be negative, got " + value);
      return defaultValue;
    }
    return value;
  }

  /** A numeric address with a port; names are not looked up. */
  public InetSocketAddress address(String path, String defaultValue, String documentation) {
    String written = string(path, defaultValue, documentation);
    return parseAddress(written)
        .orElseGet(
            () -> {
              problem(
                  path,
                  path
                      + ": '"
                      + written
                      + "' is not an address such as 127.0.0.1:4322, [::1]:4322 or localhost:4322");
              return parseAddress(defaultValue).orElseThrow();
            });
  }

  private static Optional<InetSocketAddress> parseAddress(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(address.group("port"));
    String host = Optional.ofNullable(address.group("six")).orElseGet(() -> address.group("four"));
    try {
      return port > MOST_PORT
          ? Optional.empty()
          : Optional.of(
              new InetSocketAddress(
                  host.equals("localhost")
                      ? InetAddress.getLoopbackAddress()
                      : InetAddress.ofLiteral(host),
                  port));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The names an operator gave to the objects below a path, sorted. */
  public List<String> names(String path, String documentation) {
    keys.put(path, new SettingsKey(path, "{...}", originOf(path), documentation));
    if (!config.hasPath(path)) {
      return List.of();
    }
    if (!(config.getValue(path) instanceof ConfigObject objects)) {
      problem(path, path + " holds named sections, each in braces");
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (String name : new TreeSet<>(objects.keySet())) {
      if (!NAME.matcher(name).matches() || !(objects.get(name) instanceof ConfigObject)) {
        problem(
            path,
            path
                + ": '"
                + name
                + "' is not a named section; a name is lower-case letters, digits and dashes, and"
                + " its section stands in braces");
      } else {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * A slot whose name is its path: the plugin that fills it, and the subtree only that one sees.
   */
  SlotSettings slot(String path, String defaultUse, String documentation) {
    return slot(path, path, defaultUse, documentation);
  }

  SlotSettings slot(String name, String path, String defaultUse, String documentation) {
    String usePath = path + ".use";
    String use = string(usePath, defaultUse, documentation);
    slotKeys.add(usePath);
    SortedMap<String, Config> sections = new TreeMap<>();
    for (String plugin : sectionNames(path, use)) {
      String settingsPath = path + "." + ConfigUtil.joinPath(plugin);
      slotKeys.add(settingsPath);
      sections.put(plugin, subtree(settingsPath, "Settings of the plugin '" + plugin + "'."));
    }
    SlotSettings slot = new SlotSettings(use, sections.getOrDefault(use, ConfigFactory.empty()));
    slots.put(name, new SettingsSnapshot.SlotSection(slot, sections));
    return slot;
  }

  /** The plugin in use, and those whose settings are written down for a later swap. */
  private Set<String> sectionNames(String path, String use) {
    Set<String> names = new TreeSet<>(Set.of(use));
    if (config.hasPath(path) && config.getValue(path) instanceof ConfigObject slot) {
      slot.forEach(
          (name, value) -> {
            if (value instanceof ConfigObject) {
              names.add(name);
            }
          });
    }
    return names;
  }

  /** A subtree that belongs to a plugin and is checked by it, not here. */
  private Config subtree(String path, String documentation) {
    openSubtrees.add(path);
    keys.put(path, new SettingsKey(path, "{...}", originOf(path), documentation));
    if (!config.hasPath(path)) {
      return ConfigFactory.empty();
    }
    if (config.getValue(path) instanceof ConfigObject section) {
      return section.toConfig();
    }
    problem(path, path + " holds the settings of a plugin, in braces");
    return ConfigFactory.empty();
  }

  /** Adds a problem found beyond types and ranges, at the key's own line. */
  public void problem(String path, String sentence) {
    ConfigOrigin origin = config.hasPath(path) ? config.getValue(path).origin() : null;
    problems.add(
        new SettingsProblem(
            origin == null ? source : origin.description().replaceFirst(": \\d+$", ""),
            origin == null ? 0 : Math.max(0, origin.lineNumber()),
            sentence));
  }

  /** Every key read, by path, with the value in force and where it came from. */
  public List<SettingsKey> keys() {
    return List.copyOf(keys.values());
  }

  /** What was read, without the documentation. */
  public SettingsSnapshot snapshot() {
    SortedMap<String, String> others = new TreeMap<>();
    keys.forEach((path, key) -> others.put(path, key.value()));
    others.keySet().removeAll(slotKeys);
    return new SettingsSnapshot(slots, others);
  }

  /** Reports unknown keys and throws if anything was wrong. */
  public void finish() {
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      String path = entry.getKey();
      boolean known =
          keys.containsKey(path)
              || openSubtrees.stream().anyMatch(subtree -> path.startsWith(subtree + "."));
      if (!known) {
        String hint =
            NearestName.of(path, keys.keySet())
                .map(nearest -> " - did you mean '" + nearest + "'?")
                .orElse("; `vramhub config show` lists the known ones");
        problem(path, "unknown key '" + path + "'" + hint);
      }
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  private <T> T read(
      String path, T defaultValue, String documentation, BiFunction<Config, String, T> getter) {
    T value = defaultValue;
    if (config.hasPath(path)) {
      try {
        value = getter.apply(config, path);
      } catch (ConfigException e) {
        String found = config.getValue(path).unwrapped().toString();
        problem(path, path + ": '" + found + "' is not a value of this kind; " + documentation);
      }
    }
    keys.put(path, new SettingsKey(path, String.valueOf(value), originOf(path), documentation));
    return value;
  }

  private String originOf(String path) {
    if (!config.hasPath(path)) {
      return "default";
    }
    ConfigOrigin origin = config.getValue(path).origin();
    return origin.description();
  }
}

package io.vramhub.node.settings;

import com.typesafe.config.Config;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A configuration that can be read again while the node runs.
 *
 * @param <T> what it is read to
 */
public final class Configuration<T> {
  private final Supplier<Config> text;
  private final String source;
  private final Function<SettingsReader, T> schema;

  /**
   * @param text parses the file with everything that goes before and after it
   * @param source name of the file, for problems without a line
   * @param schema reads every key
   */
  public Configuration(Supplier<Config> text, String source, Function<SettingsReader, T> schema) {
    this.text = text;
    this.source = source;
    this.schema = schema;
  }

  /**
   * One reading.
   *
   * @param snapshot the same values, for a comparison with a later reading
   */
  public record Reading<T>(T settings, SettingsSnapshot snapshot) {}

  /** Reads the file as it is now; everything wrong with it is one {@link SettingsException}. */
  public Reading<T> read() {
    SettingsReader reader = new SettingsReader(text.get(), source);
    T settings = schema.apply(reader);
    reader.finish();
    return new Reading<>(settings, reader.snapshot());
  }

  /** The same configuration where values that it does not state are these. */
  public Configuration<T> withDefaults(Config defaults) {
    return new Configuration<>(() -> text.get().withFallback(defaults), source, schema);
  }

  /** The file as it is now, with everything that goes before and after it. */
  public Config text() {
    return text.get();
  }

  /** Whether the file states a value for the key, so that no guess may replace it. */
  public boolean states(String path) {
    return text.get().hasPath(path);
  }
}

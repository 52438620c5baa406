package io.vramhub.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Parses one HOCON file without trusting it. The library alone would fetch {@code include
 * url(...)}, overflow its stack on deep nesting and expand doubling substitutions without bound; so
 * includes are refused, and size, depth and the number of substitutions are capped before it sees
 * the text.
 */
public final class SettingsFile {
  private static final long MAXIMUM_BYTES = 256 * 1024;
  private static final int MAXIMUM_DEPTH = 32;
  private static final int MAXIMUM_SUBSTITUTIONS = 20;

  private SettingsFile() {}

  /** The resolved contents; anything wrong with the text is a {@link SettingsException}. */
  public static Config parse(Path file) {
    String text = read(file);
    checkShape(file, text);
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(file.toString())
            .setIncluder(new RefusingIncluder());
    try {
      return ConfigFactory.parseString(text, options).resolve();
    } catch (ConfigException e) {
      int line = e.origin() == null ? 0 : e.origin().lineNumber();
      throw new SettingsException(List.of(new SettingsProblem(file.toString(), line, reason(e))));
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw failure(file, 0, "is larger than 256 KiB; a node's configuration is a page of text");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw failure(
          file, 0, "cannot be read (" + e.getMessage() + "); check the path and its permissions");
    }
  }

  private static void checkShape(Path file, String text) {
    int depth = 0;
    int line = 1;
    int substitutions = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        quoted = false;
      } else if (c == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '[')) {
        if (++depth > MAXIMUM_DEPTH) {
          throw failure(file, line, "nests deeper than 32 levels; flatten it");
        }
        if (c == '{'
            && i > 0
            && text.charAt(i - 1) == '$'
            && ++substitutions > MAXIMUM_SUBSTITUTIONS) {
          throw failure(file, line, "has more than 20 ${...} substitutions; write the values out");
        }
      } else if (!quoted && (c == '}' || c == ']')) {
        depth--;
      }
    }
  }

  private static SettingsException failure(Path file, int line, String sentence) {
    return new SettingsException(List.of(new SettingsProblem(file.toString(), line, sentence)));
  }

  private static String reason(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    int colon = message.indexOf(": ");
    boolean startsWithOrigin = e.origin() != null && colon > 0;
    return startsWithOrigin ? message.substring(colon + 2) : message;
  }

  /** Says no to every form of include. */
  private static final class RefusingIncluder
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refusal(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw refusal(what.toString());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refusal(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refusal(what);
    }

    private static ConfigException refusal(String what) {
      return new ConfigException.Parse(
          ConfigOriginFactory.newSimple(),
          "include of '"
              + what
              + "' is refused; the packaged defaults are always in force, write the rest out");
    }
  }
}

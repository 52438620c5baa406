package io.vramhub.packaging;

import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/** Semantic versions of plugins, by the rules of PF4J, which reads them again when it loads one. */
public final class PluginVersion {
  private static final VersionManager SEMANTIC = new DefaultVersionManager();

  private PluginVersion() {}

  /** Whether the text is a semantic version, {@code 1.2.3} or {@code 1.2.3-beta.1}. */
  public static boolean isValid(String version) {
    try {
      compare(version, version);
      return version.matches("[0-9A-Za-z.+-]{5,64}");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Negative if the first is older.
   *
   * @throws IllegalArgumentException if one is no semantic version
   */
  public static int compare(String version, String other) {
    try {
      return SEMANTIC.compareVersions(version, other);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a semantic version: " + version + " or " + other, e);
    }
  }

  /**
   * Whether a version lies in a range, {@code >=1.0.0 & <2.0.0}.
   *
   * @throws IllegalArgumentException if the range is none
   */
  static boolean isWithin(String version, String range) {
    try {
      return SEMANTIC.checkVersionConstraint(version, range);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a version range: " + range, e);
    }
  }
}

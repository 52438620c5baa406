package io.vramhub.api;

/**
 * The plugin API's own semantic version. A minor step adds default methods, records and constants;
 * only a major step may break a plugin. Plugins state the range they accept as {@code
 * Plugin-Requires}.
 *
 * @param major breaking generation
 * @param minor additions within a generation
 * @param patch corrections without a change of surface
 */
public record ApiVersion(int major, int minor, int patch) {
  /** The version this artefact defines. */
  public static final ApiVersion CURRENT = new ApiVersion(1, 0, 0);

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}

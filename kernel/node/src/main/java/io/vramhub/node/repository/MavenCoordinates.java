package io.vramhub.node.repository;

import java.util.Optional;
import java.util.regex.Pattern;

/** Where a repository keeps a jar: {@code group:artifact:version}. */
public record MavenCoordinates(String group, String artifact, String version) {
  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._-]*";
  private static final Pattern FORM =
      Pattern.compile("(" + PART + "):(" + PART + "):(" + PART + ")");

  /** Empty if the text is of another form. */
  public static Optional<MavenCoordinates> of(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches() && !text.contains("..")
        ? Optional.of(new MavenCoordinates(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  /** The jar's path below the root of a repository, with slashes. */
  String path() {
    return group.replace('.', '/')
        + "/"
        + artifact
        + "/"
        + version
        + "/"
        + artifact
        + "-"
        + version
        + ".jar";
  }

  boolean isSnapshot() {
    return version.endsWith("-SNAPSHOT");
  }

  @Override
  public String toString() {
    return group + ":" + artifact + ":" + version;
  }
}

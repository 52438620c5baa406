package io.vramhub.packaging;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A set of libraries with native code that the host loads once and never closes: the manifest's
 * {@code Native-Tier}, {@code djl-pytorch/2.7.1}.
 */
public record NativeTier(String name, String version) {
  private static final Pattern REFERENCE =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9][A-Za-z0-9.-]*)");

  static Optional<NativeTier> of(String reference) {
    var matcher = REFERENCE.matcher(reference);
    return matcher.matches()
        ? Optional.of(new NativeTier(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** As the manifest spells it. */
  @Override
  public String toString() {
    return name + "/" + version;
  }
}

package io.vramhub.packaging;

import io.vramhub.api.ApiVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/** The entries of a plugin's manifest, checked. */
record PluginManifest(
    String id,
    String version,
    String description,
    String requires,
    Optional<NativeTier> nativeTier,
    SwapMode swapMode) {
  static final String NAME = "META-INF/MANIFEST.MF";

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern ANY_LINE = Pattern.compile(".{1,200}");
  private static final Pattern SIBLING = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*");

  /** Reads the manifest of a plugin jar. */
  static PluginManifest parse(byte[] content, Refuser refuser) {
    Attributes attributes = attributes(content, refuser);
    if (attributes.containsKey(Attributes.Name.CLASS_PATH)) {
      throw refuser.refuse(
          Refusal.CLASS_PATH_OUTSIDE,
          "its manifest has a Class-Path. Put libraries into META-INF/lib");
    }
    String id = required(attributes, "Plugin-Id", ID, Refusal.ID_MALFORMED, refuser);
    String version =
        required(attributes, "Plugin-Version", ANY_LINE, Refusal.VERSION_MALFORMED, refuser);
    if (!PluginVersion.isValid(version)) {
      throw refuser.refuse(
          Refusal.VERSION_MALFORMED,
          "its Plugin-Version '" + version + "' is not a semantic version such as 1.2.3");
    }
    String requires =
        required(attributes, "Plugin-Requires", ANY_LINE, Refusal.RANGE_MALFORMED, refuser);
    checkRange(requires, refuser);
    return new PluginManifest(
        id,
        version,
        Optional.ofNullable(attributes.getValue("Plugin-Description")).orElse(""),
        requires,
        Optional.ofNullable(attributes.getValue("Native-Tier")).map(tier -> tier(tier, refuser)),
        Optional.ofNullable(attributes.getValue("Swap-Mode"))
            .map(mode -> swapMode(mode, refuser))
            .orElse(SwapMode.SIDE_BY_SIDE));
  }

  /** Refuses a library whose manifest puts more on the class path than its siblings. */
  static void checkLibrary(byte[] content, Refuser refuser) {
    String classPath = attributes(content, refuser).getValue(Attributes.Name.CLASS_PATH);
    if (classPath != null
        && !Arrays.stream(classPath.strip().split("\\s+"))
            .allMatch(name -> name.isEmpty() || SIBLING.matcher(name).matches())) {
      throw refuser.refuse(
          Refusal.CLASS_PATH_OUTSIDE,
          "a manifest has the Class-Path '" + classPath + "', which names other places");
    }
  }

  private static Attributes attributes(byte[] content, Refuser refuser) {
    try {
      return new Manifest(new ByteArrayInputStream(content)).getMainAttributes();
    } catch (IOException | IllegalArgumentException e) {
      throw refuser.refuse(
          Refusal.MANIFEST_MALFORMED, "its manifest cannot be parsed: " + e.getMessage(), e);
    }
  }

  private static String required(
      Attributes attributes, String name, Pattern form, Refusal malformed, Refuser refuser) {
    String value = attributes.getValue(name);
    if (value == null) {
      throw refuser.refuse(Refusal.MANIFEST_INCOMPLETE, "its manifest has no " + name);
    }
    if (!form.matcher(value).matches()) {
      throw refuser.refuse(
          malformed, "its " + name + " '" + value + "' is not of the form " + form);
    }
    return value;
  }

  private static void checkRange(String requires, Refuser refuser) {
    boolean admits;
    try {
      admits = PluginVersion.isWithin(ApiVersion.CURRENT.toString(), requires);
    } catch (IllegalArgumentException e) {
      throw refuser.refuse(
          Refusal.RANGE_MALFORMED,
          "its Plugin-Requires '" + requires + "' is not a version range",
          e);
    }
    if (!admits) {
      throw refuser.refuse(
          Refusal.OTHER_API,
          "it was built for plugin API "
              + requires
              + ", and this node offers "
              + ApiVersion.CURRENT
              + ". Install a version of the plugin made for it");
    }
  }

  private static NativeTier tier(String reference, Refuser refuser) {
    return NativeTier.of(reference)
        .orElseThrow(
            () ->
                refuser.refuse(
                    Refusal.NATIVE_TIER_MALFORMED,
                    "its Native-Tier '" + reference + "' is not of the form <name>/<version>"));
  }

  private static SwapMode swapMode(String word, Refuser refuser) {
    return SwapMode.of(word)
        .orElseThrow(
            () ->
                refuser.refuse(
                    Refusal.SWAP_MODE_UNKNOWN,
                    "its Swap-Mode '"
                        + word
                        + "' is neither "
                        + SwapMode.SIDE_BY_SIDE.word()
                        + " nor "
                        + SwapMode.HAND_OVER.word()));
  }
}

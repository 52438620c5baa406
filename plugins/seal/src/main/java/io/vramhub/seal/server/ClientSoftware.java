package io.vramhub.seal.server;

import io.vramhub.api.model.HttpCall;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client must say of itself, so that one too old to be safe can be told so. */
final class ClientSoftware {
  private static final String TYPE = "Client-Sdk-Type";
  private static final String VERSION = "Client-Sdk-Version";
  private static final List<String> TYPES = List.of("typescript", "rust", "python", "aggregator");

  /** MAJOR.MINOR.PATCH, perhaps with the qualifiers of semantic versioning. */
  private static final Pattern SEMANTIC =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:[-+][0-9A-Za-z.+-]{1,64})?");

  /** What Seal's own servers demand of the TypeScript library. */
  private static final List<Integer> OLDEST_TYPESCRIPT = List.of(0, 4, 5);

  private ClientSoftware() {}

  /** Demands a known and recent client. */
  static void demand(HttpCall call) {
    String type = header(call, TYPE);
    String version = header(call, VERSION);
    if (!TYPES.contains(type)) {
      throw new DeniedException(Denial.INVALID_SDK_TYPE, TYPE + " is one of " + TYPES);
    }
    Matcher match = SEMANTIC.matcher(version);
    if (!match.matches()) {
      throw new DeniedException(
          Denial.INVALID_SDK_VERSION, VERSION + " is MAJOR.MINOR.PATCH, for example 1.4.12");
    }
    if (type.equals("typescript") && isOlder(match)) {
      throw new DeniedException(
          Denial.DEPRECATED_SDK_VERSION, "the TypeScript library has at least version 0.4.5");
    }
  }

  private static String header(HttpCall call, String name) {
    return call.header(name)
        .orElseThrow(() -> new DeniedException(Denial.MISSING_REQUIRED_HEADER, "send " + name));
  }

  private static boolean isOlder(Matcher version) {
    for (int i = 0; i < OLDEST_TYPESCRIPT.size(); i++) {
      int difference = Integer.parseInt(version.group(i + 1)) - OLDEST_TYPESCRIPT.get(i);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }
}

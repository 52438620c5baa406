package io.vramhub.framework.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of generated source. */
final class Lines {
  private final List<String> lines = new ArrayList<>();

  static String format(String template, Object... values) {
    return String.format(Locale.ROOT, template, values);
  }

  void add(String template, Object... values) {
    lines.add(format(template, values));
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}

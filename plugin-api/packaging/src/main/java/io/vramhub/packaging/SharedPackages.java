package io.vramhub.packaging;

import java.util.List;

/**
 * The packages that host and plugins must agree on, class object by class object. They are answered
 * by the host's loader only, so a plugin may not bring its own copy.
 */
public final class SharedPackages {
  private static final List<String> PREFIXES =
      List.of(
          "io.vramhub.api.",
          "io.vramhub.protocol.",
          "io.vramhub.numerics.",
          "reactor.core.",
          "reactor.util.",
          "reactor.adapter.",
          "org.reactivestreams.",
          "org.pf4j.",
          "org.slf4j.",
          "org.jspecify.",
          "com.typesafe.config.");

  private SharedPackages() {}

  /** Whether a class of this binary name is answered by the host. */
  public static boolean contains(String className) {
    return PREFIXES.stream().anyMatch(className::startsWith);
  }
}

package io.vramhub.node.http;

import java.util.regex.Pattern;

/**
 * The names by which a browser on this machine reaches loopback. A page of another site can make
 * its own name resolve to 127.0.0.1 (DNS rebinding) and would then read what a loopback server
 * answers; but its requests carry that name.
 */
final class LoopbackHosts {
  private static final Pattern NAMES =
      Pattern.compile(
          "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

  private LoopbackHosts() {}

  /**
   * Whether the value of a {@code Host} header names loopback. Any port will do: a tunnel may end
   * at another.
   */
  static boolean contain(String host) {
    return NAMES.matcher(host).matches();
  }
}

package io.vramhub.numerics;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Whether this JVM multiplies and adds in one rounding in hardware. Without it {@link
 * Math#fma(float, float, float)} still gives the right bits, but through big decimals, some
 * thousand times slower: a node that starts that way would miss every window.
 */
public final class FusedMultiplyAdd {
  private FusedMultiplyAdd() {}

  /**
   * Empty if strict arithmetic runs at full speed; otherwise what is missing and what to do, in
   * words for an operator.
   */
  public static Optional<String> problem() {
    return problem(
        useFma(),
        System.getProperty("os.arch", "unknown"),
        System.getProperty("java.vm.name", "this JVM"));
  }

  private static String useFma() {
    HotSpotDiagnosticMXBean diagnostics =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return diagnostics == null ? "unknown" : diagnostics.getVMOption("UseFMA").getValue();
    } catch (IllegalArgumentException e) {
      return "unknown"; // a JVM that has no such option
    }
  }

  static Optional<String> problem(String useFma, String architecture, String machine) {
    if (useFma.equals("true")) {
      return Optional.empty();
    }
    return Optional.of(
        "strict evaluation needs fused multiply-add instructions, which "
            + machine
            + " does not use on this "
            + architecture
            + " CPU (UseFMA is "
            + useFma
            + "): run on an x86-64 CPU with FMA3 (2013 or newer) or on AArch64, and remove"
            + " -XX:UseAVX=0 or -XX:-UseFMA from the JVM options");
  }
}

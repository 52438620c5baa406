package io.vramhub.packaging;

/**
 * How much a plugin may be. Everything is counted while it is unpacked, whatever headers claim.
 *
 * @param fileBytes of the jar itself
 * @param unpackedBytes of all entries and all entries of all libraries together
 * @param entries of the jar, and of each library
 * @param libraries under {@code META-INF/lib}
 * @param expansion most unpacked bytes per packed byte, of entries beyond {@link #SMALL_ENTRY}
 */
public record PackageLimits(
    long fileBytes, long unpackedBytes, int entries, int libraries, int expansion) {
  /** Entries up to this many unpacked bytes may expand as they like. */
  public static final int SMALL_ENTRY = 1 << 20;

  /** What the host admits: half a gigabyte, a gigabyte unpacked. */
  public static final PackageLimits DEFAULT =
      new PackageLimits(1L << 29, 1L << 30, 60_000, 200, 200);
}

package io.vramhub.packaging;

/** Counts unpacked bytes as they appear, whatever the headers claim. */
final class Budget {
  private final Refuser refuser;
  private final PackageLimits limits;
  private long left;

  Budget(Refuser refuser, PackageLimits limits) {
    this.refuser = refuser;
    this.limits = limits;
    left = limits.unpackedBytes();
  }

  /**
   * Takes bytes of an entry.
   *
   * @param before how many of the entry were taken before
   * @return how many of the entry have been taken now
   */
  long spend(ZipEntryHeader entry, int bytes, long before) {
    left -= bytes;
    if (left < 0) {
      throw refuser.refuse(
          Refusal.BOMB, "it unpacks to more than " + limits.unpackedBytes() + " bytes");
    }
    long taken = before + bytes;
    if (taken > entry.bytes()) {
      throw refuser.refuse(
          Refusal.BOMB,
          "its entry '"
              + entry.name()
              + "' unpacks to more than the "
              + entry.bytes()
              + " bytes it claims");
    }
    if (taken > PackageLimits.SMALL_ENTRY && taken / limits.expansion() > entry.packedBytes()) {
      throw refuser.refuse(
          Refusal.BOMB,
          "its entry '"
              + entry.name()
              + "' expands to more than "
              + limits.expansion()
              + " times its size");
    }
    return taken;
  }
}

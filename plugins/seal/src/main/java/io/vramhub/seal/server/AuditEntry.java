package io.vramhub.seal.server;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the log keeps of one request: never a key.
 *
 * @param user who asks; proven only if the outcome says that the signatures were verified, which is
 *     so for {@code granted} and {@code NoAccess}
 * @param outcome {@code granted} or the code of a denial
 * @param identities what keys were asked for; empty if the transaction could not be read
 * @param reason of a denial; empty if granted
 */
record AuditEntry(
    Instant time,
    Address user,
    Digest packageId,
    String outcome,
    List<Bytes> identities,
    String reason) {
  static final String GRANTED = "granted";

  private static final int LONGEST_REASON = 300;

  AuditEntry {
    identities = List.copyOf(identities);
  }

  /**
   * The fields, each without a blank but the last: time, user, package, outcome, the identities in
   * hex with commas, or a dash, and the reason.
   */
  String text() {
    return time
        + " "
        + user
        + " 0x"
        + packageId
        + " "
        + outcome
        + " "
        + (identities.isEmpty()
            ? "-"
            : identities.stream().map(Bytes::hex).collect(Collectors.joining(",")))
        + " "
        + oneLine(reason);
  }

  /** A reason may quote the client, who shall not write lines into the log. */
  private static String oneLine(String reason) {
    String line = reason.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON);
  }
}

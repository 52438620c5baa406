package io.vramhub.seal.server;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The hashes that hold an audit log together. Each line begins with SHA-256 of the hash of the line
 * before it, as 64 hexadecimal digits, a blank, and the rest of the line; the first line's
 * predecessor is 64 zeros. So the last hash vouches for every line, and whoever noted one earlier
 * can tell whether the log still begins the same.
 *
 * @param entries how many lines
 * @param last the hash of the last
 * @param bytes of the whole lines; what follows them was being written when the server stopped
 */
record AuditChain(long entries, Digest last, long bytes) {
  static final AuditChain EMPTY = new AuditChain(0, Digest.ZERO, 0);

  private static final int HASH_DIGITS = 2 * Digest.LENGTH;
  private static final int LONGEST_LINE = 64 << 10;

  /** The line of an entry that follows, without its end. */
  String line(String text) {
    return hash(text).hex() + " " + text;
  }

  /** The chain with the line of that entry. */
  AuditChain with(String text) {
    int length = HASH_DIGITS + 1 + text.getBytes(StandardCharsets.UTF_8).length + 1;
    return new AuditChain(entries + 1, hash(text), bytes + length);
  }

  private Digest hash(String text) {
    return Digest.sha256((last.hex() + " " + text).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a log and checks every line. {@code JOURNAL_CORRUPT}: a line was changed, taken out, put
   * in or moved, with its number. An absent file is an empty log.
   */
  static AuditChain check(Path file) throws IOException {
    if (!Files.exists(file)) {
      return EMPTY;
    }
    AuditChain chain = EMPTY;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          if (line.size() > LONGEST_LINE) {
            throw corrupt(file, chain.entries + 1, "has more than " + LONGEST_LINE + " bytes");
          }
          continue;
        }
        chain = chain.checked(file, line.toString(StandardCharsets.UTF_8));
        line.reset();
      }
    }
    return chain;
  }

  private AuditChain checked(Path file, String line) {
    if (line.length() <= HASH_DIGITS) {
      throw corrupt(file, entries + 1, "is too short");
    }
    String text = line.substring(HASH_DIGITS + 1);
    if (!line.equals(line(text))) {
      throw corrupt(
          file,
          entries + 1,
          "does not follow from the one before it: one of both was changed, taken out or put in");
    }
    return with(text);
  }

  private static HubException corrupt(Path file, long number, String fault) {
    return new HubException(
        ErrorCode.JOURNAL_CORRUPT, "the audit log " + file + ": line " + number + " " + fault);
  }
}

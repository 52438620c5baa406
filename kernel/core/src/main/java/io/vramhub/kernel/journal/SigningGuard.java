package io.vramhub.kernel.journal;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what was signed, so that no two different messages are ever signed for one duty: not
 * after a restart, not after a backup was restored beside a running node's own file, not by a bug.
 * A duty is a role, a uid, a window and a purpose.
 *
 * <p>The file {@code guard.log} holds BCS records {@code role u8 | uid u32 | window u64 | purpose
 * string | digest 32 bytes}. Methods do blocking I/O; safe for use by several threads.
 */
public final class SigningGuard implements AutoCloseable {
  private static final String MAGIC = "VRAMSG01";

  private final RecordLog log;
  private final Map<Duty, Digest> signed;

  /** Something a node signs at most one message for. */
  public record Duty(Role role, int uid, WindowId window, String purpose) {}

  private SigningGuard(RecordLog log, Map<Duty, Digest> signed) {
    this.log = log;
    this.signed = signed;
  }

  /**
   * Opens or creates {@code <directory>/guard.log}, which one process holds at a time.
   *
   * @throws HubException {@code JOURNAL_CORRUPT}, {@code DATA_DIRECTORY_IN_USE}, {@code DISK}
   */
  public static SigningGuard open(Path directory) {
    Map<Duty, Digest> signed = new HashMap<>();
    RecordLog log =
        RecordLog.open(directory.resolve("guard.log"), MAGIC, body -> replay(body, signed));
    return new SigningGuard(log, signed);
  }

  private static void replay(byte[] body, Map<Duty, Digest> signed) {
    BcsReader reader = new BcsReader(body);
    int role = reader.u8();
    if (role >= Role.values().length) {
      throw reader.invalid("no role has number " + role);
    }
    Duty duty =
        new Duty(Role.values()[role], reader.i32(), new WindowId(reader.u64()), reader.string());
    Digest digest = Digest.of(reader.fixed(Digest.LENGTH));
    reader.finish();
    if (signed.putIfAbsent(duty, digest) != null) {
      throw reader.invalid("a second record for " + duty);
    }
  }

  /**
   * Asks before a signature is made. The intent is durable when this returns {@code true}; asking
   * again for the same message is allowed any number of times.
   *
   * @return false if another message was signed for the duty: nothing may be signed now
   */
  public synchronized boolean admits(Duty duty, Digest message) {
    Digest before = signed.get(duty);
    if (before != null) {
      return before.equals(message);
    }
    log.append(
        List.of(
            new BcsWriter()
                .u8(duty.role().ordinal())
                .u32(duty.uid())
                .u64(duty.window().number())
                .string(duty.purpose())
                .fixed(message.array())
                .toByteArray()));
    signed.put(duty, message);
    return true;
  }

  /** Gives the file back to other processes. */
  @Override
  public void close() {
    log.close();
  }
}

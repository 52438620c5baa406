package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowOutcome;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator reads about the windows of any role. */
final class WindowConsole {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.window");

  private final NodeEvents events;
  private final Role role;
  private final int uid;

  WindowConsole(NodeEvents events, Role role, int uid) {
    this.events = events;
    this.role = role;
    this.uid = uid;
  }

  void windowsMissed(int windows) {
    LOG.warn("{}: {} windows passed while the node was down", who(), windows);
    events.publish(new NodeEvent.WindowsMissed(role, uid, windows));
  }

  void windowEnded(WindowId window, WindowOutcome outcome, Throwable cause) {
    switch (outcome) {
      case WindowOutcome.Completed() -> windowCompleted(window);
      case WindowOutcome.Skipped(SkipReason reason) -> windowSkipped(window, reason, cause);
      case WindowOutcome.Failed(ErrorCode code) -> windowFailed(window, code, cause);
    }
  }

  void windowCompleted(WindowId window) {
    LOG.info("{}: window {} is complete", who(), window);
    events.publish(new NodeEvent.WindowCompleted(role, uid, window));
  }

  private void windowSkipped(WindowId window, SkipReason reason, Throwable cause) {
    LOG.warn("{}: window {} was skipped: {}", who(), window, reason.sentence());
    LOG.debug("{}: why window {} was skipped", who(), window, cause);
    events.publish(new NodeEvent.WindowSkipped(role, uid, window, reason));
  }

  private void windowFailed(WindowId window, ErrorCode code, Throwable cause) {
    LOG.error("{}: window {} failed with {}", who(), window, code, cause);
    events.publish(
        new NodeEvent.WindowFailed(role, uid, window, code, String.valueOf(cause.getMessage())));
  }

  private String who() {
    return role.name().toLowerCase(Locale.ROOT) + " " + uid;
  }
}

package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.window.WindowSchedule;

/** One window as a role sees it: its number, the parameters in force and its times. */
record WindowContext(NetworkId network, WindowId window, NetworkParameters parameters) {
  WindowSchedule schedule() {
    return new WindowSchedule(parameters.schedule());
  }

  /** Chain time until which gradients may be committed. */
  long commitDeadlineMs() {
    return schedule().commitDeadline(window);
  }

  /** Chain time until which scores may be submitted. */
  long closesAtMs() {
    return schedule().closesAt(window);
  }

  /**
   * Chain time after which merging this window helps nobody: the next one has been open for as long
   * as it could wait.
   */
  long aftermathEndsMs() {
    return schedule().commitDeadline(window.next());
  }
}

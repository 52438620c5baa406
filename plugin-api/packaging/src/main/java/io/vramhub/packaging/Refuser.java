package io.vramhub.packaging;

import io.vramhub.api.error.HubException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the errors of one inspection.
 *
 * @param plugin what messages call it
 * @param where in which of its libraries, or nothing
 */
record Refuser(String plugin, String where) {
  Refuser(String plugin) {
    this(plugin, "");
  }

  Refuser inLibrary(String library) {
    return new Refuser(plugin, "in its library " + library + ": ");
  }

  HubException refuse(Refusal refusal, String reason) {
    return refuse(refusal, reason, null);
  }

  HubException refuse(Refusal refusal, String reason, @Nullable Throwable cause) {
    return refusal.refuse(plugin, where + reason, cause);
  }
}

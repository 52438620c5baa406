package io.vramhub.kernel.audit;

import io.vramhub.api.model.WindowId;

/**
 * Hears how far an audit is. Called on the audit's threads, one call at a time; returns at once.
 */
@FunctionalInterface
public interface AuditProgress {
  /** For those who do not want to know. */
  AuditProgress NONE = (window, done, total) -> {};

  /**
   * A window has been recomputed, or merged on the way to the first one of the range.
   *
   * @param done windows so far
   * @param total windows there are to do
   */
  void windowDone(WindowId window, int done, int total);
}

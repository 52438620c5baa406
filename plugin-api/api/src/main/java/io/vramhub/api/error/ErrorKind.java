package io.vramhub.api.error;

/** Whose fault an error is, and so what happens next. */
public enum ErrorKind {
  /** The operator must change something; the node stops at start and says which key. */
  CONFIG,
  /** Another participant sent rubbish; it is scored accordingly and never retried. */
  PEER,
  /** Network or throttling; retried with a seeded back-off inside the window's budget. */
  TRANSIENT,
  /** Disk, memory or device; the window is skipped with a reason. */
  RESOURCE,
  /** A broken invariant of ours; the window fails, the node lives, the trace is kept. */
  BUG
}

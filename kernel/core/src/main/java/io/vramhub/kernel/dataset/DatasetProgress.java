package io.vramhub.kernel.dataset;

/** Hears how far long work has come, on the thread that does it. */
@FunctionalInterface
public interface DatasetProgress {
  /** For those who do not want to know. */
  DatasetProgress NONE = (done, total) -> {};

  /**
   * Called from time to time with growing values, the last one with {@code done == total}.
   *
   * @param done bytes of work done
   * @param total bytes of work to do
   */
  void advanced(long done, long total);
}

package io.vramhub.kernel.audit;

import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.WindowId;
import java.util.Locale;

/**
 * What a passed audit has looked at.
 *
 * @param from the first audited window
 * @param to the last
 * @param events events of the chain whose invariants were checked
 * @param windows windows of the range that were opened and are final
 * @param gradients payloads fetched, opened and measured again
 * @param lines reported lines compared with the recomputed verdict and gains
 * @param deviations lines that differ and that the chain records as deviations
 * @param notRepeatable gradients recorded as missing or as other bytes than committed: what storage
 *     held at the time cannot be looked up again
 * @param merges merged roots recomputed
 * @param snapshots stored checkpoint files whose bytes were checked
 * @param newest the newest checkpoint reached by recomputing
 */
public record AuditSummary(
    WindowId from,
    WindowId to,
    long events,
    int windows,
    int gradients,
    int lines,
    int deviations,
    int notRepeatable,
    int merges,
    int snapshots,
    CheckpointRef newest) {

  /** The summary as a sentence. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "windows %s to %s: %d final, %d gradients measured again, %d reported lines compared"
            + " (%d recorded deviations), %d gradients that were not to be had at the time,"
            + " %d merged roots, %d stored snapshots, invariants of %d events;"
            + " checkpoint %s has root %s",
        from,
        to,
        windows,
        gradients,
        lines,
        deviations,
        notRepeatable,
        merges,
        snapshots,
        events,
        newest.window(),
        newest.root());
  }
}

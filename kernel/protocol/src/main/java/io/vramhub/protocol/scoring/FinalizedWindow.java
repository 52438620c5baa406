package io.vramhub.protocol.scoring;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.ValidatorJailed;
import io.vramhub.api.model.WindowResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything finalizing a window decides.
 *
 * @param deviations reported lines that a majority contradicts, by miner and validator
 * @param jailings validators that have now deviated {@code max_deviations} times, by uid
 */
public record FinalizedWindow(
    WindowResult result, List<DeviationObserved> deviations, List<ValidatorJailed> jailings) {
  public FinalizedWindow {
    deviations = List.copyOf(deviations);
    jailings = List.copyOf(jailings);
  }

  /**
   * The events in the order the chain records them, all in one transaction: the result first, so
   * that the state just before {@code WindowFinalized} is the one it was computed from.
   */
  public List<ChainEvent> events() {
    List<ChainEvent> events = new ArrayList<>();
    events.add(new ChainEvent.WindowFinalized(result));
    events.addAll(deviations);
    events.addAll(jailings);
    return List.copyOf(events);
  }
}

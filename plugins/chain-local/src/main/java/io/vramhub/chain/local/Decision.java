package io.vramhub.chain.local;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainEvent;
import java.util.List;

/** What the rules say of a call. */
sealed interface Decision {
  /** It takes effect: what happens, in order, at least one event. */
  record Effect(List<ChainEvent> events) implements Decision {
    public Effect {
      events = List.copyOf(events);
    }
  }

  /** It changes nothing, for this reason. */
  record Refusal(AbortCode code, String sentence) implements Decision {}
}

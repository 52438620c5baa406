package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A part of an order that is done, and what is still to come of it.
 *
 * @param later empty if nothing is; otherwise may be subscribed by anyone, or by nobody
 */
public record AdminStep(AdminNote note, Mono<AdminNote> later) {
  /** A step with which the matter ends. */
  public static AdminStep done(AdminNote note) {
    return new AdminStep(note, Mono.empty());
  }

  /** What comes of the steps, as it comes. */
  static Flux<AdminNote> outcomes(List<AdminStep> steps) {
    return Flux.merge(steps.stream().map(AdminStep::outcome).toList());
  }

  private Mono<AdminNote> outcome() {
    return later.onErrorResume(failure -> Mono.just(failed(failure)));
  }

  /** The failure as an operator may read it. */
  static AdminNote.Failed failed(Throwable failure) {
    return failure instanceof HubException known
        ? new AdminNote.Failed(known.code(), String.valueOf(known.getMessage()))
        : new AdminNote.Failed(ErrorCode.INVARIANT_BROKEN, String.valueOf(failure));
  }
}

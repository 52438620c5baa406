package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.journal.SigningGuard;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.protocol.message.CallMessage;
import reactor.core.publisher.Mono;

/**
 * Submits one role's calls: each under a key that names its effect, so that a repeat after a lost
 * reply has none, and again after transient trouble while there is time.
 */
final class ChainCalls {
  private final RoleServices services;
  private final Role role;
  private final int uid;

  ChainCalls(RoleServices services, Role role, int uid) {
    this.services = services;
    this.role = role;
    this.uid = uid;
  }

  /** Submits until the chain answers or the deadline, in chain time, has passed. */
  Mono<Receipt> submit(WindowId window, String purpose, ChainCall call, long deadlineMs) {
    return Mono.defer(
        () ->
            services
                .backoff()
                .retry(
                    services.chain().submit(services.signer(), call, key(window, purpose)),
                    services.follower().time().until(deadlineMs)));
  }

  /**
   * The same for a duty that must never be done in two ways: asks the guard first, and skips the
   * window if another message was signed for it.
   */
  Mono<Receipt> submitOnce(WindowContext context, String purpose, ChainCall call, long deadlineMs) {
    Digest message =
        Digest.sha256(CallMessage.bytes(context.network(), key(context.window(), purpose), call));
    SigningGuard.Duty duty = new SigningGuard.Duty(role, uid, context.window(), purpose);
    return Mono.fromCallable(() -> services.guard().admits(duty, message))
        .subscribeOn(services.blocking())
        .flatMap(
            admitted -> {
              if (admitted) {
                return submit(context.window(), purpose, call, deadlineMs);
              }
              services
                  .events()
                  .publish(new NodeEvent.SigningRefused(role, uid, context.window(), purpose));
              return Mono.error(new SkipWindow(SkipReason.SIGNED_BEFORE));
            });
  }

  /** A refusal that neither time nor another window explains. */
  static HubException refused(String purpose, AbortCode code, String message) {
    return new HubException(
        ErrorCode.CHAIN_REFUSED, "the chain refused " + purpose + " with " + code + ": " + message);
  }

  /** One address may hold several roles, so the uid is part of the purpose. */
  private IdempotencyKey key(WindowId window, String purpose) {
    return new IdempotencyKey(services.signer().address(), window, purpose + "/" + uid);
  }
}

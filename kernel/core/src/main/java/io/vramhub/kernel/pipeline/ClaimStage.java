package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.Role;
import io.vramhub.kernel.NodeEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Claims what a record has been credited, every so many windows. A failure waits for the next. */
final class ClaimStage {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.rewards");
  private static final String PURPOSE = "claim";

  private final RoleServices services;
  private final ChainCalls calls;
  private final Role role;
  private final int uid;
  private final Payee payee;
  private final int every;

  private ClaimStage(RoleServices services, Role role, int uid, Payee payee, int every) {
    this.services = services;
    this.calls = new ChainCalls(services, role, uid);
    this.role = role;
    this.uid = uid;
    this.payee = payee;
    this.every = every;
  }

  /**
   * Claims for a miner or a validator.
   *
   * @param every windows between claims; 0 never claims
   */
  static ClaimStage of(RoleServices services, Payee payee, int every) {
    return switch (payee) {
      case Payee.Miner(var miner) ->
          new ClaimStage(services, Role.MINER, miner.value(), payee, every);
      case Payee.Validator(var validator) ->
          new ClaimStage(services, Role.VALIDATOR, validator.value(), payee, every);
      case Payee.Treasury() ->
          throw new IllegalArgumentException("the treasury is paid without a claim by a node");
    };
  }

  /** Claims if a claim is due and there is something to claim. Never signals an error. */
  Mono<Void> claim(WindowContext context) {
    return Mono.defer(() -> due(context) ? submit(context) : Mono.empty())
        .onErrorResume(
            failure -> {
              LOG.warn("{} {}: rewards are claimed another time", role, uid, failure);
              return Mono.empty();
            });
  }

  private boolean due(WindowContext context) {
    return every > 0
        && context.window().number() % every == 0
        && credit().compareTo(Coins.ZERO) > 0;
  }

  private Coins credit() {
    return services.follower().read(state -> state.credit(payee));
  }

  private Mono<Void> submit(WindowContext context) {
    Coins amount = credit();
    return calls
        .submit(context.window(), PURPOSE, call(), context.closesAtMs())
        .doOnNext(
            receipt -> {
              switch (receipt) {
                case Receipt.Executed executed -> claimed(amount);
                case Receipt.Aborted aborted ->
                    LOG.warn("{} {}: the claim was refused: {}", role, uid, aborted.code());
              }
            })
        .then();
  }

  private void claimed(Coins amount) {
    LOG.info("{} {}: claimed {} VRAM", role, uid, amount);
    services.events().publish(new NodeEvent.RewardClaimed(role, uid, amount));
  }

  private ChainCall call() {
    return switch (payee) {
      case Payee.Miner(var miner) -> new ChainCall.ClaimMiner(miner);
      case Payee.Validator(var validator) -> new ChainCall.ClaimValidator(validator);
      case Payee.Treasury() -> throw new IllegalStateException("refused by the factory");
    };
  }
}

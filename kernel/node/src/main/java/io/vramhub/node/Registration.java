package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Finds a key's record on the chain, or bonds a new one. A repeat after a lost reply registers
 * nothing twice.
 */
public final class Registration {
  private static final WindowId BEFORE_ANY_WINDOW = new WindowId(0);

  private final ChainAdapter chain;
  private final ChainFollower follower;

  /**
   * @param follower already caught up with the chain's head
   */
  public Registration(ChainAdapter chain, ChainFollower follower) {
    this.chain = chain;
    this.follower = follower;
  }

  /** The active miner this key owns; registered with the stake if there is none. */
  public Mono<MinerUid> miner(Signer owner, Coins stake, String label) {
    return Mono.defer(
        () ->
            follower
                .read(
                    state ->
                        state.miners().stream().filter(record -> owns(owner, record)).findFirst())
                .map(MinerRecord::uid)
                .map(Mono::just)
                .orElseGet(
                    () ->
                        register(
                                owner,
                                new ChainCall.RegisterMiner(stake, owner.address(), label),
                                "register-miner")
                            .flatMap(records -> first(records, ChainEvent.MinerRegistered.class))
                            .map(ChainEvent.MinerRegistered::miner)));
  }

  /** The active validator this key owns; registered with the stake if there is none. */
  public Mono<ValidatorUid> validator(Signer owner, Coins stake, String label) {
    return Mono.defer(
        () ->
            follower
                .read(
                    state ->
                        state.validators().stream()
                            .filter(record -> owns(owner, record))
                            .findFirst())
                .map(ValidatorRecord::uid)
                .map(Mono::just)
                .orElseGet(
                    () ->
                        register(
                                owner,
                                new ChainCall.RegisterValidator(stake, owner.address(), label),
                                "register-validator")
                            .flatMap(
                                records -> first(records, ChainEvent.ValidatorRegistered.class))
                            .map(ChainEvent.ValidatorRegistered::validator)));
  }

  private static boolean owns(Signer owner, MinerRecord record) {
    return record.owner().equals(owner.address()) && record.withdrawableAtMs().isEmpty();
  }

  private static boolean owns(Signer owner, ValidatorRecord record) {
    return record.owner().equals(owner.address()) && record.withdrawableAtMs().isEmpty();
  }

  private Mono<List<ChainRecord>> register(Signer owner, ChainCall call, String purpose) {
    return chain
        .submit(owner, call, new IdempotencyKey(owner.address(), BEFORE_ANY_WINDOW, purpose))
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed -> Mono.just(executed.records());
                  case Receipt.Aborted aborted ->
                      Mono.error(
                          new HubException(
                              ErrorCode.PREFLIGHT_FAILED,
                              "the chain refuses the registration of "
                                  + owner.address()
                                  + ": "
                                  + aborted.code()
                                  + ", "
                                  + aborted.message()));
                });
  }

  private static <E extends ChainEvent> Mono<E> first(List<ChainRecord> records, Class<E> kind) {
    Optional<E> found =
        records.stream()
            .map(ChainRecord::event)
            .filter(kind::isInstance)
            .map(kind::cast)
            .findFirst();
    return Mono.justOrEmpty(found)
        .switchIfEmpty(
            Mono.error(
                () ->
                    new HubException(
                        ErrorCode.CHAIN_CORRUPT,
                        "the chain's receipt names no " + kind.getSimpleName())));
  }
}

package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.Credential;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.MinerRecord.Credentials;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Where a validator finds a miner's payloads: in the miner's own storage, if it has published how
 * validators read that, otherwise in the storage of this node.
 *
 * <p>Opened credentials are kept for as long as the miner publishes no others, so that key servers
 * are asked once; a view of the storage lives for one use, so that it is always one of the plugin
 * that provides storage at the moment. Thread-safe.
 */
final class PeerStorage {
  private final RoleServices services;
  private final SealReader reader;
  private final Map<MinerUid, Opened> opened = new ConcurrentHashMap<>();

  private record Opened(long keyEpoch, Credential credential) {}

  PeerStorage(RoleServices services, SealReader reader) {
    this.services = services;
    this.reader = reader;
  }

  /** Lends the miner's storage to the work. Errors are those of sealer and storage. */
  <T> Mono<T> use(MinerUid miner, Function<StorageBackend, Mono<T>> work) {
    return Mono.defer(
        () ->
            published(miner)
                .map(credentials -> inPeers(miner, credentials, work))
                .orElseGet(() -> work.apply(services.storage())));
  }

  private Optional<Credentials> published(MinerUid miner) {
    return services.storage().traits().contains(StorageTrait.PEER)
        ? services.follower().read(state -> state.miner(miner).flatMap(MinerRecord::credentials))
        : Optional.empty();
  }

  private <T> Mono<T> inPeers(
      MinerUid miner, Credentials credentials, Function<StorageBackend, Mono<T>> work) {
    return credential(miner, credentials)
        .flatMap(
            credential ->
                Mono.usingWhen(services.storage().peer(credential), work, StorageBackend::close));
  }

  private Mono<Credential> credential(MinerUid miner, Credentials credentials) {
    return Mono.defer(
        () ->
            Optional.ofNullable(opened.get(miner))
                .filter(known -> known.keyEpoch() == credentials.keyEpoch())
                .map(known -> Mono.just(known.credential()))
                .orElseGet(() -> open(miner, credentials)));
  }

  private Mono<Credential> open(MinerUid miner, Credentials credentials) {
    SealPolicy policy =
        new SealPolicy.Credentials(
            services.follower().read(state -> state.network()), miner, credentials.keyEpoch());
    return services
        .sealer()
        .open(credentials.sealed(), policy, reader)
        .doOnNext(credential -> opened.put(miner, new Opened(credentials.keyEpoch(), credential)));
  }
}

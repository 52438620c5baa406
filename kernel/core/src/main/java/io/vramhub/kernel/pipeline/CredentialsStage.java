package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.kernel.DurableFiles;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.message.BcsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Publishes how validators read this miner's storage, sealed for them, and again under the next key
 * epoch when that has changed (protocol section 5). What was published last is remembered as a
 * digest, for a miner cannot open what it has sealed for validators.
 */
final class CredentialsStage {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.credentials");
  private static final String PURPOSE = "publish-credentials";
  private static final String FILE = "published-credentials.bin";

  private final MinerBench bench;
  private final RoleServices services;
  private final ChainCalls calls;
  private final Path file;

  /** What this node has published last: its key epoch, and the SHA-256 of the credential. */
  private record Published(long keyEpoch, Digest credential) {
    byte[] bytes() {
      return new BcsWriter().u64(keyEpoch).fixed(credential.array()).toByteArray();
    }
  }

  CredentialsStage(MinerBench bench) {
    this.bench = bench;
    this.services = bench.services();
    this.calls = new ChainCalls(services, Role.MINER, bench.miner().value());
    this.file = bench.directory().resolve(FILE);
  }

  /**
   * Publishes if validators cannot know yet. Never signals an error: the miner trains on, and tries
   * again in the next window.
   */
  Mono<Void> publish(WindowContext context) {
    return Mono.defer(
            () ->
                services.storage().traits().contains(StorageTrait.PEER)
                    ? services.storage().readCredential()
                    : Mono.<Credential>empty())
        .flatMap(credential -> publish(context, credential))
        .onErrorResume(
            failure -> {
              LOG.warn(
                  "Miner {}: the credentials of its storage are published another time.",
                  bench.miner(),
                  failure);
              return Mono.empty();
            });
  }

  private Mono<Void> publish(WindowContext context, Credential credential) {
    Digest digest = Digest.sha256(credential.secret().buffer());
    long newest = newestKeyEpoch();
    Published next = new Published(newest + 1, digest);
    return blocking(() -> isRemembered(new Published(newest, digest)))
        .filter(current -> !current)
        .flatMap(stale -> seal(context, credential, next.keyEpoch()))
        .flatMap(encrypted -> submit(context, next, encrypted));
  }

  /** The key epoch on the chain; 0 is before the first. */
  private long newestKeyEpoch() {
    return services
        .follower()
        .read(state -> state.miner(bench.miner()).flatMap(MinerRecord::credentials))
        .map(MinerRecord.Credentials::keyEpoch)
        .orElse(0L);
  }

  private Mono<SealedCredential> seal(WindowContext context, Credential credential, long keyEpoch) {
    SealPolicy policy = new SealPolicy.Credentials(context.network(), bench.miner(), keyEpoch);
    return services
        .backoff()
        .retry(
            services.sealer().seal(credential, policy),
            services.follower().time().until(context.commitDeadlineMs()));
  }

  private Mono<Void> submit(WindowContext context, Published next, SealedCredential sealed) {
    ChainCall call =
        new ChainCall.PublishCredentials(bench.miner(), next.keyEpoch(), sealed.bytes());
    return calls
        .submit(context.window(), PURPOSE + "-" + next.keyEpoch(), call, context.commitDeadlineMs())
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed _ -> blocking(() -> remember(next)).then();
                  case Receipt.Aborted(var code, var message) ->
                      Mono.error(ChainCalls.refused(PURPOSE, code, message));
                });
  }

  private boolean isRemembered(Published published) throws IOException {
    return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), published.bytes());
  }

  private Published remember(Published published) throws IOException {
    DurableFiles.write(file, published.bytes());
    LOG.info(
        "Miner {}: published the credentials of its storage, key epoch {}.",
        bench.miner(),
        published.keyEpoch());
    return published;
  }

  private <T> Mono<T> blocking(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(services.blocking());
  }
}

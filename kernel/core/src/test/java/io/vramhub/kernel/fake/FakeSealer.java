package io.vramhub.kernel.fake;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Keeps credentials in memory and opens them by the phases of a fake chain. */
public final class FakeSealer implements CredentialSealer {
  private final FakeChain chain;
  private final Map<Bytes, Entry> sealed = new HashMap<>();

  private record Entry(Credential credential, SealPolicy policy) {}

  public FakeSealer(FakeChain chain) {
    this.chain = chain;
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return Mono.fromSupplier(
        () -> {
          Bytes handle = new Bytes(Digest.sha256(credential.secret().array()).array());
          sealed.put(handle, new Entry(credential, policy));
          return new SealedCredential(handle);
        });
  }

  @Override
  public Mono<Credential> open(SealedCredential box, SealPolicy policy, SealReader reader) {
    return Mono.fromCallable(
        () -> {
          Entry entry = sealed.get(box.bytes());
          if (entry == null || !entry.policy().equals(policy)) {
            throw new HubException(ErrorCode.MESSAGE_INVALID, "not sealed under this policy");
          }
          SealPolicy.Gradient gradient = (SealPolicy.Gradient) policy;
          var window = chain.state().window(gradient.window()).orElseThrow();
          boolean admitted =
              switch (reader) {
                case SealReader.Anyone() -> window.result().isPresent();
                case SealReader.Validator validator -> window.scoring().isPresent();
              };
          if (!admitted) {
            throw new HubException(ErrorCode.ACCESS_DENIED, "not yet");
          }
          return entry.credential();
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}

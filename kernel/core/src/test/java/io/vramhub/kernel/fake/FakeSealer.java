package io.vramhub.kernel.fake;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.protocol.seal.SealApproval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Keeps credentials in memory and opens them by the rules over a fake chain. */
public final class FakeSealer implements CredentialSealer {
  private static final Address NOBODY = new Address(Digest.ZERO);

  private final FakeChain chain;
  private final List<SealPolicy> opened = new ArrayList<>();
  private final Map<Bytes, Entry> sealed = new HashMap<>();

  private record Entry(Credential credential, SealPolicy policy) {}

  public FakeSealer(FakeChain chain) {
    this.chain = chain;
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return Mono.fromSupplier(
        () -> {
          Bytes handle =
              new Bytes(
                  Digest.sha256(credential.secret().array(), policy.identity().array()).array());
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
          Optional<SealApproval.Refusal> refusal =
              switch (reader) {
                case SealReader.Anyone() -> refusal(policy, NOBODY, 0);
                case SealReader.Validator(var uid, var signer) ->
                    refusal(policy, signer.address(), uid.value());
              };
          if (refusal.isPresent()) {
            throw new HubException(ErrorCode.ACCESS_DENIED, refusal.get().reason());
          }
          opened.add(policy);
          return entry.credential();
        });
  }

  private Optional<SealApproval.Refusal> refusal(SealPolicy policy, Address sender, long uid) {
    return SealApproval.refusal(chain.state(), chain.timeMs(), policy, sender, uid);
  }

  /** How often something under the policy was opened. */
  public long openings(SealPolicy policy) {
    return opened.stream().filter(policy::equals).count();
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}

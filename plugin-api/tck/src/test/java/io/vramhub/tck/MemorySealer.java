package io.vramhub.tck;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/**
 * A sealer that keeps the secrets itself and hands out tickets; it keeps the contract, or breaks it
 * in one way. One reader is admitted.
 */
final class MemorySealer implements CredentialSealer {
  static final SealReader.Validator ADMITTED =
      new SealReader.Validator(new ValidatorUid(1), new TestSigner("admitted"));

  private final Map<Bytes, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicLong tickets = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final SealerFault fault;

  private record Kept(Credential credential, SealPolicy policy) {}

  MemorySealer(SealerFault fault) {
    this.fault = fault;
  }

  private boolean has(SealerFault other) {
    return fault == other;
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return Refusals.whileOpen(closed, Mono.fromSupplier(() -> sealed(credential, policy)));
  }

  private SealedCredential sealed(Credential credential, SealPolicy policy) {
    Bytes ticket =
        has(SealerFault.DOES_NOT_SEAL)
            ? credential.secret()
            : new Bytes(
                Digest.sha256(ByteBuffer.allocate(8).putLong(tickets.incrementAndGet()).array())
                    .array());
    kept.put(ticket, new Kept(credential, policy));
    return new SealedCredential(ticket);
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    return Refusals.whileOpen(closed, Mono.fromSupplier(() -> opened(sealed, policy, reader)));
  }

  private Credential opened(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    Optional<Kept> found = Optional.ofNullable(kept.get(sealed.bytes()));
    if (found.isEmpty() && has(SealerFault.IGNORES_CHANGES)) {
      return kept.values().iterator().next().credential();
    }
    Kept entry =
        found
            .filter(each -> has(SealerFault.IGNORES_THE_POLICY) || each.policy().equals(policy))
            .orElseThrow(() -> new HubException(ErrorCode.MESSAGE_INVALID, "not sealed here"));
    boolean admitted =
        switch (reader) {
          case SealReader.Anyone() -> has(SealerFault.OPENS_TO_ANYONE);
          case SealReader.Validator(var uid, var signer) ->
              uid.equals(ADMITTED.uid())
                  && (has(SealerFault.BELIEVES_A_UID)
                      || signer.publicKey().equals(ADMITTED.signer().publicKey()));
        };
    if (!admitted) {
      throw new HubException(ErrorCode.ACCESS_DENIED, "not for you");
    }
    return has(SealerFault.LOSES_LONG_SECRETS) && entry.credential().secret().length() > 32
        ? new Credential(Bytes.EMPTY)
        : entry.credential();
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }
}

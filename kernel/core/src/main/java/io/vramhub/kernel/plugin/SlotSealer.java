package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import reactor.core.publisher.Mono;

/** The sealer of a node, whichever plugin provides it at the moment. */
record SlotSealer(HostSlot<CredentialSealer> slot) implements CredentialSealer {
  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return slot.call("seal", sealer -> sealer.seal(credential, policy));
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    return slot.call("open", sealer -> sealer.open(sealed, policy, reader));
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import reactor.core.publisher.Mono;

/** The sealer over any access to a local ledger. */
final class LocalSealer implements CredentialSealer {
  private final LedgerAccess access;
  private final ServiceLife life;

  LocalSealer(LedgerAccess access) {
    this.access = access;
    this.life = new ServiceLife("the sealer was closed", access.close());
  }

  @Override
  public Mono<Void> ready() {
    return life.whileOpen(access.head()).then();
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return life.whileOpen(access.seal(credential, policy));
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader) {
    return life.whileOpen(
        proof(sealed, reader).flatMap(proof -> access.open(sealed, policy, proof)));
  }

  private Mono<AccessProof> proof(SealedCredential sealed, SealReader reader) {
    return switch (reader) {
      case SealReader.Anyone() -> Mono.just(new AccessProof.Anyone());
      case SealReader.Validator(var uid, var signer) ->
          access
              .head()
              .map(
                  head ->
                      new AccessProof.Holder(
                          uid,
                          signer.publicKey(),
                          head.timeMs(),
                          signer.sign(SealWire.proofMessage(sealed, head.timeMs()))));
    };
  }

  @Override
  public Mono<Void> close() {
    return life.close();
  }
}

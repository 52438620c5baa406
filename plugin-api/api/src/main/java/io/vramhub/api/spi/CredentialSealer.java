package io.vramhub.api.spi;

import io.vramhub.api.model.Credential;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import reactor.core.publisher.Mono;

/** Seals secrets under a policy that the chain's state decides (protocol section 5). */
public interface CredentialSealer extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<CredentialSealer> {}

  /** Anyone may seal for a policy. */
  Mono<SealedCredential> seal(Credential credential, SealPolicy policy);

  /**
   * Opens it if the policy admits the reader at this moment. {@code ACCESS_DENIED}: not this reader
   * or not yet; {@code MESSAGE_INVALID}: not sealed under this policy; {@code CHAIN_UNAVAILABLE}:
   * cannot know, try again.
   */
  Mono<Credential> open(SealedCredential sealed, SealPolicy policy, SealReader reader);
}

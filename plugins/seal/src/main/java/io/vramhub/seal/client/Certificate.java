package io.vramhub.seal.client;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import io.vramhub.seal.wire.Session;
import io.vramhub.seal.wire.SuiSignature;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A session that its user has signed.
 *
 * @param user in whose name keys are asked for
 * @param key signs the requests; the session names its public half
 */
record Certificate(Address user, Session session, Signer key, SuiSignature signature) {
  private static final int MINUTES = 10;

  /** A key server whose clock is this much behind must not think that it is made in the future. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  static Certificate of(Signer user, Digest packageId, Instant now, SecureRandom random) {
    ThrowawayKey key = new ThrowawayKey(random);
    Instant created = now.minus(SLACK).truncatedTo(ChronoUnit.MILLIS);
    Session session = new Session(packageId, created, MINUTES, key.publicKey());
    return new Certificate(
        user.address(), session, key, SuiSignature.sign(user, session.personalMessage()));
  }

  /** Whether a request may still be made with it, by a clock that may be ahead of ours. */
  boolean isOfUse(Instant now) {
    return now.plus(SLACK).isBefore(session.ends());
  }
}

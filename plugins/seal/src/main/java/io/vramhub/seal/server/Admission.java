package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.seal.wire.Ed25519;
import io.vramhub.seal.wire.Session;
import io.vramhub.seal.wire.SuiSignature;
import java.time.Instant;

/** Who asks: whether the user has opened this session, and the session has made this request. */
final class Admission {
  private final int longestMinutes;

  Admission(int longestMinutes) {
    this.longestMinutes = longestMinutes;
  }

  /** Demands that everything signed was signed, for this package, and is in time. */
  void demand(FetchKeyRequest request, Digest packageId, Instant now) {
    request
        .certificate()
        .packageName()
        .ifPresent(
            name -> {
              throw new DeniedException(
                  Denial.INVALID_MVR_NAME,
                  "this server resolves no names; make the session for the package's id");
            });
    Session session = request.session(packageId);
    demandTime(session, now);
    demandUser(request, session);
    if (!Ed25519.verifies(session.key(), request.signed(), request.signature())) {
      throw new DeniedException(
          Denial.INVALID_SESSION_SIGNATURE, "it is not the session key's over this request");
    }
  }

  private void demandTime(Session session, Instant now) {
    if (session.minutes() < 1 || session.minutes() > longestMinutes) {
      throw new DeniedException(
          Denial.INVALID_CERTIFICATE, "a session lasts from 1 to " + longestMinutes + " minutes");
    }
    if (session.created().isAfter(now)) {
      throw new DeniedException(
          Denial.INVALID_CERTIFICATE,
          "the session begins at " + session.created() + ", and here it is " + now);
    }
    if (!now.isBefore(session.ends())) {
      throw new DeniedException(
          Denial.INVALID_CERTIFICATE,
          "the session was over at " + session.ends() + ", and here it is " + now);
    }
  }

  private static void demandUser(FetchKeyRequest request, Session session) {
    SuiSignature signature;
    try {
      signature = SuiSignature.decode(request.certificate().signature().array());
    } catch (HubException e) {
      throw new DeniedException(Denial.INVALID_SIGNATURE, e);
    }
    if (!signature.isOf(request.certificate().user(), session.personalMessage())) {
      throw new DeniedException(Denial.INVALID_SIGNATURE, "it is not the user's over this session");
    }
  }
}

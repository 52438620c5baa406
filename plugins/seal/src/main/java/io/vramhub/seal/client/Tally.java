package io.vramhub.seal.client;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.seal.scheme.EncryptedObject;
import io.vramhub.seal.scheme.UserKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The answers so far to the question for one object's keys. */
record Tally(EncryptedObject object, List<Answer> answers) {
  Tally with(Answer answer) {
    List<Answer> more = new ArrayList<>(answers);
    more.add(answer);
    return new Tally(object, List.copyOf(more));
  }

  /** Whether the shares of the servers that granted their key are enough. */
  boolean isEnough() {
    return shares(Answer.Granted.class) >= object.threshold();
  }

  /** Whether nothing that is still to come matters: it opens, or it must not be opened. */
  boolean isDecided() {
    return isEnough() || isDenied();
  }

  /** Whether so many servers deny their keys that the others cannot make up for it. */
  private boolean isDenied() {
    return object.shares().size() - shares(Answer.Denied.class) < object.threshold();
  }

  Map<Digest, UserKey> keys() {
    return answers.stream()
        .filter(Answer.Granted.class::isInstance)
        .map(Answer.Granted.class::cast)
        .collect(Collectors.toMap(granted -> granted.server().id(), Answer.Granted::key));
  }

  /**
   * Why it does not open: {@code ACCESS_DENIED} if so many servers say so that the others cannot
   * change it, else {@code CHAIN_UNAVAILABLE}.
   */
  HubException refusal() {
    String reasons =
        answers.stream()
            .map(
                answer ->
                    switch (answer) {
                      case Answer.Granted(var server, var _) -> server + " grants its key";
                      case Answer.Denied(var server, var reason) -> server + " denies: " + reason;
                      case Answer.Failed(var server, var reason) -> server + " fails: " + reason;
                    })
            .collect(Collectors.joining("; "));
    return isDenied()
        ? new HubException(
            ErrorCode.ACCESS_DENIED, "the key servers do not let this reader open it: " + reasons)
        : new HubException(
            ErrorCode.CHAIN_UNAVAILABLE,
            "fewer key servers answered than the "
                + object.threshold()
                + " shares it takes: "
                + reasons
                + ". It is tried again; see that the failing servers run.");
  }

  /** How many shares the servers with such an answer hold. */
  private int shares(Class<? extends Answer> kind) {
    return Math.toIntExact(
        answers.stream()
            .filter(kind::isInstance)
            .mapToLong(
                answer ->
                    object.shares().stream()
                        .filter(share -> share.server().equals(answer.server().id()))
                        .count())
            .sum());
  }
}

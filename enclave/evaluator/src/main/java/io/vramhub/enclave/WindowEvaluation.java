package io.vramhub.enclave;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.message.EvaluationMessage;
import io.vramhub.protocol.message.ScoreMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the bytes of a request to a signed report (protocol section 6). What the report binds is
 * either computed in here (entries, base root) or copied from the request for the chain to compare.
 *
 * <p>Not thread-safe: the caller holds the permit for the one evaluation that runs.
 */
final class WindowEvaluation {
  private static final Logger LOG = LoggerFactory.getLogger(WindowEvaluation.class);

  private static final Set<ErrorCode> HOST_FAULTS =
      Set.of(ErrorCode.ENCLAVE_REFUSED, ErrorCode.CHECKPOINT_INVALID, ErrorCode.NOT_SUPPORTED);

  private final EnclaveKey key;
  private final CheckpointStore checkpoints;
  private final Scorer scorer;
  private final InstantSource clock;
  private final SigningGuard guard = new SigningGuard();

  WindowEvaluation(
      EnclaveKey key, CheckpointStore checkpoints, Scorer scorer, InstantSource clock) {
    this.key = key;
    this.checkpoints = checkpoints;
    this.scorer = scorer;
    this.clock = clock;
  }

  /** The encoded {@link SignedScoreReport} for an encoded {@link EvaluationRequest}. */
  byte[] evaluate(byte[] message) throws RefusedRequestException {
    EvaluationRequest request = decode(message);
    Digest digest = Digest.sha256(message);
    Optional<SignedScoreReport> earlier = guard.check(request, digest);
    if (earlier.isPresent()) {
      return EvaluationMessage.encodeScores(earlier.get());
    }
    long start = System.nanoTime();
    ScoreReport report =
        new ScoreReport(
            request.network(),
            request.validator(),
            request.enclaveEpoch(),
            request.window(),
            StrictEvaluator.NAME,
            request.baseRoot(),
            request.parameters().data().root(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            entries(request));
    long timestampMs = clock.millis();
    SignedScoreReport scores =
        new SignedScoreReport(
            report, timestampMs, key.sign(ScoreMessage.intentBytes(report, timestampMs)));
    guard.remember(request, digest, scores);
    LOG.info(
        "Signed window {} for validator {}: {} gradients in {} ms",
        request.window(),
        request.validator(),
        report.entries().size(),
        (System.nanoTime() - start) / 1_000_000);
    return EvaluationMessage.encodeScores(scores);
  }

  private static EvaluationRequest decode(byte[] message) throws RefusedRequestException {
    try {
      return EvaluationMessage.decode(message);
    } catch (HubException e) {
      throw refused(RefusedRequestException.BAD_REQUEST, e);
    }
  }

  private List<ScoreEntry> entries(EvaluationRequest request) throws RefusedRequestException {
    try {
      return checkpoints.use(request.baseRoot(), file -> scorer.score(request, file));
    } catch (HubException e) {
      // The host's fault is the host's to read; anything else is the enclave's own failure.
      if (HOST_FAULTS.contains(e.code())) {
        throw refused(RefusedRequestException.UNPROCESSABLE, e);
      }
      throw e;
    }
  }

  private static RefusedRequestException refused(int status, HubException cause) {
    RefusedRequestException refused =
        new RefusedRequestException(status, String.valueOf(cause.getMessage()));
    refused.initCause(cause);
    return refused;
  }
}

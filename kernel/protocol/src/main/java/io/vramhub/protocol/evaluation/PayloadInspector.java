package io.vramhub.protocol.evaluation;

import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.Verdict;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.PayloadHeader;
import java.util.Optional;

/**
 * The checks of one committed gradient that need no other (protocol section 6), in this order; the
 * first that fails is the verdict:
 *
 * <ol>
 *   <li>{@code MISSING}: nothing is stored under the reference;
 *   <li>{@code HASH_MISMATCH}: the stored bytes are not the committed ones;
 *   <li>{@code MALFORMED}: they are no envelope, or longer than any;
 *   <li>{@code WRONG_OWNER}, {@code WRONG_BASE}: the envelope is sealed for another network or
 *       miner, or another window;
 *   <li>{@code MALFORMED}: it does not open with its data key, or has none;
 *   <li>{@code MALFORMED}, {@code WRONG_BASE}, {@code OUT_OF_BOUNDS}: what {@link
 *       GradientPayload#read} says of the payload;
 *   <li>{@code WRONG_OWNER}, {@code WRONG_BASE}: its header is not the one expected.
 * </ol>
 *
 * <p>Pure; any number of threads may share one.
 */
public final class PayloadInspector {
  /** What the checks say. */
  public sealed interface Inspection {
    /** The payload passed every check that needs no other payload. */
    record Valid(GradientPayload payload) implements Inspection {}

    /** It did not; {@code reason} says why, in words for the miner. */
    record Invalid(Verdict verdict, String reason) implements Inspection {}
  }

  private final EvaluationRequest request;
  private final Digest schema;

  public PayloadInspector(EvaluationRequest request) {
    this.request = request;
    schema = ModelSchema.hash(request.parameters().model().spec());
  }

  /** Checks one candidate of the request. */
  public Inspection inspect(EvaluationRequest.Candidate candidate) {
    if (candidate.stored().isEmpty()) {
      return new Inspection.Invalid(
          Verdict.MISSING, "nothing is stored under the committed reference");
    }
    byte[] stored = candidate.stored().get().array();
    Digest found = Digest.sha256(stored);
    if (!found.equals(candidate.contentHash())) {
      return new Inspection.Invalid(
          Verdict.HASH_MISMATCH,
          "the stored bytes hash to " + found + ", not to " + candidate.contentHash());
    }
    try {
      GradientPayload payload =
          GradientPayload.read(open(candidate, stored), request.parameters().model());
      PayloadHeader expected = expectedHeader(candidate);
      Optional<Verdict> verdict = payload.verify(expected);
      return verdict.isEmpty()
          ? new Inspection.Valid(payload)
          : new Inspection.Invalid(
              verdict.get(), "the header is " + payload.header() + ", not " + expected);
    } catch (PayloadException e) {
      return new Inspection.Invalid(e.verdict(), e.reason());
    }
  }

  private byte[] open(EvaluationRequest.Candidate candidate, byte[] stored)
      throws PayloadException {
    long bound = PayloadEnvelope.maximumBytes(request.parameters().model());
    if (stored.length > bound) {
      throw new PayloadException(
          Verdict.MALFORMED,
          "the envelope has " + stored.length + " bytes, no envelope has more than " + bound);
    }
    PayloadEnvelope envelope = PayloadEnvelope.parse(stored);
    SealPolicy.Gradient policy = envelope.policy();
    if (!policy.network().equals(request.network()) || !policy.miner().equals(candidate.miner())) {
      throw new PayloadException(
          Verdict.WRONG_OWNER,
          "the envelope is sealed for miner " + policy.miner() + " of " + policy.network());
    }
    if (!policy.window().equals(request.window())) {
      throw new PayloadException(
          Verdict.WRONG_BASE, "the envelope is sealed for window " + policy.window());
    }
    Optional<Credential> dataKey = candidate.dataKey();
    if (dataKey.isEmpty()) {
      throw new PayloadException(
          Verdict.MALFORMED, "the sealer refused to open the envelope's data key");
    }
    return envelope.open(dataKey.get());
  }

  private PayloadHeader expectedHeader(EvaluationRequest.Candidate candidate) {
    NetworkParameters.Model model = request.parameters().model();
    long[] pages =
        PageAssignment.assigned(
            request.network(), request.parameters(), request.assignmentSeed(), candidate.slot());
    return new PayloadHeader(
        request.network(),
        request.window(),
        candidate.miner(),
        request.baseRoot(),
        schema,
        model.codec(),
        model.topk(),
        PageAssignment.digest(pages));
  }
}

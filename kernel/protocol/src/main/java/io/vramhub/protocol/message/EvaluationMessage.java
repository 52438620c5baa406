package io.vramhub.protocol.message;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.SignedScoreReport;

/**
 * What the host and the enclave send each other (protocol section 6). The base parameters are not
 * part of the request: they travel as a stream of their own, checked against {@code baseRoot}.
 */
public final class EvaluationMessage {
  private static final String REQUEST = "vramhub/evaluation/1";
  private static final String SCORES = "vramhub/scores/1";

  /** Deepest Merkle path: a tree over 2^63 pages. */
  private static final int MAXIMUM_PATH = 63;

  private EvaluationMessage() {}

  public static byte[] encode(EvaluationRequest request) {
    BcsWriter writer = new BcsWriter().string(REQUEST);
    Wire.network(writer, request.network());
    ParametersMessage.write(writer, request.parameters());
    Wire.validator(writer, request.validator());
    writer.u64(request.enclaveEpoch());
    Wire.window(writer, request.window());
    Wire.digest(writer, request.baseRoot());
    Wire.digest(writer, request.assignmentSeed());
    Wire.digest(writer, request.evaluationSeed());
    writer
        .vector(request.heldout(), EvaluationMessage::page)
        .vector(request.candidates(), EvaluationMessage::candidate);
    return writer.toByteArray();
  }

  /** Reads what {@link #encode} gives; anything else is {@code MESSAGE_INVALID}. */
  public static EvaluationRequest decode(byte[] bytes) {
    return BcsReader.message(
        "evaluation request",
        bytes,
        reader -> {
          demand(reader, REQUEST);
          return new EvaluationRequest(
              Wire.network(reader),
              ParametersMessage.read(reader),
              Wire.validator(reader),
              reader.u64(),
              Wire.window(reader),
              Wire.digest(reader),
              Wire.digest(reader),
              Wire.digest(reader),
              reader.vector(EvaluationMessage::page),
              reader.vector(EvaluationMessage::candidate));
        });
  }

  public static byte[] encodeScores(SignedScoreReport scores) {
    BcsWriter writer = new BcsWriter().string(SCORES);
    ScoreMessage.writeSigned(writer, scores);
    return writer.toByteArray();
  }

  /** Reads what {@link #encodeScores} gives; anything else is {@code MESSAGE_INVALID}. */
  public static SignedScoreReport decodeScores(byte[] bytes) {
    return BcsReader.message(
        "signed scores",
        bytes,
        reader -> {
          demand(reader, SCORES);
          return ScoreMessage.readSigned(reader);
        });
  }

  private static void demand(BcsReader reader, String format) {
    if (!reader.string().equals(format)) {
      throw reader.invalid("it is not in the format " + format);
    }
  }

  private static void page(BcsWriter writer, ProvenPage page) {
    writer.u64(page.index()).bytes(page.tokens().array()).vector(page.path(), Wire::digest);
  }

  private static ProvenPage page(BcsReader reader) {
    return new ProvenPage(
        reader.u64(), new Bytes(reader.bytes()), reader.vector(MAXIMUM_PATH, Wire::digest));
  }

  private static void candidate(BcsWriter writer, EvaluationRequest.Candidate candidate) {
    Wire.miner(writer, candidate.miner());
    writer.u32(candidate.slot()).u32(candidate.order());
    Wire.digest(writer, candidate.contentHash());
    writer
        .option(candidate.stored(), (out, stored) -> out.bytes(stored.array()))
        .option(candidate.dataKey(), (out, key) -> out.bytes(key.secret().array()))
        .vector(candidate.assigned(), EvaluationMessage::page);
  }

  private static EvaluationRequest.Candidate candidate(BcsReader reader) {
    return new EvaluationRequest.Candidate(
        Wire.miner(reader),
        reader.i32(),
        reader.i32(),
        Wire.digest(reader),
        reader.option(each -> new Bytes(each.bytes())),
        reader.option(each -> new Credential(new Bytes(each.bytes()))),
        reader.vector(EvaluationMessage::page));
  }
}

package io.vramhub.protocol.evaluation;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.EncodedGradient;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadHeader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One window of a tiny network, with everything a host hands to its enclave. */
final class ScoringScenario {
  static final ModelSpec SPEC = new ModelSpec(16, 1, 8, 2, 1, 12, 8, 10_000, 10_000, true);
  static final NetworkId NETWORK = new NetworkId(digest("network"));
  static final WindowId WINDOW = new WindowId(7);
  static final Digest BASE_ROOT = digest("base");
  static final Digest ASSIGNMENT_SEED = digest("assignment");
  static final Digest EVALUATION_SEED = digest("evaluation");

  private static final int PAGES = 50;
  private static final int PAGE_TOKENS = 9;
  private static final PageTree TREE = PageTree.build(PAGES, ScoringScenario::pageBytes);

  static final NetworkParameters PARAMETERS = parameters(500_000_000, StrictEvaluator.NAME);

  private ScoringScenario() {}

  static NetworkParameters parameters(long evaluationRateNanos, String evaluator) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(0, 15_000, 10_500, 3_000),
        new NetworkParameters.Model(
            SPEC,
            GradientCodec.TOPK_Q2,
            32,
            2,
            3,
            950_000_000,
            evaluationRateNanos,
            1_000_000_000,
            15,
            500_000_000,
            4),
        new NetworkParameters.Data(
            TREE.root(), 2, PAGE_TOKENS, new PageRange(0, 40), new PageRange(40, 10), 3, 2),
        new NetworkParameters.Scoring(
            evaluator, 3, 2, 9, 900_000_000, -250_000_000, NanoNats.ZERO, 11),
        new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 86_400_000),
        new NetworkParameters.Reward(4_000, 3_500, 2_500, new Address(digest("treasury"))));
  }

  static EvaluationRequest request(Candidate... candidates) {
    return request(PARAMETERS, candidates);
  }

  /** A request of the candidates, put into the order of their uids. */
  static EvaluationRequest request(NetworkParameters parameters, Candidate... candidates) {
    return request(
        parameters,
        proven(PageAssignment.heldoutEvaluation(NETWORK, parameters, EVALUATION_SEED)),
        Stream.of(candidates).sorted(Comparator.comparing(Candidate::miner)).toList());
  }

  static EvaluationRequest request(
      NetworkParameters parameters, List<ProvenPage> heldout, List<Candidate> candidates) {
    return new EvaluationRequest(
        NETWORK,
        parameters,
        new ValidatorUid(1),
        2,
        WINDOW,
        BASE_ROOT,
        ASSIGNMENT_SEED,
        EVALUATION_SEED,
        heldout,
        candidates);
  }

  /** An honest candidate: miner {@code uid} in slot {@code uid - 1}. */
  static Candidate candidate(int uid, int order, long gradientSeed) {
    return candidate(uid, order, sealed(uid, header(uid), gradient(gradientSeed)));
  }

  /** A candidate that stored these bytes and committed to them. */
  static Candidate candidate(int uid, int order, byte[] stored) {
    return new Candidate(
        new MinerUid(uid),
        uid - 1,
        order,
        Digest.sha256(stored),
        Optional.of(new Bytes(stored)),
        Optional.of(dataKey(uid)),
        proven(
            PageAssignment.assignedEvaluation(
                NETWORK, PARAMETERS, ASSIGNMENT_SEED, EVALUATION_SEED, uid - 1)));
  }

  static byte[] sealed(int uid, PayloadHeader header, EncodedGradient gradient) {
    return sealed(
        new SealPolicy.Gradient(NETWORK, WINDOW, new MinerUid(uid)),
        uid,
        GradientPayload.write(header, gradient));
  }

  static byte[] sealed(SealPolicy.Gradient policy, int keyOf, byte[] payload) {
    return PayloadEnvelope.seal(
        payload,
        policy,
        dataKey(keyOf),
        new byte[PayloadEnvelope.NONCE_BYTES],
        new SealedCredential(new Bytes(new byte[] {1, 2, 3})));
  }

  static Credential dataKey(int uid) {
    return new Credential(digest("key of " + uid).bytes());
  }

  static PayloadHeader header(int uid) {
    return new PayloadHeader(
        NETWORK,
        WINDOW,
        new MinerUid(uid),
        BASE_ROOT,
        ModelSchema.hash(SPEC),
        GradientCodec.TOPK_Q2,
        32,
        PageAssignment.digest(
            PageAssignment.assigned(NETWORK, PARAMETERS, ASSIGNMENT_SEED, uid - 1)));
  }

  static EncodedGradient gradient(long seed) {
    Random random = new Random(seed);
    float[] residual = new float[(int) SPEC.parameters()];
    for (int i = 0; i < residual.length; i++) {
      residual[i] = (float) (random.nextGaussian() / 10);
    }
    return GradientCodec.of(PARAMETERS.model()).encode(MemorySegment.ofArray(residual));
  }

  static List<ProvenPage> proven(long[] pages) {
    return LongStream.of(pages).mapToObj(ScoringScenario::proven).toList();
  }

  static ProvenPage proven(long page) {
    return new ProvenPage(page, new Bytes(pageBytes(page)), TREE.path(page));
  }

  private static byte[] pageBytes(long page) {
    byte[] bytes = new byte[PAGE_TOKENS * 2];
    Random random = new Random(page);
    for (int i = 0; i < bytes.length; i += 2) {
      bytes[i] = (byte) random.nextInt(SPEC.vocabulary());
    }
    return bytes;
  }

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}

package io.vramhub.tck;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import java.util.Arrays;
import java.util.List;

/** Requests to an evaluator, on a network with a model of a few hundred parameters. */
public final class EvaluationRequests {
  public static final NetworkId NETWORK = new NetworkId(Digest.sha256(new byte[] {1}));
  public static final ModelSpec SPEC = new ModelSpec(32, 1, 8, 2, 1, 16, 16, 10_000, 10_000, false);

  private EvaluationRequests() {}

  /** The network's parameters for a dataset and an evaluator. */
  public static NetworkParameters parameters(Digest datasetRoot, String evaluator) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(0, 15_000, 10_500, 1_000),
        new NetworkParameters.Model(
            SPEC,
            "topk-q2/1",
            32,
            4,
            2,
            950_000_000,
            1_000_000_000,
            1_000_000_000,
            15,
            200_000_000,
            4),
        new NetworkParameters.Data(
            datasetRoot, 2, 16, new PageRange(0, 56), new PageRange(56, 8), 4, 4),
        new NetworkParameters.Scoring(evaluator, 3, 2, 3, 900_000_000, 0, new NanoNats(0), 4),
        new NetworkParameters.Stake(new Coins(1), new Coins(10), 60_000),
        new NetworkParameters.Reward(8_000, 2_000, 0, new Address(Digest.ZERO)));
  }

  /** A request with neither pages nor candidates. */
  public static EvaluationRequest of(int validator, long window, Digest baseRoot) {
    return of(
        validator,
        window,
        baseRoot,
        parameters(Digest.sha256(new byte[] {2}), StrictEvaluator.NAME),
        List.of(),
        List.of());
  }

  /** A request of epoch 1, whose seeds are always the same. */
  public static EvaluationRequest of(
      int validator,
      long window,
      Digest baseRoot,
      NetworkParameters parameters,
      List<ProvenPage> heldout,
      List<Candidate> candidates) {
    return new EvaluationRequest(
        NETWORK,
        parameters,
        new ValidatorUid(validator),
        1,
        new WindowId(window),
        baseRoot,
        Digest.sha256(new byte[] {3}),
        Digest.sha256(new byte[] {4}),
        heldout,
        candidates);
  }

  /** So many bytes of one value. */
  public static Bytes filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return new Bytes(bytes);
  }
}

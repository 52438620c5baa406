package io.vramhub.evaluator.enclave;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.List;

/** Requests without candidates on a small network. */
final class Requests {
  static final NetworkId NETWORK = new NetworkId(Digest.sha256(new byte[] {1}));
  static final ModelSpec SPEC = new ModelSpec(32, 1, 8, 2, 1, 16, 16, 10_000, 10_000, false);
  static final Digest EVALUATION_SEED = Digest.sha256(new byte[] {3});
  static final int PAGES = 64;

  private Requests() {}

  static EvaluationRequest of(
      WindowId window, Digest baseRoot, NetworkParameters parameters, List<ProvenPage> heldout) {
    return new EvaluationRequest(
        NETWORK,
        parameters,
        new ValidatorUid(2),
        3,
        window,
        baseRoot,
        Digest.sha256(new byte[] {2}),
        EVALUATION_SEED,
        heldout,
        List.of());
  }

  static NetworkParameters parameters(Digest datasetRoot) {
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
        new NetworkParameters.Scoring("strict-f32/1", 3, 2, 3, 900_000_000, 0, new NanoNats(0), 4),
        new NetworkParameters.Stake(new Coins(1), new Coins(10), 60_000),
        new NetworkParameters.Reward(8_000, 2_000, 0, new Address(Digest.ZERO)));
  }
}

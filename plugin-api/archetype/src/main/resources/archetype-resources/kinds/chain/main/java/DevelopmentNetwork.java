package ${package};

import io.vramhub.api.model.Address;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.WindowId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The first event of the chain: a small network that nobody governs and no enclave may join. */
final class DevelopmentNetwork {
  static final NetworkId ID =
      new NetworkId(Digest.sha256("${artifactId}".getBytes(StandardCharsets.UTF_8)));

  private static final Address NOBODY = new Address(Digest.ZERO);
  private static final long WINDOW_MS = 15_000;
  private static final int WHOLE_BASIS_POINTS = 10_000;

  private DevelopmentNetwork() {}

  static ChainEvent created() {
    return new ChainEvent.NetworkCreated(
        ID,
        new NetworkParameters(
            new NetworkParameters.Schedule(0, WINDOW_MS, 10_000, 1_000),
            new NetworkParameters.Model(
                new ModelSpec(256, 1, 8, 2, 2, 8, 16, 10_000, 1_000, false),
                "topk-q2/1",
                32,
                1,
                1,
                999_000_000,
                100_000_000,
                100_000_000,
                4,
                500_000_000,
                1),
            new NetworkParameters.Data(
                Digest.ZERO, 1, 128, new PageRange(0, 95), new PageRange(95, 5), 1, 1),
            new NetworkParameters.Scoring(
                "strict-f32/1", 1, 1, 1, 900_000_000, 0, NanoNats.ZERO, 3),
            new NetworkParameters.Stake(Coins.ZERO, Coins.ZERO, 0),
            new NetworkParameters.Reward(WHOLE_BASIS_POINTS, 0, 0, NOBODY)),
        new AttestationPolicy(EnclaveKind.SOFTWARE, Bytes.EMPTY, List.of()),
        NOBODY,
        new CheckpointRef(new WindowId(0), Digest.ZERO));
  }
}

package io.vramhub.node.settings;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.DatasetManifest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import java.time.Duration;

/**
 * The rules of a network to be, before its dataset, genesis time and treasury are known. Read from
 * the {@code network} subtree of a configuration; the defaults are the devnet's.
 */
public record NetworkTemplate(
    Duration window,
    Duration commitDeadline,
    Duration anchorGrace,
    NetworkParameters.Model model,
    int heldoutEvaluationPages,
    int assignedEvaluationPages,
    NetworkParameters.Scoring scoring,
    NetworkParameters.Stake stake,
    int minersBasisPoints,
    int validatorsBasisPoints,
    int treasuryBasisPoints) {
  /**
   * A share of the window after which commits close: the devnet keeps time for three validators on
   * two cores.
   */
  private static final double DEFAULT_COMMIT_SHARE = 0.7;

  /**
   * Reads and documents every key; ranges are checked here, relations when the parameters are made.
   */
  public static NetworkTemplate read(SettingsReader reader) {
    Duration window =
        reader.duration("network.window", Duration.ofSeconds(15), "Length of a training window.");
    double commitShare =
        reader.decimal(
            "network.commit-share",
            DEFAULT_COMMIT_SHARE,
            0.1,
            0.95,
            "Share of the window after which no gradient is accepted.");
    Duration anchorGrace =
        reader.duration(
            "network.anchor-grace",
            window.dividedBy(5),
            "How long a window waits for the merged checkpoint before it opens on the older one.");
    return new NetworkTemplate(
        window,
        Duration.ofMillis(Math.round(window.toMillis() * commitShare)),
        anchorGrace,
        model(reader),
        (int)
            reader.integer(
                "network.heldout-evaluation-pages",
                8,
                1,
                4096,
                "Held-out pages that score a gradient."),
        (int)
            reader.integer(
                "network.assigned-evaluation-pages",
                4,
                1,
                4096,
                "Assigned pages that check where it came from."),
        scoring(reader),
        new NetworkParameters.Stake(
            Coins.whole(
                reader.integer(
                    "network.min-miner-stake", 1, 0, 1_000_000, "Bond of a miner, in SUI.")),
            Coins.whole(
                reader.integer(
                    "network.min-validator-stake",
                    10,
                    0,
                    1_000_000,
                    "Bond of a validator, in SUI.")),
            reader
                .duration(
                    "network.unbonding",
                    Duration.ofMinutes(10),
                    "Delay before a bond is paid back.")
                .toMillis()),
        (int)
            reader.integer(
                "network.reward.miners",
                7_000,
                0,
                10_000,
                "Miners' share of an emission, in basis points."),
        (int)
            reader.integer(
                "network.reward.validators",
                2_500,
                0,
                10_000,
                "Validators' share, in basis points."),
        (int)
            reader.integer(
                "network.reward.treasury",
                500,
                0,
                10_000,
                "The treasury's share, in basis points."));
  }

  private static NetworkParameters.Model model(SettingsReader reader) {
    ModelSpec spec =
        new ModelSpec(
            (int)
                reader.integer(
                    "network.model.vocabulary", 256, 2, 1 << 20, "Token ids; 256 for bytes."),
            (int) reader.integer("network.model.layers", 4, 1, 256, "Decoder blocks."),
            (int)
                reader.integer(
                    "network.model.width", 128, 8, 16_384, "Size of the residual stream."),
            (int) reader.integer("network.model.heads", 4, 1, 256, "Query heads."),
            (int)
                reader.integer("network.model.key-value-heads", 4, 1, 256, "Key and value heads."),
            (int)
                reader.integer(
                    "network.model.feed-forward",
                    344,
                    8,
                    65_536,
                    "Inner size of the SwiGLU block."),
            (int)
                reader.integer(
                    "network.model.context", 128, 2, 1 << 17, "Longest sequence, in tokens."),
            reader.integer(
                "network.model.rope-theta",
                10_000,
                2,
                100_000_000,
                "Base of the rotary frequencies."),
            nanos(
                reader.decimal(
                    "network.model.norm-epsilon", 1e-5, 1e-9, 1e-2, "Epsilon of RMSNorm.")),
            reader.flag("network.model.tied-head", true, "Whether the head shares the embedding."));
    return new NetworkParameters.Model(
        spec,
        "topk-q2/1",
        (int) reader.integer("network.topk", 32, 1, 4096, "Values kept of each 4,096."),
        (int)
            reader.integer(
                "network.inner-steps",
                20,
                1,
                100_000,
                "Optimizer steps a miner runs at most in a window."),
        (int) reader.integer("network.batch-pages", 8, 1, 65_536, "Pages of one inner step."),
        nanos(reader.decimal("network.residual-decay", 0.95, 0, 1, "Decay of the error feedback.")),
        nanos(
            reader.decimal(
                "network.eval-rate", 1.0, 1e-6, 10, "Step of one gradient when it is scored.")),
        nanos(reader.decimal("network.outer-rate", 1.0, 1e-6, 10, "Step of the merged gradient.")),
        (int) reader.integer("network.top-g", 15, 1, 256, "Most gradients merged in a window."),
        nanos(
            reader.decimal(
                "network.max-share", 0.5, 0.01, 1, "Most one gradient may be of the merged norm.")),
        (int)
            reader.integer(
                "network.checkpoint-frequency",
                5,
                1,
                100_000,
                "Windows between uploaded snapshots."));
  }

  private static NetworkParameters.Scoring scoring(SettingsReader reader) {
    return new NetworkParameters.Scoring(
        "strict-f32/1",
        (int)
            reader.integer(
                "network.scorers-per-miner", 3, 1, 256, "Validators that score each miner."),
        (int) reader.integer("network.min-scorers", 2, 1, 256, "Reports a score needs to count."),
        (int)
            reader.integer(
                "network.max-deviations", 3, 1, 1_000, "Deviations that jail a validator."),
        nanos(
            reader.decimal(
                "network.proof-decay",
                0.98,
                0,
                1,
                "Weight of the past in the proof of computation.")),
        nanos(
            reader.decimal(
                "network.proof-threshold",
                -0.9,
                -1,
                1,
                "Average below which a miner is not eligible.")),
        new NanoNats(
            nanos(
                reader.decimal(
                    "network.gain-floor",
                    0.0001,
                    0,
                    1,
                    "Gain in nats a gradient must exceed to earn."))),
        (int)
            reader.integer(
                "network.absence-windows",
                3,
                1,
                100_000,
                "Windows a miner may miss before its rating drifts."));
  }

  private static long nanos(double value) {
    return Math.round(value * 1e9);
  }

  /** The parameters of a network over this dataset. */
  public NetworkParameters parameters(DatasetManifest dataset, long genesisMs, Address treasury) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(
            genesisMs, window.toMillis(), commitDeadline.toMillis(), anchorGrace.toMillis()),
        model,
        new NetworkParameters.Data(
            dataset.root(),
            dataset.tokenBytes(),
            dataset.pageTokens(),
            dataset.train(),
            dataset.heldout(),
            heldoutEvaluationPages,
            assignedEvaluationPages),
        scoring,
        stake,
        new NetworkParameters.Reward(
            minersBasisPoints, validatorsBasisPoints, treasuryBasisPoints, treasury));
  }
}

package io.vramhub.protocol.message;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One value of each message, with every field different from its neighbours. */
final class Samples {
  static final NetworkId NETWORK = new NetworkId(digest("network"));
  static final Address OWNER = new Address(digest("owner"));
  static final WindowId WINDOW = new WindowId(7);

  static final ModelSpec SPEC = new ModelSpec(256, 2, 16, 4, 2, 24, 32, 10_000, 10_000, true);

  static final NetworkParameters PARAMETERS =
      new NetworkParameters(
          new NetworkParameters.Schedule(1_744_038_900_000L, 15_000, 10_500, 3_000),
          new NetworkParameters.Model(
              SPEC,
              "topk-q2/1",
              32,
              20,
              8,
              950_000_000,
              100_000_000,
              1_000_000_000,
              15,
              250_000_000,
              4),
          new NetworkParameters.Data(
              digest("dataset"), 2, 128, new PageRange(0, 900), new PageRange(900, 60), 6, 5),
          new NetworkParameters.Scoring(
              "strict-f32/1", 3, 2, 9, 900_000_000, -250_000_000, new NanoNats(-17), 11),
          new NetworkParameters.Stake(Coins.whole(1), Coins.whole(10), 86_400_000),
          new NetworkParameters.Reward(4_000, 3_500, 2_500, new Address(digest("treasury"))));

  static final ScoreReport REPORT =
      new ScoreReport(
          NETWORK,
          new ValidatorUid(3),
          2,
          WINDOW,
          "strict-f32/1",
          digest("base"),
          digest("dataset"),
          digest("assignment"),
          digest("evaluation"),
          List.of(
              new ScoreEntry(
                  new MinerUid(1),
                  digest("first"),
                  Verdict.ACCEPTED,
                  new NanoNats(-5),
                  new NanoNats(1_000_000_007)),
              new ScoreEntry(
                  new MinerUid(9),
                  digest("second"),
                  Verdict.DUPLICATE,
                  NanoNats.ZERO,
                  NanoNats.ZERO)));

  static final SignedScoreReport SCORES =
      new SignedScoreReport(REPORT, 1_744_038_900_123L, new Bytes(filled(64, 0x5a)));

  static final EvaluationRequest REQUEST =
      new EvaluationRequest(
          NETWORK,
          PARAMETERS,
          new ValidatorUid(3),
          2,
          WINDOW,
          digest("base"),
          digest("assignment"),
          digest("evaluation"),
          List.of(page(901), page(940)),
          List.of(
              new EvaluationRequest.Candidate(
                  new MinerUid(1),
                  0,
                  1,
                  digest("first"),
                  Optional.of(new Bytes(filled(40, 0x11))),
                  Optional.of(new Credential(new Bytes(filled(32, 0x22)))),
                  List.of(page(5))),
              new EvaluationRequest.Candidate(
                  new MinerUid(9),
                  1,
                  0,
                  digest("second"),
                  Optional.empty(),
                  Optional.empty(),
                  List.of())));

  static final List<ChainCall> CALLS =
      List.of(
          new ChainCall.RegisterMiner(Coins.whole(1), OWNER, "łódź"),
          new ChainCall.RegisterValidator(Coins.whole(10), OWNER, "v"),
          new ChainCall.AddMinerStake(new MinerUid(4), new Coins(5)),
          new ChainCall.AddValidatorStake(new ValidatorUid(4), new Coins(5)),
          new ChainCall.LeaveMiner(new MinerUid(4)),
          new ChainCall.LeaveValidator(new ValidatorUid(4)),
          new ChainCall.WithdrawMinerStake(new MinerUid(4)),
          new ChainCall.WithdrawValidatorStake(new ValidatorUid(4)),
          new ChainCall.RegisterEnclave(
              new ValidatorUid(4), new Attestation(new Bytes(filled(200, 0x33)))),
          new ChainCall.OpenWindow(WINDOW),
          new ChainCall.CommitGradient(
              WINDOW, new MinerUid(4), digest("first"), 12_345, "gradient-7-4-v1.pt", "topk-q2/1"),
          new ChainCall.OpenScoring(WINDOW),
          new ChainCall.SubmitScores(SCORES),
          new ChainCall.FinalizeWindow(WINDOW),
          new ChainCall.AnchorCheckpoint(
              new ValidatorUid(4), WINDOW, digest("parent"), digest("root"), digest("top")),
          new ChainCall.ClaimMiner(new MinerUid(4)),
          new ChainCall.ClaimValidator(new ValidatorUid(4)),
          new ChainCall.ScheduleParameters(new WindowId(20), PARAMETERS),
          new ChainCall.PublishCredentials(new MinerUid(4), 258, new Bytes(filled(80, 0x44))));

  private Samples() {}

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static ProvenPage page(long index) {
    return new ProvenPage(
        index, new Bytes(filled(256, (int) index)), List.of(digest("left"), digest("right")));
  }
}

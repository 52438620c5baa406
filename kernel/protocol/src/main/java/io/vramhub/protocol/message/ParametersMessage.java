package io.vramhub.protocol.message;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;

/**
 * The network's parameters (hparams) in their canonical form, which governance signs and hashes.
 */
public final class ParametersMessage {
  private ParametersMessage() {}

  public static byte[] encode(NetworkParameters parameters) {
    BcsWriter writer = new BcsWriter();
    write(writer, parameters);
    return writer.toByteArray();
  }

  /** Refuses foreign bytes, and values that break a rule of {@link NetworkParameters}. */
  public static NetworkParameters decode(byte[] bytes) {
    return BcsReader.message("network parameters", bytes, ParametersMessage::read);
  }

  public static Digest digest(NetworkParameters parameters) {
    return CanonicalHash.of("vramhub/parameters/1", encode(parameters));
  }

  /** Appends the parameters, field by field in the order of the records. */
  public static void write(BcsWriter writer, NetworkParameters parameters) {
    NetworkParameters.Schedule schedule = parameters.schedule();
    writer
        .u64(schedule.genesisMs())
        .u64(schedule.windowMs())
        .u64(schedule.commitDeadlineMs())
        .u64(schedule.anchorGraceMs());
    NetworkParameters.Model model = parameters.model();
    ModelSchema.write(writer, model.spec());
    writer
        .string(model.codec())
        .u32(model.topk())
        .u32(model.innerSteps())
        .u32(model.batchPages())
        .u64(model.residualDecayNanos())
        .u64(model.evalRateNanos())
        .u64(model.outerRateNanos())
        .u32(model.topG())
        .u64(model.maxShareNanos())
        .u32(model.checkpointFrequency());
    NetworkParameters.Data data = parameters.data();
    Wire.digest(writer, data.root());
    writer.u32(data.tokenBytes()).u32(data.pageTokens());
    Wire.pages(writer, data.train());
    Wire.pages(writer, data.heldout());
    writer.u32(data.heldoutEvaluationPages()).u32(data.assignedEvaluationPages());
    NetworkParameters.Scoring scoring = parameters.scoring();
    writer
        .string(scoring.evaluator())
        .u32(scoring.scorersPerMiner())
        .u32(scoring.minScorers())
        .u32(scoring.maxDeviations())
        .u64(scoring.proofDecayNanos())
        .signed(scoring.proofThresholdNanos())
        .signed(scoring.gainFloor().value())
        .u32(scoring.absenceWindows());
    NetworkParameters.Stake stake = parameters.stake();
    Wire.coins(writer, stake.minMiner());
    Wire.coins(writer, stake.minValidator());
    writer.u64(stake.unbondingMs());
    NetworkParameters.Reward reward = parameters.reward();
    writer
        .u16(reward.minersBasisPoints())
        .u16(reward.validatorsBasisPoints())
        .u16(reward.treasuryBasisPoints());
    Wire.address(writer, reward.treasury());
  }

  /** Reads what {@link #write} wrote. */
  public static NetworkParameters read(BcsReader reader) {
    return new NetworkParameters(
        new NetworkParameters.Schedule(reader.u64(), reader.u64(), reader.u64(), reader.u64()),
        new NetworkParameters.Model(
            ModelSchema.read(reader),
            reader.string(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.u64(),
            reader.u64(),
            reader.u64(),
            reader.i32(),
            reader.u64(),
            reader.i32()),
        new NetworkParameters.Data(
            Wire.digest(reader),
            reader.i32(),
            reader.i32(),
            Wire.pages(reader),
            Wire.pages(reader),
            reader.i32(),
            reader.i32()),
        new NetworkParameters.Scoring(
            reader.string(),
            reader.i32(),
            reader.i32(),
            reader.i32(),
            reader.u64(),
            reader.signed(),
            new NanoNats(reader.signed()),
            reader.i32()),
        new NetworkParameters.Stake(Wire.coins(reader), Wire.coins(reader), reader.u64()),
        new NetworkParameters.Reward(
            reader.u16(), reader.u16(), reader.u16(), Wire.address(reader)));
  }
}

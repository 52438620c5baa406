package io.vramhub.protocol.message;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.NetworkId;

/**
 * A call as its sender signs it: the domain, the network it is meant for, the effect's name, and
 * the call with its variant index. A signature over one call can so never stand for another
 * network, sender, window or purpose.
 */
public record CallMessage(NetworkId network, IdempotencyKey key, ChainCall call) {
  private static final String DOMAIN = "vramhub/call/1";

  /** The bytes under the sender's signature. */
  public static byte[] bytes(NetworkId network, IdempotencyKey key, ChainCall call) {
    BcsWriter writer = new BcsWriter().string(DOMAIN);
    Wire.network(writer, network);
    Wire.address(writer, key.sender());
    Wire.window(writer, key.window());
    writer.string(key.purpose());
    write(writer, call);
    return writer.toByteArray();
  }

  /** Reads what {@link #bytes} gives; anything else is {@code MESSAGE_INVALID}. */
  public static CallMessage decode(byte[] bytes) {
    return BcsReader.message(
        "call",
        bytes,
        reader -> {
          if (!reader.string().equals(DOMAIN)) {
            throw reader.invalid("it is not a call of this protocol version");
          }
          return new CallMessage(
              Wire.network(reader),
              new IdempotencyKey(Wire.address(reader), Wire.window(reader), reader.string()),
              read(reader));
        });
  }

  /** Appends the call: its variant index, then its fields. */
  public static void write(BcsWriter writer, ChainCall call) {
    switch (call) {
      case ChainCall.RegisterMiner register -> {
        writer.uleb128(0);
        Wire.coins(writer, register.stake());
        Wire.address(writer, register.payout());
        writer.string(register.label());
      }
      case ChainCall.RegisterValidator register -> {
        writer.uleb128(1);
        Wire.coins(writer, register.stake());
        Wire.address(writer, register.payout());
        writer.string(register.label());
      }
      case ChainCall.AddMinerStake add -> {
        writer.uleb128(2);
        Wire.miner(writer, add.miner());
        Wire.coins(writer, add.amount());
      }
      case ChainCall.AddValidatorStake add -> {
        writer.uleb128(3);
        Wire.validator(writer, add.validator());
        Wire.coins(writer, add.amount());
      }
      case ChainCall.LeaveMiner leave -> Wire.miner(writer.uleb128(4), leave.miner());
      case ChainCall.LeaveValidator leave -> Wire.validator(writer.uleb128(5), leave.validator());
      case ChainCall.WithdrawMinerStake withdraw -> Wire.miner(writer.uleb128(6), withdraw.miner());
      case ChainCall.WithdrawValidatorStake withdraw ->
          Wire.validator(writer.uleb128(7), withdraw.validator());
      case ChainCall.RegisterEnclave register -> {
        writer.uleb128(8);
        Wire.validator(writer, register.validator());
        writer.bytes(register.attestation().document().array());
      }
      case ChainCall.OpenWindow open -> Wire.window(writer.uleb128(9), open.window());
      case ChainCall.CommitGradient commit -> {
        writer.uleb128(10);
        Wire.window(writer, commit.window());
        Wire.miner(writer, commit.miner());
        Wire.digest(writer, commit.contentHash());
        writer.u64(commit.size()).string(commit.storageReference()).string(commit.codec());
      }
      case ChainCall.OpenScoring open -> Wire.window(writer.uleb128(11), open.window());
      case ChainCall.SubmitScores submit ->
          ScoreMessage.writeSigned(writer.uleb128(12), submit.scores());
      case ChainCall.FinalizeWindow close -> Wire.window(writer.uleb128(13), close.window());
      case ChainCall.AnchorCheckpoint anchor -> {
        writer.uleb128(14);
        Wire.validator(writer, anchor.validator());
        Wire.window(writer, anchor.checkpoint());
        Wire.digest(writer, anchor.parent());
        Wire.digest(writer, anchor.root());
        Wire.digest(writer, anchor.topGDigest());
      }
      case ChainCall.ClaimMiner claim -> Wire.miner(writer.uleb128(15), claim.miner());
      case ChainCall.ClaimValidator claim -> Wire.validator(writer.uleb128(16), claim.validator());
      case ChainCall.ScheduleParameters schedule -> {
        writer.uleb128(17);
        Wire.window(writer, schedule.effective());
        ParametersMessage.write(writer, schedule.parameters());
      }
      case ChainCall.PublishCredentials publish -> {
        writer.uleb128(18);
        Wire.miner(writer, publish.miner());
        writer.u64(publish.keyEpoch()).bytes(publish.sealed().array());
      }
    }
  }

  /** Reads what {@link #write} wrote. */
  public static ChainCall read(BcsReader reader) {
    int variant = reader.uleb128();
    return switch (variant) {
      case 0 ->
          new ChainCall.RegisterMiner(Wire.coins(reader), Wire.address(reader), reader.string());
      case 1 ->
          new ChainCall.RegisterValidator(
              Wire.coins(reader), Wire.address(reader), reader.string());
      case 2 -> new ChainCall.AddMinerStake(Wire.miner(reader), Wire.coins(reader));
      case 3 -> new ChainCall.AddValidatorStake(Wire.validator(reader), Wire.coins(reader));
      case 4 -> new ChainCall.LeaveMiner(Wire.miner(reader));
      case 5 -> new ChainCall.LeaveValidator(Wire.validator(reader));
      case 6 -> new ChainCall.WithdrawMinerStake(Wire.miner(reader));
      case 7 -> new ChainCall.WithdrawValidatorStake(Wire.validator(reader));
      case 8 ->
          new ChainCall.RegisterEnclave(
              Wire.validator(reader), new Attestation(new Bytes(reader.bytes())));
      case 9 -> new ChainCall.OpenWindow(Wire.window(reader));
      case 10 ->
          new ChainCall.CommitGradient(
              Wire.window(reader),
              Wire.miner(reader),
              Wire.digest(reader),
              reader.u64(),
              reader.string(),
              reader.string());
      case 11 -> new ChainCall.OpenScoring(Wire.window(reader));
      case 12 -> new ChainCall.SubmitScores(ScoreMessage.readSigned(reader));
      case 13 -> new ChainCall.FinalizeWindow(Wire.window(reader));
      case 14 ->
          new ChainCall.AnchorCheckpoint(
              Wire.validator(reader),
              Wire.window(reader),
              Wire.digest(reader),
              Wire.digest(reader),
              Wire.digest(reader));
      case 15 -> new ChainCall.ClaimMiner(Wire.miner(reader));
      case 16 -> new ChainCall.ClaimValidator(Wire.validator(reader));
      case 17 ->
          new ChainCall.ScheduleParameters(Wire.window(reader), ParametersMessage.read(reader));
      case 18 ->
          new ChainCall.PublishCredentials(
              Wire.miner(reader), reader.u64(), new Bytes(reader.bytes()));
      default -> throw reader.invalid("no call has number " + variant);
    };
  }
}

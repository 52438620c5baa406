package io.vramhub.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.WindowId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class MessageTest {
  private static final IdempotencyKey KEY =
      new IdempotencyKey(Samples.OWNER, Samples.WINDOW, "commit");

  @Test
  void intentMessageIsNautilus() {
    byte[] bytes =
        ScoreMessage.intent(1_744_038_900_000L).string("San Francisco").u64(13).toByteArray();
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("0020b1d110960100000d53616e204672616e636973636f0d00000000000000");
  }

  @Test
  void scoreMessageHasTheFieldsOfSectionSixInOrder() {
    String hex =
        HexFormat.of().formatHex(ScoreMessage.intentBytes(Samples.REPORT, 1_744_038_900_000L));
    assertThat(hex)
        .isEqualTo(
            "0020b1d11096010000"
                + Samples.NETWORK.digest()
                + "0300000000000000"
                + "0200000000000000"
                + "0700000000000000"
                + "0c"
                + "7374726963742d6633322f31"
                + Samples.digest("base")
                + Samples.digest("dataset")
                + Samples.digest("assignment")
                + Samples.digest("evaluation")
                + "02"
                + "0100000000000000"
                + Samples.digest("first")
                + "00"
                + "010500000000000000"
                + "0007ca9a3b00000000"
                + "0900000000000000"
                + Samples.digest("second")
                + "07"
                + "000000000000000000"
                + "000000000000000000");
  }

  @Test
  void formsAreFrozen() {
    Map<String, String> digests = new TreeMap<>();
    digests.put("schema", ModelSchema.hash(Samples.SPEC).brief());
    digests.put("parameters", ParametersMessage.digest(Samples.PARAMETERS).brief());
    digests.put("request", brief(EvaluationMessage.encode(Samples.REQUEST)));
    digests.put("scores", brief(EvaluationMessage.encodeScores(Samples.SCORES)));
    for (ChainCall call : Samples.CALLS) {
      digests.put(call.getClass().getSimpleName(), brief(bytes(call)));
    }
    assertThat(digests)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("AddMinerStake", "8d6def30"),
                Map.entry("AddValidatorStake", "f27156a7"),
                Map.entry("AnchorCheckpoint", "1fe90afa"),
                Map.entry("ClaimMiner", "4329a6ea"),
                Map.entry("ClaimValidator", "29aa1522"),
                Map.entry("CommitGradient", "1719911a"),
                Map.entry("FinalizeWindow", "adf776e2"),
                Map.entry("LeaveMiner", "23693fd2"),
                Map.entry("LeaveValidator", "86fcfceb"),
                Map.entry("OpenScoring", "d4ab520d"),
                Map.entry("OpenWindow", "04d809f8"),
                Map.entry("PublishCredentials", "60fb8700"),
                Map.entry("RegisterEnclave", "6da1857a"),
                Map.entry("RegisterMiner", "56d02518"),
                Map.entry("RegisterValidator", "5177bd67"),
                Map.entry("ScheduleParameters", "58cce6fa"),
                Map.entry("SubmitScores", "e09a22a6"),
                Map.entry("WithdrawMinerStake", "559ae341"),
                Map.entry("WithdrawValidatorStake", "ff530005"),
                Map.entry("parameters", "4649a7cb"),
                Map.entry("request", "f433fcce"),
                Map.entry("schema", "2022379f"),
                Map.entry("scores", "9452bfd2")));
  }

  @Test
  void everyMessageSurvivesTheRoundTrip() {
    assertThat(ParametersMessage.decode(ParametersMessage.encode(Samples.PARAMETERS)))
        .isEqualTo(Samples.PARAMETERS);
    assertThat(EvaluationMessage.decode(EvaluationMessage.encode(Samples.REQUEST)))
        .isEqualTo(Samples.REQUEST);
    assertThat(EvaluationMessage.decodeScores(EvaluationMessage.encodeScores(Samples.SCORES)))
        .isEqualTo(Samples.SCORES);
  }

  @Test
  void everyCallSurvivesTheRoundTrip() {
    assertThat(Samples.CALLS).hasSameSizeAs(ChainCall.class.getPermittedSubclasses());
    for (ChainCall call : Samples.CALLS) {
      assertThat(CallMessage.decode(bytes(call)))
          .isEqualTo(new CallMessage(Samples.NETWORK, KEY, call));
    }
  }

  @Test
  void signedCallDependsOnEverythingItIsFor() {
    ChainCall call = new ChainCall.OpenWindow(Samples.WINDOW);
    byte[] bytes = bytes(call);
    assertThat(CallMessage.bytes(new NetworkId(Digest.ZERO), KEY, call)).isNotEqualTo(bytes);
    assertThat(
            CallMessage.bytes(
                Samples.NETWORK,
                new IdempotencyKey(Samples.OWNER, new WindowId(8), "commit"),
                call))
        .isNotEqualTo(bytes);
    assertThat(
            CallMessage.bytes(
                Samples.NETWORK, new IdempotencyKey(Samples.OWNER, Samples.WINDOW, "x"), call))
        .isNotEqualTo(bytes);
  }

  @Test
  void schemaDependsOnEverySize() {
    ModelSpec spec = Samples.SPEC;
    assertThat(ModelSchema.hash(new ModelSpec(256, 2, 16, 4, 2, 24, 32, 10_000, 10_000, false)))
        .isNotEqualTo(ModelSchema.hash(spec));
    assertThat(ModelSchema.hash(new ModelSpec(256, 2, 16, 4, 2, 24, 33, 10_000, 10_000, true)))
        .isNotEqualTo(ModelSchema.hash(spec));
  }

  @Test
  void mutatedBytesGiveAnotherValueOrAnError() {
    mutate(ParametersMessage.encode(Samples.PARAMETERS), bytes -> ParametersMessage.decode(bytes));
    mutate(EvaluationMessage.encode(Samples.REQUEST), EvaluationMessage::decode);
    mutate(EvaluationMessage.encodeScores(Samples.SCORES), EvaluationMessage::decodeScores);
    for (ChainCall call : Samples.CALLS) {
      mutate(bytes(call), CallMessage::decode);
    }
  }

  @Test
  void whateverDecodesEncodesToTheSameBytes() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] original = EvaluationMessage.encode(Samples.REQUEST);
    for (int i = 0; i < 2_000; i++) {
      byte[] mutated = original.clone();
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(EvaluationMessage.encode(EvaluationMessage.decode(mutated))).isEqualTo(mutated);
      } catch (HubException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
      }
    }
  }

  /** Flips, cuts and extends; a decoder must never accept them as the original, nor crash. */
  private static void mutate(byte[] original, Function<byte[], ?> decode) {
    Object value = decode.apply(original);
    SplittableRandom random = new SplittableRandom(original.length);
    for (int i = 0; i < 500; i++) {
      byte[] mutated =
          switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(original, random.nextInt(original.length));
            case 1 -> Arrays.copyOf(original, original.length + 1 + random.nextInt(4));
            default -> original.clone();
          };
      if (mutated.length == original.length) {
        mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
      }
      try {
        assertThat(decode.apply(mutated)).isNotEqualTo(value);
      } catch (HubException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
      }
    }
    assertThatExceptionOfType(HubException.class).isThrownBy(() -> decode.apply(new byte[0]));
  }

  private static byte[] bytes(ChainCall call) {
    return CallMessage.bytes(Samples.NETWORK, KEY, call);
  }

  private static String brief(byte[] bytes) {
    return Digest.sha256(bytes).brief();
  }
}

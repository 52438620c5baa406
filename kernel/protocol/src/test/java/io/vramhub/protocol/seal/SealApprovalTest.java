package io.vramhub.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainHistory;
import io.vramhub.protocol.scoring.ScorerAssignment;
import io.vramhub.protocol.scoring.TopG;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The cases of {@code move/tests/seal_policy_tests.move}, under their names and numbers. */
final class SealApprovalTest {
  private static final WindowId WINDOW = new WindowId(1);
  private static final MinerUid MINER = new MinerUid(1);
  private static final Digest SEED = ChainHistory.digest("evaluation 1");
  private static final Address STRANGER = ChainHistory.address("stranger");
  private static final SealPolicy GRADIENT =
      new SealPolicy.Gradient(ChainHistory.NETWORK, WINDOW, MINER);

  /** Window 1 of two miners and five validators, of which three score each. */
  private final ChainHistory history =
      ChainHistory.of(ChainHistory.parameters())
          .miners(2)
          .validator(10)
          .validator(10)
          .validator(10)
          .validator(10)
          .validator(10)
          .open(1);

  private static SealPolicy credentials(long keyEpoch) {
    return new SealPolicy.Credentials(ChainHistory.NETWORK, MINER, keyEpoch);
  }

  private static Address owner(long validator) {
    return ChainHistory.address("validator " + validator);
  }

  private Optional<AbortCode> refusal(SealPolicy policy, Address sender, long validator) {
    return SealApproval.refusal(
            history.state(), history.state().timeMs(), policy, sender, validator)
        .map(SealApproval.Refusal::code);
  }

  private Optional<AbortCode> refusal(SealPolicy policy, long validator) {
    return refusal(policy, owner(validator), validator);
  }

  private void openScoring() {
    history.openScoring(1);
  }

  private void publish(long keyEpoch) {
    history.add(new ChainEvent.CredentialsPublished(MINER, keyEpoch, Bytes.ofHex("c0ffee")));
  }

  private long[] scorers(boolean scoring) {
    List<ValidatorUid> drawn =
        ScorerAssignment.scorers(
            ChainHistory.parameters(),
            SEED,
            history.state().window(WINDOW).orElseThrow().opened().validators(),
            MINER);
    return LongStream.rangeClosed(1, 5)
        .filter(uid -> drawn.contains(new ValidatorUid((int) uid)) == scoring)
        .toArray();
  }

  @Test
  void identitiesAreTheseBytes() {
    NetworkId network =
        new NetworkId(
            Digest.ofHex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
    SealPolicy gradient = new SealPolicy.Gradient(network, new WindowId(258), new MinerUid(3));
    SealPolicy credentials = new SealPolicy.Credentials(network, new MinerUid(3), 258);
    assertThat(gradient.identity().hex())
        .isEqualTo(
            "0000112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                + "02010000000000000300000000000000");
    assertThat(credentials.identity().hex())
        .isEqualTo(
            "0100112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                + "03000000000000000201000000000000");
    assertThat(SealIdentity.parse(gradient.identity().array())).isEqualTo(gradient);
    assertThat(SealIdentity.parse(credentials.identity().array())).isEqualTo(credentials);
  }

  @Test
  void anythingElseIsNoIdentity() {
    String good = GRADIENT.identity().hex();
    for (String bad :
        List.of(
            "",
            good + "00",
            good.substring(2),
            "02" + good.substring(2),
            good.substring(0, 82) + "0000000000000000",
            good.substring(0, 82) + "ffffffffffffffff")) {
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> SealIdentity.parse(Bytes.ofHex(bad).array()))
          .matches(failure -> failure.code() == ErrorCode.MESSAGE_INVALID);
    }
  }

  @Test
  void scorersOpenAGradientOnceScoringIsOpen() {
    openScoring();
    assertThat(scorers(true)).hasSize(3);
    assertThat(LongStream.of(scorers(true))).allMatch(uid -> refusal(GRADIENT, uid).isEmpty());
  }

  @Test
  void everyoneOpensAGradientOfAFinalWindow() {
    openScoring();
    history.add(
        new ChainEvent.WindowFinalized(
            new WindowResult(
                WINDOW,
                true,
                List.of(),
                List.of(),
                List.of(),
                TopG.digest(WINDOW, List.of()),
                Coins.ZERO,
                List.of())));
    assertThat(refusal(GRADIENT, STRANGER, 0)).isEmpty();
  }

  @Test
  void nobodyOpensAGradientBeforeScoring() {
    assertThat(refusal(GRADIENT, 1)).contains(AbortCode.SCORING_NOT_OPEN);
  }

  @Test
  void aValidatorThatWasNotDrawnWaitsForTheEnd() {
    history.validator(10);
    openScoring();
    for (long uid : scorers(false)) {
      assertThat(refusal(GRADIENT, uid)).contains(AbortCode.NOT_ASSIGNED);
    }
    assertThat(refusal(GRADIENT, 6)).as("came later").contains(AbortCode.NOT_ASSIGNED);
  }

  @Test
  void aReaderOwnsTheValidatorItNames() {
    openScoring();
    assertThat(refusal(GRADIENT, STRANGER, scorers(true)[0])).contains(AbortCode.NOT_OWNER);
    for (long nobody : new long[] {0, 7, -1, 1L << 32}) {
      assertThat(refusal(GRADIENT, STRANGER, nobody)).contains(AbortCode.UNKNOWN_VALIDATOR);
    }
  }

  @Test
  void aScorerThatHasLeftReadsNoMore() {
    openScoring();
    long scorer = scorers(true)[0];
    history.add(new ChainEvent.ValidatorLeft(new ValidatorUid((int) scorer), 99));
    assertThat(refusal(GRADIENT, scorer)).contains(AbortCode.NOT_ACTIVE);
  }

  @Test
  void aGradientBelongsToAWindowThatHasOpenedOnThisNetwork() {
    assertThat(refusal(new SealPolicy.Gradient(ChainHistory.NETWORK, new WindowId(2), MINER), 1))
        .contains(AbortCode.UNKNOWN_WINDOW);
    NetworkId another = new NetworkId(ChainHistory.digest("another"));
    assertThat(refusal(new SealPolicy.Gradient(another, WINDOW, MINER), 1))
        .contains(AbortCode.WRONG_NETWORK);
    assertThat(refusal(new SealPolicy.Credentials(another, MINER, 7), 1))
        .contains(AbortCode.WRONG_NETWORK);
  }

  @Test
  void validatorsOpenTheCredentialsAMinerPublishedLast() {
    assertThat(refusal(credentials(7), 1)).as("none yet").contains(AbortCode.WRONG_EPOCH);
    publish(7);
    assertThat(LongStream.rangeClosed(1, 5))
        .allMatch(uid -> refusal(credentials(7), uid).isEmpty());
    publish(8);
    assertThat(refusal(credentials(8), 1)).isEmpty();
    assertThat(refusal(credentials(7), 1)).contains(AbortCode.WRONG_EPOCH);
    assertThat(refusal(credentials(8), STRANGER, 1)).contains(AbortCode.NOT_OWNER);
    assertThat(refusal(new SealPolicy.Credentials(ChainHistory.NETWORK, new MinerUid(3), 8), 1))
        .contains(AbortCode.UNKNOWN_MINER);
  }

  @Test
  void aValidatorWithoutAnEnclaveOrWithItsStakeWithdrawnOpensNoCredentials() {
    publish(7);
    history.add(
        new ChainEvent.ValidatorRegistered(
            new ValidatorUid(6), owner(6), owner(6), Coins.whole(10), "no enclave yet"));
    assertThat(refusal(credentials(7), 6)).contains(AbortCode.NOT_ACTIVE);
    history.add(new ChainEvent.ValidatorLeft(new ValidatorUid(1), 99));
    history.add(new ChainEvent.ValidatorStakeWithdrawn(new ValidatorUid(1), Coins.whole(10)));
    assertThat(refusal(credentials(7), 1)).contains(AbortCode.NOT_ACTIVE);
  }

  @Test
  void aValidatorBelowTodaysMinimumOpensNoCredentials() {
    publish(7);
    NetworkParameters now = ChainHistory.parameters();
    history.add(
        new ChainEvent.ParametersScheduled(
            new WindowId(4),
            new NetworkParameters(
                now.schedule(),
                now.model(),
                now.data(),
                now.scoring(),
                new NetworkParameters.Stake(Coins.whole(1), Coins.whole(11), 60_000),
                now.reward())));
    assertThat(refusal(credentials(7), 1)).isEmpty();
    long windowFourMs = 4 * now.schedule().windowMs();
    assertThat(
            SealApproval.refusal(history.state(), windowFourMs, credentials(7), owner(1), 1)
                .map(SealApproval.Refusal::code))
        .contains(AbortCode.STAKE_TOO_LOW);
  }
}

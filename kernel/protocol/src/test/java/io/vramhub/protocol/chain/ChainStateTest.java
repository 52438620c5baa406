package io.vramhub.protocol.chain;

import static io.vramhub.protocol.chain.ChainHistory.accepted;
import static io.vramhub.protocol.chain.ChainHistory.address;
import static io.vramhub.protocol.chain.ChainHistory.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChainStateTest {
  private static final Rating BETTER = new Rating(27_000_000_000L, 8_000_000_000L);

  private static WindowResult resultOf(long window, int scored, Coins pay) {
    Payee payee = new Payee.Miner(new MinerUid(scored));
    return new WindowResult(
        new WindowId(window),
        false,
        List.of(
            new MinerResult(
                new MinerUid(scored),
                Verdict.ACCEPTED,
                new NanoNats(5),
                new NanoNats(7),
                100_000_000L,
                Rating.INITIAL,
                BETTER,
                true,
                1_000_000_000L)),
        List.of(),
        List.of(new MinerUid(scored)),
        digest("top"),
        pay,
        List.of(new Credit(payee, pay)));
  }

  @Test
  void foldsAWholeWindow() {
    ChainHistory history =
        ChainHistory.of(ChainHistory.parameters())
            .miners(2)
            .validator(10)
            .open(1)
            .commit(1, 2)
            .openScoring(1)
            .score(1, 1, List.of(accepted(1, 2, 5, 7)))
            .add(new ChainEvent.WindowFinalized(resultOf(1, 2, Coins.whole(3))))
            .add(
                new ChainEvent.CheckpointVoted(
                    new ValidatorUid(1), new WindowId(2), digest("next")))
            .add(
                new ChainEvent.CheckpointAnchored(
                    new CheckpointRef(new WindowId(2), digest("next")),
                    ChainHistory.GENESIS.root(),
                    digest("top")))
            .add(
                new ChainEvent.Claimed(
                    new Payee.Miner(new MinerUid(2)),
                    address("payout of miner 2"),
                    Coins.whole(2)));
    ChainState state = history.state();

    assertThat(history.miner(1).orElseThrow().consecutiveAbsences()).isOne();
    assertThat(history.miner(2).orElseThrow())
        .extracting(MinerRecord::rating, MinerRecord::proofNanos, MinerRecord::scoredWindows)
        .containsExactly(BETTER, 100_000_000L, 1);
    assertThat(state.credit(new Payee.Miner(new MinerUid(2)))).isEqualTo(Coins.whole(1));
    assertThat(state.vram(address("payout of miner 2"))).isEqualTo(Coins.whole(2));
    assertThat(state.issued()).isEqualTo(Coins.whole(3));
    assertThat(state.claimed()).isEqualTo(Coins.whole(2));
    assertThat(state.newestCheckpoint().window()).isEqualTo(new WindowId(2));
    WindowRecord window = state.window(new WindowId(1)).orElseThrow();
    assertThat(window.slot(new MinerUid(2))).hasValue(1);
    assertThat(window.votes()).containsEntry(new ValidatorUid(1), digest("next"));
    assertThat(window.nextCheckpoint()).isEqualTo(new WindowId(2));
    assertThat(ChainState.of(history.records()).issued()).isEqualTo(state.issued());
  }

  @Test
  void movesStakesThroughTheOwnersBalance() {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters()).miners(1);
    ChainState state = history.state();
    assertThat(state.sui(address("miner 1"))).isEqualTo(Coins.whole(4));

    history.add(new ChainEvent.MinerStakeAdded(new MinerUid(1), Coins.whole(2)));
    assertThat(state.sui(address("miner 1"))).isEqualTo(Coins.whole(2));
    assertThat(history.miner(1).orElseThrow().stake()).isEqualTo(Coins.whole(3));

    history.add(new ChainEvent.MinerLeft(new MinerUid(1), 99));
    assertThat(history.miner(1).orElseThrow().active()).isFalse();
    assertThat(state.activeMiners()).isEmpty();

    history.add(new ChainEvent.MinerStakeWithdrawn(new MinerUid(1), Coins.whole(3)));
    assertThat(state.sui(address("miner 1"))).isEqualTo(Coins.whole(5));
    assertThatThrownBy(
            () -> history.add(new ChainEvent.MinerStakeWithdrawn(new MinerUid(1), new Coins(1))))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("more than the stake");
  }

  @Test
  void listsAValidatorOnlyWhileItCanScore() {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters()).validator(10);
    history.add(
        new ChainEvent.ValidatorRegistered(
            new ValidatorUid(2), address("b"), address("b"), Coins.whole(20), "no enclave yet"));
    assertThat(history.state().activeBonds())
        .containsExactly(new ChainEvent.Bond(new ValidatorUid(1), Coins.whole(10)));

    history.add(new ChainEvent.ValidatorJailed(new ValidatorUid(1), new WindowId(1)));
    assertThat(history.state().activeBonds()).isEmpty();
  }

  @Test
  void takesTheParametersScheduledLastBeforeAWindow() {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters());
    var genesis = ChainHistory.parameters();
    var later =
        new NetworkParameters(
            genesis.schedule(),
            genesis.model(),
            genesis.data(),
            genesis.scoring(),
            new NetworkParameters.Stake(Coins.whole(2), Coins.whole(20), 60_000),
            genesis.reward());
    history.add(new ChainEvent.ParametersScheduled(new WindowId(5), later));
    assertThat(history.state().parameters(new WindowId(4))).isEqualTo(genesis);
    assertThat(history.state().parameters(new WindowId(5))).isEqualTo(later);
    assertThat(history.state().parameters(new WindowId(6))).isEqualTo(later);
  }

  @Test
  void anEmptyWindowChangesNoMiner() {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters()).miners(1).open(1);
    MinerRecord before = history.miner(1).orElseThrow();
    history.add(
        new ChainEvent.WindowFinalized(
            new WindowResult(
                new WindowId(1),
                true,
                List.of(),
                List.of(),
                List.of(),
                Digest.ZERO,
                Coins.ZERO,
                List.of())));
    assertThat(history.miner(1)).contains(before);
  }

  @Test
  void refusesAGapNamingTheSequence() {
    List<ChainRecord> records = ChainHistory.of(ChainHistory.parameters()).miners(1).records();
    ChainState state = new ChainState();
    state.apply(records.get(0));
    assertThatThrownBy(() -> state.apply(records.get(2)))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAIN_CORRUPT))
        .hasMessageContaining("event 3")
        .hasMessageContaining("expected sequence 2");
    state.apply(records.get(1));
    assertThat(state.sequence()).isEqualTo(2);
  }

  @Test
  void refusesWhatCannotFollow() {
    ChainHistory history =
        ChainHistory.of(ChainHistory.parameters()).miners(2).validator(10).open(1).commit(1, 1);
    long sequence = history.state().sequence();
    assertThatThrownBy(() -> history.commit(1, 1)).hasMessageContaining("committed before");
    assertThatThrownBy(() -> history.open(1)).hasMessageContaining("opens after");
    assertThatThrownBy(() -> history.commit(2, 1)).hasMessageContaining("opens window 2");
    assertThatThrownBy(() -> history.commit(1, 9)).hasMessageContaining("registers miner 9");
    assertThatThrownBy(
            () ->
                history.add(
                    new ChainEvent.Claimed(
                        new Payee.Miner(new MinerUid(1)), address("x"), new Coins(1))))
        .hasMessageContaining("exceeds the credit");
    assertThatThrownBy(
            () ->
                history.add(
                    new ChainEvent.MinerRegistered(
                        new MinerUid(5), address("x"), address("x"), Coins.whole(1), "x")))
        .hasMessageContaining("expected 3");
    history.add(new ChainEvent.WindowFinalized(resultOf(1, 1, Coins.whole(1))));
    assertThatThrownBy(() -> history.commit(1, 2)).hasMessageContaining("is final");
    assertThat(history.state().sequence()).isEqualTo(sequence + 1);
  }

  @Test
  void earlierAnswersStayAsTheyWere() {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters()).miners(1).open(1);
    WindowRecord before = history.state().window(new WindowId(1)).orElseThrow();
    history.commit(1, 1);
    assertThat(before.commits()).isEmpty();
    assertThat(history.state().window(new WindowId(1)).orElseThrow().commits()).hasSize(1);
  }
}

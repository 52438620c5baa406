package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.GOVERNANCE;
import static io.vramhub.chain.local.World.PARAMETERS;
import static io.vramhub.chain.local.World.miner;
import static io.vramhub.chain.local.World.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ParameterRulesTest {
  private static final NetworkParameters.Model MODEL = PARAMETERS.model();

  private static NetworkParameters with(NetworkParameters.Model model) {
    return new NetworkParameters(
        PARAMETERS.schedule(),
        model,
        PARAMETERS.data(),
        PARAMETERS.scoring(),
        PARAMETERS.stake(),
        PARAMETERS.reward());
  }

  private static NetworkParameters with(NetworkParameters.Schedule schedule) {
    return new NetworkParameters(
        schedule,
        MODEL,
        PARAMETERS.data(),
        PARAMETERS.scoring(),
        PARAMETERS.stake(),
        PARAMETERS.reward());
  }

  private static NetworkParameters with(NetworkParameters.Scoring scoring) {
    return new NetworkParameters(
        PARAMETERS.schedule(),
        MODEL,
        PARAMETERS.data(),
        scoring,
        PARAMETERS.stake(),
        PARAMETERS.reward());
  }

  private static NetworkParameters with(NetworkParameters.Stake stake) {
    return new NetworkParameters(
        PARAMETERS.schedule(),
        MODEL,
        PARAMETERS.data(),
        PARAMETERS.scoring(),
        stake,
        PARAMETERS.reward());
  }

  private static NetworkParameters stepping(String codec, int innerSteps) {
    return with(
        new NetworkParameters.Model(
            MODEL.spec(),
            codec,
            MODEL.topk(),
            innerSteps,
            MODEL.batchPages(),
            MODEL.residualDecayNanos(),
            MODEL.evalRateNanos(),
            MODEL.outerRateNanos(),
            MODEL.topG(),
            MODEL.maxShareNanos(),
            MODEL.checkpointFrequency()));
  }

  private static ChainCall scheduling(long window, NetworkParameters parameters) {
    return new ChainCall.ScheduleParameters(window(window), parameters);
  }

  @Test
  void aChangeTakesEffectAtItsWindowAfterTheTimelock() {
    World world = new World();
    NetworkParameters fewerSteps = stepping(World.CODEC, 1);
    world.refuses(AbortCode.NOT_GOVERNANCE, miner(1), scheduling(3, fewerSteps));
    // The unbonding delay is 250 s, a window 100 s.
    world.refuses(AbortCode.TIMELOCKED, GOVERNANCE, scheduling(0, fewerSteps));
    world.refuses(AbortCode.TIMELOCKED, GOVERNANCE, scheduling(2, fewerSteps));
    assertThat(world.does(GOVERNANCE, scheduling(3, fewerSteps)))
        .containsExactly(new ChainEvent.ParametersScheduled(window(3), fewerSteps));
    assertThat(world.state().parameters(window(2))).isEqualTo(PARAMETERS);
    assertThat(world.state().parameters(window(3))).isEqualTo(fewerSteps);
  }

  @Test
  void whoDisagreesCanLeaveWithItsStakeBeforeTheChange() {
    World world = new World().withMiners(1);
    world.does(GOVERNANCE, scheduling(3, stepping(World.CODEC, 1)));
    world.does(miner(1), new ChainCall.LeaveMiner(new MinerUid(1)));
    world.at(3, -1);
    world.does(miner(1), new ChainCall.WithdrawMinerStake(new MinerUid(1)));
    assertThat(world.state().sui(miner(1).address())).isEqualTo(Coins.whole(100));
  }

  @Test
  void refusesParametersNoNetworkCanRunWith() {
    World world = new World();
    NetworkParameters.Schedule schedule = PARAMETERS.schedule();
    NetworkParameters.Scoring scoring = PARAMETERS.scoring();
    for (NetworkParameters bad :
        List.of(
            stepping("unknown/1", 2),
            stepping(World.CODEC, 11),
            stepping(World.CODEC, Integer.MAX_VALUE),
            with(
                new NetworkParameters.Schedule(
                    schedule.genesisMs() + 1,
                    schedule.windowMs(),
                    schedule.commitDeadlineMs(),
                    schedule.anchorGraceMs())),
            with(
                new NetworkParameters.Schedule(
                    schedule.genesisMs(),
                    schedule.windowMs() * 2,
                    schedule.commitDeadlineMs(),
                    schedule.anchorGraceMs())),
            with(new NetworkParameters.Stake(Coins.ZERO, Coins.ZERO, Long.MAX_VALUE)),
            with(new NetworkParameters.Scoring("gpu-f16/1", 3, 2, 3, 0, 0, NanoNats.ZERO, 5)),
            with(
                new NetworkParameters.Scoring(
                    scoring.evaluator(), 3, 2, 3, 0, 0, new NanoNats(-1), 5)),
            with(
                new NetworkParameters.Scoring(
                    scoring.evaluator(), 3, 2, 3, 1_000_000_001, 0, NanoNats.ZERO, 5)))) {
      world.refuses(AbortCode.BAD_PARAMETERS, GOVERNANCE, scheduling(3, bad));
    }
    world.refuses(AbortCode.BAD_PARAMETERS, GOVERNANCE, scheduling(Long.MAX_VALUE, PARAMETERS));
  }

  @Test
  void aNewDeadlineMovesOnlyTheWindowsItIsFor() {
    World world = new World().withMiners(1);
    world.does(
        GOVERNANCE,
        scheduling(
            4,
            with(
                new NetworkParameters.Schedule(
                    World.GENESIS_MS, World.WINDOW_MS, 50_000, World.GRACE_MS))));
    world.at(3, 79_999).does(miner(1), new ChainCall.OpenWindow(window(3)));
    world.at(4, 50_000).refuses(AbortCode.TOO_LATE, miner(1), new ChainCall.OpenWindow(window(4)));
    world.at(4, 49_999).does(miner(1), new ChainCall.OpenWindow(window(4)));
  }

  @Test
  void fewerPagesLeaveTheLaterMinersWithoutASlot() {
    World world = new World().withMiners(5);
    world.does(GOVERNANCE, scheduling(3, stepping(World.CODEC, 5)));
    world.at(3, 0).does(miner(1), new ChainCall.OpenWindow(window(3)));
    assertThat(world.record(3).opened().miners()).hasSize(2);
    world.refuses(AbortCode.NOT_ACTIVE, miner(5), World.commit(3, 5));
  }
}

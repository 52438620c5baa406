package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.miner;
import static io.vramhub.chain.local.World.validator;
import static io.vramhub.chain.local.World.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.tck.TestSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What a local ledger promises beyond the contract of a chain, whichever process it is in. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LedgerStories {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The genesis and its twelve payments. */
  private static final int GENESIS_EVENTS = 13;

  @TempDir Path directory;
  private final ManualTime time = new ManualTime();
  private final Scheduler blocking = Schedulers.newBoundedElastic(8, 1_000, "test-blocking");
  private HostedLedger hosted;
  private LocalChainAdapter chain;

  abstract LedgerAccess access(HostedLedger hosted, Path directory, Scheduler blocking);

  @BeforeEach
  void open() {
    Path ledger = directory.resolve("ledger");
    hosted = TestLedgers.host(ledger, time);
    chain = new LocalChainAdapter(access(hosted, ledger, blocking));
  }

  @AfterEach
  void close() {
    chain.close().block(PATIENCE);
    hosted.leave();
    blocking.dispose();
  }

  private static ChainCall register(int number) {
    return new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "miner " + number);
  }

  private Receipt submit(TestSigner signer, ChainCall call, long window, String purpose) {
    return chain
        .submit(signer, call, TestLedgers.key(signer, window, purpose))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  private List<ChainRecord> executed(TestSigner signer, ChainCall call, long window, String what) {
    Receipt receipt = submit(signer, call, window, what);
    assertThat(receipt).isInstanceOf(Receipt.Executed.class);
    return ((Receipt.Executed) receipt).records();
  }

  private AbortCode aborted(TestSigner signer, ChainCall call, long window, String what) {
    Receipt receipt = submit(signer, call, window, what);
    assertThat(receipt).isInstanceOf(Receipt.Aborted.class);
    return ((Receipt.Aborted) receipt).code();
  }

  private ChainState follow() {
    long sequence = chain.head().blockOptional(PATIENCE).orElseThrow().sequence();
    return ChainState.of(
        chain.events(1).take(sequence).collectList().blockOptional(PATIENCE).orElseThrow());
  }

  @Test
  void headTellsSequenceAndTime() {
    chain.ready().block(PATIENCE);
    time.advance(1_234);
    assertThat(chain.head().block(PATIENCE))
        .isEqualTo(new ChainHead(World.NETWORK, GENESIS_EVENTS, World.GENESIS_MS + 1_234));
  }

  @Test
  void aKeyNamesOneCallAndNoOther() {
    executed(miner(1), register(1), 0, "register");
    assertThat(aborted(miner(1), register(2), 0, "register")).isEqualTo(AbortCode.KEY_REUSED);
    assertThat(follow().miners()).hasSize(1);
  }

  @Test
  void aCallWithAForeignSignatureOrForAnotherNetworkAborts() {
    LedgerAccess access = access(hosted, directory.resolve("ledger"), blocking);
    SignedCall honest = TestLedgers.signed(miner(1), register(1), 0, "register");
    SignedCall forged =
        new SignedCall(
            honest.publicKey(), honest.message(), miner(2).sign(honest.message().array()));
    assertThat(access.submit(forged).block(PATIENCE))
        .isInstanceOfSatisfying(
            Receipt.Aborted.class,
            aborted -> assertThat(aborted.code()).isEqualTo(AbortCode.BAD_SIGNATURE));
    SignedCall elsewhere =
        SignedCall.sign(
            miner(1),
            new NetworkId(World.digest("another network")),
            register(1),
            TestLedgers.key(miner(1), 0, "register"));
    assertThat(access.submit(elsewhere).block(PATIENCE))
        .isInstanceOfSatisfying(
            Receipt.Aborted.class,
            aborted -> assertThat(aborted.code()).isEqualTo(AbortCode.WRONG_NETWORK));
    SignedCall garbage =
        new SignedCall(honest.publicKey(), new Bytes(new byte[] {1, 2, 3}), honest.signature());
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> access.submit(garbage).block(PATIENCE))
        .matches(failure -> failure.code() == ErrorCode.MESSAGE_INVALID);
    access.close().block(PATIENCE);
    assertThat(follow().miners()).isEmpty();
  }

  @Test
  void closingEndsWhatIsUnderWayAndAllThatFollows() {
    StepVerifier.create(chain.events(GENESIS_EVENTS + 1))
        .then(() -> chain.close().block(PATIENCE))
        .expectErrorMatches(LedgerStories::isUnavailable)
        .verify(PATIENCE);
    StepVerifier.create(chain.head()).expectErrorMatches(LedgerStories::isUnavailable).verify();
    StepVerifier.create(chain.events(1)).expectErrorMatches(LedgerStories::isUnavailable).verify();
    chain.close().block(PATIENCE);
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof HubException known && known.code() == ErrorCode.CHAIN_UNAVAILABLE;
  }

  private void advanceTo(long window, long offsetMs) {
    long nowMs = chain.head().blockOptional(PATIENCE).orElseThrow().timeMs();
    time.advance(World.GENESIS_MS + window * World.WINDOW_MS + offsetMs - nowMs);
  }

  @Test
  void aWholeWindowEndsInCreditsForItsMiners() {
    for (int uid = 1; uid <= 3; uid++) {
      executed(miner(uid), register(uid), 0, "register");
      executed(
          validator(uid),
          new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "v"),
          0,
          "register");
      executed(validator(uid), World.registerEnclave(uid, 1), 0, "enclave");
    }
    advanceTo(1, 0);
    executed(miner(1), new ChainCall.OpenWindow(window(1)), 1, "open");
    for (int uid = 1; uid <= 3; uid++) {
      executed(miner(uid), World.commit(1, uid), 1, "commit");
    }
    advanceTo(1, World.DEADLINE_MS);
    executed(validator(1), new ChainCall.OpenScoring(window(1)), 1, "scoring");
    WindowRecord record = follow().window(window(1)).orElseThrow();
    for (int uid = 1; uid <= 3; uid++) {
      executed(
          validator(uid),
          new ChainCall.SubmitScores(World.signed(uid, 1, World.report(record, uid))),
          1,
          "scores");
    }
    advanceTo(2, 0);
    executed(miner(1), new ChainCall.FinalizeWindow(window(1)), 1, "finalize");
    assertThat(follow().window(window(1)).orElseThrow().result().orElseThrow().credits())
        .isNotEmpty();
    assertThat(executed(miner(3), new ChainCall.ClaimMiner(new MinerUid(3)), 1, "claim"))
        .singleElement()
        .extracting(ChainRecord::event)
        .isInstanceOf(ChainEvent.Claimed.class);
    assertThat(
            aborted(
                validator(1),
                new ChainCall.AnchorCheckpoint(
                    new ValidatorUid(1),
                    window(2),
                    World.digest("not the parent"),
                    World.digest("merged"),
                    World.digest("not the set")),
                2,
                "anchor"))
        .isEqualTo(AbortCode.WRONG_PARENT);
  }
}

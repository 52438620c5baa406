package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.tck.TestSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;

/** Ledgers on disk for tests, at the wall clock of {@link World}. */
final class TestLedgers {
  static final Clock WALL_CLOCK = Clock.fixed(World.WALL_CLOCK, ZoneOffset.UTC);

  private TestLedgers() {}

  static Ledger.Machine machine(ManualTime time) {
    return new Ledger.Machine(time, WALL_CLOCK, OptionalLong.of(7));
  }

  /** Opens the directory's ledger, creating the one of {@link World} if there is none. */
  static Ledger open(Path directory, ManualTime time) {
    return Ledger.open(directory, Optional.of(World.genesis()), machine(time));
  }

  /** Writes the genesis of {@link World} into the folder. */
  static Path genesis(Path folder) {
    try {
      return Files.write(folder.resolve("genesis.bcs"), World.genesis().encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LedgerSettings.Embedded embedded(Path directory) {
    return new LedgerSettings.Embedded(
        directory,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.of(genesis(directory.getParent())),
        OptionalLong.of(7));
  }

  static HostedLedger host(Path directory, ManualTime time) {
    return HostedLedger.join(embedded(directory), time, WALL_CLOCK);
  }

  static IdempotencyKey key(TestSigner signer, long window, String purpose) {
    return new IdempotencyKey(signer.address(), new WindowId(window), purpose);
  }

  static SignedCall signed(TestSigner signer, ChainCall call, long window, String purpose) {
    return SignedCall.sign(signer, World.NETWORK, call, key(signer, window, purpose));
  }

  static Receipt submit(
      Ledger ledger, TestSigner signer, ChainCall call, long window, String purpose) {
    return ledger.submit(signed(signer, call, window, purpose)).join();
  }

  /** What the ledger's records so far lead to. */
  static ChainState state(Ledger ledger) {
    return ChainState.of(ledger.log().between(1, ledger.log().lastSequence()));
  }

  /** Plays window 1 from registration to finalization, from the genesis time on. */
  static void playWindow(Ledger ledger, ManualTime time) {
    for (int uid = 1; uid <= 3; uid++) {
      executed(
          ledger,
          World.miner(uid),
          new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m"),
          0);
      executed(
          ledger,
          World.validator(uid),
          new ChainCall.RegisterValidator(World.VALIDATOR_STAKE, World.PAYOUT, "v"),
          0);
      executed(ledger, World.validator(uid), World.registerEnclave(uid, 1), 0);
    }
    time.advance(World.WINDOW_MS);
    executed(ledger, World.miner(1), new ChainCall.OpenWindow(new WindowId(1)), 1);
    for (int uid = 1; uid <= 3; uid++) {
      executed(ledger, World.miner(uid), World.commit(1, uid), 1);
    }
    time.advance(World.DEADLINE_MS);
    executed(ledger, World.miner(1), new ChainCall.OpenScoring(new WindowId(1)), 1);
    WindowRecord record = state(ledger).window(new WindowId(1)).orElseThrow();
    for (int uid = 1; uid <= 3; uid++) {
      executed(
          ledger,
          World.validator(uid),
          new ChainCall.SubmitScores(World.signed(uid, 1, World.report(record, uid))),
          1);
    }
    time.advance(World.WINDOW_MS - World.DEADLINE_MS);
    executed(ledger, World.miner(1), new ChainCall.FinalizeWindow(new WindowId(1)), 1);
  }

  private static void executed(Ledger ledger, TestSigner signer, ChainCall call, long window) {
    assertThat(submit(ledger, signer, call, window, call.getClass().getSimpleName()))
        .isInstanceOf(Receipt.Executed.class);
  }
}

package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.miner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The providers as a host uses them: settings in, services out. */
final class LedgerOpenerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path temporary;
  private TestPluginContext host;
  private Path directory;
  private Path genesis;

  @BeforeEach
  void writeGenesis() {
    host = TestPluginContext.in(temporary).withClock(TestLedgers.WALL_CLOCK);
    directory = temporary.resolve("ledger");
    genesis = TestLedgers.genesis(temporary);
  }

  @AfterEach
  void dispose() {
    host.close();
  }

  private PluginContext context(Map<String, Object> settings) {
    return host.withSettings(ConfigFactory.parseMap(settings));
  }

  private ChainAdapter chain(Map<String, Object> settings) {
    return await(new LocalChainProvider().open(context(settings)));
  }

  private static <T> T await(Mono<T> mono) {
    return mono.blockOptional(PATIENCE).orElseThrow();
  }

  private Map<String, Object> embedded() {
    return Map.of("directory", directory.toString(), "genesis", genesis.toString());
  }

  private Map<String, Object> readOnly() {
    return Map.of("directory", directory.toString(), "read-only", true);
  }

  private static List<ChainRecord> records(ChainAdapter chain) {
    return await(chain.events(1).take(await(chain.head()).sequence()).collectList());
  }

  private static Receipt register(ChainAdapter chain, int uid) {
    return await(
        chain.submit(
            miner(uid),
            new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m" + uid),
            TestLedgers.key(miner(uid), 0, "register")));
  }

  @Test
  void servicesOfOneDirectoryShareALedger() {
    ChainAdapter chain = chain(embedded());
    ChainAdapter second = chain(embedded());
    chain.ready().block(PATIENCE);
    assertThat(register(chain, 1)).isInstanceOf(Receipt.Executed.class);
    assertThat(records(second)).isEqualTo(records(chain)).hasSize(14);
    chain.close().block(PATIENCE);
    chain.close().block(PATIENCE);
    // The second is still in.
    assertThat(directory.resolve(LedgerServer.ENDPOINT_FILE)).exists();
    second.close().block(PATIENCE);
    assertThat(directory.resolve(LedgerServer.ENDPOINT_FILE)).doesNotExist();
    ChainAdapter again = chain(Map.of("directory", directory.toString()));
    assertThat(records(again)).hasSize(14);
    again.close().block(PATIENCE);
  }

  @Test
  void aDirectoryAnotherProcessKeepsIsInUse() throws IOException {
    chain(embedded()).close().block(PATIENCE);
    // The lock is held in this JVM but outside the shared ledgers, as another process holds it.
    try (DirectoryLock held = DirectoryLock.acquire(directory)) {
      assertThat(held).isNotNull();
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> chain(embedded()))
          .matches(failure -> failure.code() == ErrorCode.DATA_DIRECTORY_IN_USE)
          .withMessageContaining(directory.toString());
      // It lives, but has not said where.
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> chain(readOnly()))
          .matches(failure -> failure.code() == ErrorCode.CHAIN_UNAVAILABLE);
    }
    chain(embedded()).close().block(PATIENCE);
  }

  @Test
  void readOnlyUsesTheLiveLedgerOrElseItsFile() {
    ChainAdapter live = chain(embedded());
    ChainAdapter reader = chain(readOnly());
    register(live, 1);
    assertThat(records(reader)).hasSize(14);
    refusesCalls(reader);
    reader.close().block(PATIENCE);
    live.close().block(PATIENCE);

    ChainAdapter audit = chain(readOnly());
    assertThat(records(audit)).hasSize(14);
    refusesCalls(audit);
    // Nobody is kept out meanwhile.
    ChainAdapter again = chain(embedded());
    assertThat(records(again)).isEqualTo(records(audit));
    again.close().block(PATIENCE);
    audit.close().block(PATIENCE);
  }

  @Test
  void aCopyOfTheFileAloneCanBeRead() throws IOException {
    ChainAdapter live = chain(embedded());
    register(live, 1);
    live.close().block(PATIENCE);
    Path copy = Files.createDirectories(temporary.resolve("copy"));
    Files.copy(LedgerStore.file(directory), LedgerStore.file(copy));
    byte[] before = Files.readAllBytes(LedgerStore.file(copy));
    ChainAdapter audit = chain(Map.of("directory", copy.toString(), "read-only", true));
    assertThat(records(audit)).hasSize(14);
    audit.close().block(PATIENCE);
    assertThat(Files.readAllBytes(LedgerStore.file(copy))).isEqualTo(before);
    assertThat(copy).isDirectoryContaining(file -> file.endsWith("ledger.mv.db"));
  }

  private static void refusesCalls(ChainAdapter chain) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> register(chain, 2))
        .matches(failure -> failure.code() == ErrorCode.NOT_SUPPORTED);
  }

  @Test
  void noThreadOutlivesTheLastService() throws InterruptedException {
    ChainAdapter chain = chain(embedded());
    register(chain, 1);
    List<Thread> own = threads();
    assertThat(own).isNotEmpty();
    chain.close().block(PATIENCE);
    for (Thread thread : own) {
      thread.join(PATIENCE);
    }
    assertThat(threads()).isEmpty();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("(?i).*(ledger|h2|mvstore|http-).*"))
        .toList();
  }

  @Test
  void settingsThatLeadNowhereSayWhatToDo() throws IOException {
    configInvalid(Map.of("directory", directory.toString()), "genesis");
    configInvalid(
        Map.of("directory", directory.toString(), "genesis", temporary + "/none"), "genesis");
    Path damaged = temporary.resolve("damaged.bcs");
    Files.write(damaged, new byte[] {1, 2, 3});
    configInvalid(
        Map.of("directory", directory.toString(), "genesis", damaged.toString()), "damaged");
    configInvalid(Map.of("directory", temporary + "/nothing", "read-only", true), "directory");
  }

  private void configInvalid(Map<String, Object> settings, String word) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> chain(settings))
        .matches(failure -> failure.code() == ErrorCode.CONFIG_INVALID)
        .withMessageContaining(word);
  }
}

package io.vramhub.chain.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

final class RemoteChainContractTest implements LedgerChain {
  private final List<HostedLedger> hosted = new ArrayList<>();

  @Override
  public Config settings(Path directory) {
    HostedLedger ledger = TestLedgers.host(directory.resolve("ledger"), new ManualTime());
    hosted.add(ledger);
    return ConfigFactory.parseMap(Map.of("endpoint", ledger.endpoint()));
  }

  @AfterEach
  void leave() {
    hosted.forEach(HostedLedger::leave);
  }
}

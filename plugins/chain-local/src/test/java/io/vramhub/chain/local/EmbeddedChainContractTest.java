package io.vramhub.chain.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;

final class EmbeddedChainContractTest implements LedgerChain {
  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseMap(
        Map.of(
            "directory",
            directory.resolve("ledger").toString(),
            "genesis",
            TestLedgers.genesis(directory).toString()));
  }
}

package io.vramhub.seal.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.tck.NodeServiceContract;
import io.vramhub.tck.TestNode;
import java.nio.file.Path;
import java.util.Map;

final class KeyServerContractTest implements NodeServiceContract {
  @Override
  public KeyServerProvider provider() {
    return new KeyServerProvider();
  }

  @Override
  public String page() {
    return "/health";
  }

  @Override
  public TestNode node() {
    return Network.small().node();
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseMap(
        Map.of(
            "id",
            "0x" + "11".repeat(32),
            "master-key-file",
            directory.resolve("master.key").toString(),
            "audit-log-file",
            directory.resolve("audit.log").toString(),
            "longest-session-minutes",
            20));
  }
}

package io.vramhub.vramscan;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.spi.NodeService;
import io.vramhub.tck.NodeServiceContract;
import io.vramhub.tck.TestNode;
import java.nio.file.Path;

final class VramscanContractTest implements NodeServiceContract {
  @Override
  public NodeService.Provider provider() {
    return new VramscanProvider();
  }

  @Override
  public String page() {
    return "/v1/status";
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseString("connections = 3, rebuild = false");
  }

  @Override
  public TestNode node() {
    TestNode node = new TestNode();
    new RandomChain(1).events(40).forEach(happened -> node.happens(happened.event()));
    return node;
  }
}

package ${package};

import io.vramhub.api.spi.NodeService;
import io.vramhub.tck.NodeServiceContract;

/** Passes what every node service must pass; the contract brings the tests. */
final class HeadServiceTest implements NodeServiceContract {
  @Override
  public NodeService.Provider provider() {
    return new HeadServiceProvider();
  }
}

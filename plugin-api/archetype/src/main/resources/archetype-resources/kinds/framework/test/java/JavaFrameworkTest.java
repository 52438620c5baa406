package ${package};

import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.tck.TrainingFrameworkContract;

/** Passes what every training framework must pass; the contract brings the tests. */
final class JavaFrameworkTest implements TrainingFrameworkContract {
  @Override
  public TrainingFramework.Provider provider() {
    return new FrameworkProvider();
  }
}

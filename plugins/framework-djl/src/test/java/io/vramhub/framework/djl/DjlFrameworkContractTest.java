package io.vramhub.framework.djl;

import io.vramhub.tck.TrainingFrameworkContract;

final class DjlFrameworkContractTest implements TrainingFrameworkContract {
  @Override
  public DjlFrameworkProvider provider() {
    return new DjlFrameworkProvider();
  }
}

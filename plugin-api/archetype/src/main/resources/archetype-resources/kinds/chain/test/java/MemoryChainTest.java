package ${package};

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Coins;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.tck.ChainAdapterContract;
import io.vramhub.tck.TestSigner;

/** Passes what every chain must pass; the contract brings the tests. */
final class MemoryChainTest implements ChainAdapterContract {
  @Override
  public ChainAdapter.Provider provider() {
    return new ChainProvider();
  }

  @Override
  public Submission submission(int number) {
    TestSigner miner = new TestSigner("miner " + number);
    return new Submission(
        miner, new ChainCall.RegisterMiner(Coins.ZERO, miner.address(), "miner-" + number));
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.model.ChainCall;
import io.vramhub.tck.ChainAdapterContract;

/** The calls of the chain contract, on a ledger that begins as {@link World} does. */
interface LedgerChain extends ChainAdapterContract {
  @Override
  default LocalChainProvider provider() {
    return new LocalChainProvider();
  }

  /** Each account has the means to bond ten validators. */
  @Override
  default Submission submission(int number) {
    return new Submission(
        World.validator(1 + number % 6),
        new ChainCall.RegisterValidator(
            World.VALIDATOR_STAKE, World.PAYOUT, "validator " + number));
  }
}

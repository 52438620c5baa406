package io.vramhub.node.devnet;

import io.vramhub.api.model.ChainRecord;
import io.vramhub.protocol.chain.ChainState;
import java.util.List;

/** Where a devnet tells what happens. All calls come from one thread at a time. */
interface DevnetConsole extends AutoCloseable {
  /** A step of the start, or anything else worth one sentence. */
  void say(String sentence);

  /** A trouble an operator should see. */
  void warn(String sentence);

  /** An event of the chain, and the state right after it. */
  void happened(ChainRecord record, ChainState state);

  /** A miner made an inner step. */
  void stepped(int miner, int step, float loss);

  /** A miner committed what it trained in so many steps. */
  void trained(int miner, int steps);

  /** The held-out loss of a new checkpoint, in nats per token. */
  void measured(long checkpoint, double heldoutLoss);

  /** The end. */
  void summary(List<String> lines);

  @Override
  void close();
}

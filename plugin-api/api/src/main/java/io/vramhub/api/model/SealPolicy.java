package io.vramhub.api.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Under which identity something is sealed, and so who may open it when (protocol section 5). */
public sealed interface SealPolicy {
  /** A gradient: its scorers once scoring has opened, everyone once the window is final. */
  record Gradient(NetworkId network, WindowId window, MinerUid miner) implements SealPolicy {
    @Override
    public Bytes identity() {
      return SealPolicy.identity(0, network, window.number(), miner.value());
    }
  }

  /**
   * Credentials of a miner's storage: active validators with enough stake, for as long as the miner
   * has published no later ones.
   *
   * @param keyEpoch counts the miner's credentials, ascending; unsigned
   */
  record Credentials(NetworkId network, MinerUid miner, long keyEpoch) implements SealPolicy {
    @Override
    public Bytes identity() {
      return SealPolicy.identity(1, network, miner.value(), keyEpoch);
    }
  }

  /**
   * The identity as the chain's rules read it, 49 bytes: the kind (0 gradient, 1 credentials), the
   * network's 32 bytes, and both numbers as eight little-endian bytes each, in the order of the
   * components.
   */
  Bytes identity();

  private static Bytes identity(int kind, NetworkId network, long first, long second) {
    return new Bytes(
        ByteBuffer.allocate(1 + Digest.LENGTH + 2 * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) kind)
            .put(network.digest().array())
            .putLong(first)
            .putLong(second)
            .array());
  }
}

package io.vramhub.protocol.seal;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;

/** Reads the identities that {@link SealPolicy#identity()} writes. */
public final class SealIdentity {
  private static final int GRADIENT = 0;
  private static final int CREDENTIALS = 1;

  private SealIdentity() {}

  /** The policy that an identity names; anything else is {@code MESSAGE_INVALID}. */
  public static SealPolicy parse(byte[] identity) {
    return BcsReader.message("seal identity", identity, SealIdentity::read);
  }

  private static SealPolicy read(BcsReader reader) {
    int kind = reader.u8();
    NetworkId network = new NetworkId(Digest.of(reader.fixed(Digest.LENGTH)));
    return switch (kind) {
      case GRADIENT -> new SealPolicy.Gradient(network, new WindowId(reader.u64()), miner(reader));
      case CREDENTIALS -> new SealPolicy.Credentials(network, miner(reader), reader.u64());
      default -> throw reader.invalid("nothing is sealed under kind " + kind);
    };
  }

  private static MinerUid miner(BcsReader reader) {
    long uid = reader.u64();
    if (uid < 1 || uid > Integer.MAX_VALUE) {
      throw reader.invalid("no miner has uid " + uid);
    }
    return new MinerUid((int) uid);
  }
}

package io.vramhub.chain.local;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CallMessage;
import io.vramhub.protocol.message.CanonicalHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.OptionalLong;

/**
 * Where window seeds come from (protocol section 2): drawn when the call is decided and recorded in
 * its event, so that a replay needs no randomness. With a configured seed the draw depends on that
 * seed and the call alone, which is made once for each window, and not on what else happened or was
 * restarted before; such a network can be repeated, and predicted, by anyone who knows the seed.
 */
final class LedgerRandomness {
  private final OptionalLong seed;
  private final SecureRandom random = new SecureRandom();

  LedgerRandomness(OptionalLong seed) {
    this.seed = seed;
  }

  /** 32 bytes for the call that opens a window or its scoring. */
  Digest draw(ChainCall call) {
    if (seed.isPresent()) {
      return CanonicalHash.of(
          "vramhub/local-randomness/2",
          Long.toString(seed.getAsLong()).getBytes(StandardCharsets.US_ASCII),
          bytes(call));
    }
    byte[] drawn = new byte[Digest.LENGTH];
    random.nextBytes(drawn);
    return Digest.of(drawn);
  }

  private static byte[] bytes(ChainCall call) {
    BcsWriter writer = new BcsWriter();
    CallMessage.write(writer, call);
    return writer.toByteArray();
  }
}

package io.vramhub.seal.wire;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.protocol.message.CanonicalHash;
import java.nio.charset.StandardCharsets;

/**
 * Where a network's rules of sealing live: the package with {@code seal_policy}, and the shared
 * objects its functions read.
 *
 * @param packageId of the package's first version, which everything is sealed under
 */
public record PolicyObjects(Digest packageId, Digest rounds, Digest registry, Digest hparams) {
  private static final String DOMAIN = "vramhub/local-object/1";

  /**
   * The objects of a network that is no Sui network, and so has neither: its package id is the
   * network id, and each object id is {@code H("vramhub/local-object/1" | network | name)} with the
   * names {@code rounds}, {@code registry} and {@code hparams}.
   */
  public static PolicyObjects ofLocalNetwork(NetworkId network) {
    return new PolicyObjects(
        network.digest(),
        local(network, "rounds"),
        local(network, "registry"),
        local(network, "hparams"));
  }

  private static Digest local(NetworkId network, String name) {
    return CanonicalHash.of(
        DOMAIN, network.digest().array(), name.getBytes(StandardCharsets.UTF_8));
  }
}

package io.vramhub.seal.client;

import io.vramhub.api.model.Digest;
import io.vramhub.seal.scheme.PublicKey;
import io.vramhub.seal.scheme.ThresholdEncryption;
import io.vramhub.seal.wire.ObjectIds;
import java.net.URI;

/**
 * A key server of the committee.
 *
 * @param id its object id
 * @param url ends with a slash
 */
record KeyServer(Digest id, URI url, PublicKey key) {
  ThresholdEncryption.Server recipient() {
    return new ThresholdEncryption.Server(id, key);
  }

  /** For messages. */
  @Override
  public String toString() {
    return "key server " + ObjectIds.text(id) + " at " + url;
  }
}

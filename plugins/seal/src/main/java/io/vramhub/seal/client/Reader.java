package io.vramhub.seal.client;

import io.vramhub.api.model.Address;
import io.vramhub.api.spi.SealReader;
import java.util.Optional;

/**
 * By what rights something is opened: what one reader was given stays another's secret.
 *
 * @param owner empty for nobody in particular
 * @param validator 0 for nobody in particular
 */
record Reader(Optional<Address> owner, long validator) {
  static Reader of(SealReader reader) {
    return switch (reader) {
      case SealReader.Anyone() -> new Reader(Optional.empty(), 0);
      case SealReader.Validator(var uid, var signer) ->
          new Reader(Optional.of(signer.address()), uid.value());
    };
  }
}

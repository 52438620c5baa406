package io.vramhub.protocol.message;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;

/** The byte forms of the small types that every message is made of. */
final class Wire {
  private Wire() {}

  static void digest(BcsWriter writer, Digest digest) {
    writer.fixed(digest.array());
  }

  static Digest digest(BcsReader reader) {
    return Digest.of(reader.fixed(Digest.LENGTH));
  }

  static void network(BcsWriter writer, NetworkId network) {
    digest(writer, network.digest());
  }

  static NetworkId network(BcsReader reader) {
    return new NetworkId(digest(reader));
  }

  static void address(BcsWriter writer, Address address) {
    digest(writer, address.digest());
  }

  static Address address(BcsReader reader) {
    return new Address(digest(reader));
  }

  static void window(BcsWriter writer, WindowId window) {
    writer.u64(window.number());
  }

  static WindowId window(BcsReader reader) {
    return new WindowId(reader.u64());
  }

  static void miner(BcsWriter writer, MinerUid miner) {
    writer.u64(miner.value());
  }

  static MinerUid miner(BcsReader reader) {
    return new MinerUid(Math.toIntExact(reader.u64()));
  }

  static void validator(BcsWriter writer, ValidatorUid validator) {
    writer.u64(validator.value());
  }

  static ValidatorUid validator(BcsReader reader) {
    return new ValidatorUid(Math.toIntExact(reader.u64()));
  }

  static void coins(BcsWriter writer, Coins coins) {
    writer.u64(coins.baseUnits());
  }

  static Coins coins(BcsReader reader) {
    return new Coins(reader.u64());
  }

  static void pages(BcsWriter writer, PageRange pages) {
    writer.u64(pages.first()).u64(pages.count());
  }

  static PageRange pages(BcsReader reader) {
    return new PageRange(reader.u64(), reader.u64());
  }
}

package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Something sealed, in Seal's own form (version 0).
 *
 * @param shares one for each unit of a server's weight, of different indices
 * @param threshold how many shares open it, 1 to their number
 * @param nonce the randomness times the generator of G2
 * @param randomness the scalar behind the nonce, 32 bytes under a key that follows from the shares
 */
public record EncryptedObject(
    SealId id,
    List<Share> shares,
    int threshold,
    G2 nonce,
    Bytes randomness,
    Ciphertext ciphertext) {
  /** Indices are bytes, and 0 is the secret's own place. */
  static final int MAXIMUM_SHARES = 254;

  static final int KEY_BYTES = 32;

  private static final int VERSION = 0;
  private static final int MAXIMUM_NAME_BYTES = 1_024;

  /**
   * A share of the key, for one server.
   *
   * @param server the server's object id
   * @param index the place of the share, 1 to 255
   * @param masked 32 bytes
   */
  public record Share(Digest server, int index, Bytes masked) {}

  public EncryptedObject {
    shares = List.copyOf(shares);
    if (threshold < 1 || threshold > shares.size() || shares.size() > MAXIMUM_SHARES) {
      throw new IllegalArgumentException(
          "no object opens with " + threshold + " of " + shares.size() + " shares");
    }
    Set<Integer> indices = new HashSet<>();
    for (Share share : shares) {
      if (share.index() < 1 || share.index() > 0xff || !indices.add(share.index())) {
        throw new IllegalArgumentException(
            "indices of shares are 1 to 255 and differ: " + share.index());
      }
    }
  }

  /** {@code MESSAGE_INVALID}: not an encrypted object, or one of a later version. */
  public static EncryptedObject decode(byte[] bytes) {
    return BcsReader.message("encrypted object", bytes, EncryptedObject::read);
  }

  private static EncryptedObject read(BcsReader reader) {
    int version = reader.u8();
    if (version != VERSION) {
      throw reader.invalid("version " + version + " is not known");
    }
    SealId id = new SealId(digest(reader), new Bytes(reader.bytes(MAXIMUM_NAME_BYTES)));
    List<Place> places =
        reader.vector(MAXIMUM_SHARES, place -> new Place(digest(place), place.u8()));
    int threshold = reader.u8();
    if (reader.uleb128() != 0) {
      throw reader.invalid("the shares are not encrypted by Boneh-Franklin over BLS12-381");
    }
    G2 nonce = G2.decompress("the nonce", reader.fixed(G2.BYTES));
    List<Bytes> masked = reader.vector(MAXIMUM_SHARES, share -> new Bytes(share.fixed(KEY_BYTES)));
    if (masked.size() != places.size()) {
      throw reader.invalid(
          places.size() + " servers do not fit " + masked.size() + " encrypted shares");
    }
    Bytes randomness = new Bytes(reader.fixed(KEY_BYTES));
    List<Share> shares =
        IntStream.range(0, places.size())
            .mapToObj(i -> places.get(i).share(masked.get(i)))
            .toList();
    return new EncryptedObject(id, shares, threshold, nonce, randomness, readCiphertext(reader));
  }

  private record Place(Digest server, int index) {
    Share share(Bytes masked) {
      return new Share(server, index, masked);
    }
  }

  private static Ciphertext readCiphertext(BcsReader reader) {
    int variant = reader.uleb128();
    return switch (variant) {
      case 0 ->
          new Ciphertext.Aes256Gcm(
              new Bytes(reader.bytes()), reader.option(each -> new Bytes(each.bytes())));
      case 1 ->
          new Ciphertext.Hmac256Ctr(
              new Bytes(reader.bytes()),
              reader.option(each -> new Bytes(each.bytes())),
              new Bytes(reader.fixed(KEY_BYTES)));
      case 2 -> new Ciphertext.Plain();
      default -> throw reader.invalid("no ciphertext has number " + variant);
    };
  }

  private static Digest digest(BcsReader reader) {
    return Digest.of(reader.fixed(Digest.LENGTH));
  }

  /** The BCS form. */
  public Bytes encode() {
    BcsWriter writer =
        new BcsWriter()
            .u8(VERSION)
            .fixed(id.packageId().array())
            .bytes(id.name().array())
            .vector(shares, (out, share) -> out.fixed(share.server().array()).u8(share.index()))
            .u8(threshold)
            .uleb128(0)
            .fixed(nonce.compressed().array())
            .vector(shares, (out, share) -> out.fixed(share.masked().array()))
            .fixed(randomness.array());
    switch (ciphertext) {
      case Ciphertext.Aes256Gcm(var blob, var associated) ->
          writer
              .uleb128(0)
              .bytes(blob.array())
              .option(associated, (out, each) -> out.bytes(each.array()));
      case Ciphertext.Hmac256Ctr(var blob, var associated, var mac) ->
          writer
              .uleb128(1)
              .bytes(blob.array())
              .option(associated, (out, each) -> out.bytes(each.array()))
              .fixed(mac.array());
      case Ciphertext.Plain() -> writer.uleb128(2);
    }
    return new Bytes(writer.toByteArray());
  }
}

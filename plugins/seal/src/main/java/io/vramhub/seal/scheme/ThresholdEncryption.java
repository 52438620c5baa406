package io.vramhub.seal.scheme;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Seals to an identity, for t of n key servers. Boneh and Franklin's encryption alone withstands no
 * changed ciphertexts; that the randomness travels along and is checked makes up for it.
 */
public final class ThresholdEncryption {
  private ThresholdEncryption() {}

  /** A key server to seal for; one of more weight is named more than once. */
  public record Server(Digest id, PublicKey key) {}

  /**
   * What came of sealing.
   *
   * @param key the 32 bytes the data is under, in plain mode the secret itself
   */
  public record Sealed(EncryptedObject object, Bytes key) {
    @Override
    public String toString() {
      return object.toString();
    }
  }

  /**
   * Seals.
   *
   * @param threshold how many of the servers are needed to open
   * @param data empty in plain mode
   */
  public static Sealed seal(
      SealId id, List<Server> servers, int threshold, Mode mode, byte[] data, SecureRandom random) {
    byte[] baseKey = new byte[EncryptedObject.KEY_BYTES];
    random.nextBytes(baseKey);
    Scalar randomness = Scalar.random(random);
    G2 nonce = G2.generator().times(randomness);
    G1 identity = id.point();
    G1 blinded = identity.times(randomness);
    List<Shamir.Share> shares = Shamir.split(baseKey, threshold, servers.size(), random);
    List<EncryptedObject.Share> masked =
        IntStream.range(0, servers.size())
            .mapToObj(
                i -> {
                  Server server = servers.get(i);
                  Shamir.Share share = shares.get(i);
                  byte[] mask =
                      KeyDerivation.shareMask(
                          Pairing.bytes(blinded, server.key().point()),
                          nonce,
                          identity,
                          server.id(),
                          share.index());
                  return new EncryptedObject.Share(
                      server.id(),
                      share.index(),
                      new Bytes(KeyDerivation.mask(share.value().array(), mask)));
                })
            .toList();
    byte[] randomnessKey =
        KeyDerivation.objectKey(KeyDerivation.Purpose.RANDOMNESS, baseKey, threshold, masked);
    byte[] dataKey =
        KeyDerivation.objectKey(KeyDerivation.Purpose.DATA, baseKey, threshold, masked);
    EncryptedObject object =
        new EncryptedObject(
            id,
            masked,
            threshold,
            nonce,
            new Bytes(KeyDerivation.mask(randomness.toBigEndian(), randomnessKey)),
            DataEncryption.encrypt(dataKey, mode, data, new byte[0]));
    return new Sealed(object, new Bytes(dataKey));
  }

  /**
   * Opens. Whichever servers answered, the result is the same: the shares of all of them are
   * computed from the object's own randomness and must lie on one polynomial.
   *
   * @param keys of at least as many shares as the threshold, by server, and verified
   * @param publicKeys of every server of the object
   * @return the data, or the key of a plain object; {@code MESSAGE_INVALID} if it was not sealed
   *     honestly to this identity and these servers
   */
  public static Bytes open(
      EncryptedObject object, Map<Digest, UserKey> keys, Map<Digest, PublicKey> publicKeys) {
    G1 identity = object.id().point();
    List<Shamir.Share> shares =
        object.shares().stream()
            .filter(share -> keys.containsKey(share.server()))
            .limit(object.threshold())
            .map(
                share ->
                    unmask(
                        object,
                        identity,
                        share,
                        Pairing.bytes(key(keys, share.server()).point(), object.nonce())))
            .toList();
    if (shares.size() < object.threshold()) {
      throw new IllegalArgumentException(
          shares.size() + " shares are too few for a threshold of " + object.threshold());
    }
    byte[] baseKey = Shamir.interpolate(shares, 0);
    G1 blinded = identity.times(randomness(object, baseKey));
    for (EncryptedObject.Share share : object.shares()) {
      Shamir.Share expected =
          unmask(
              object,
              identity,
              share,
              Pairing.bytes(blinded, key(publicKeys, share.server()).point()));
      if (!new Bytes(Shamir.interpolate(shares, share.index())).equals(expected.value())) {
        throw invalid(
            "the share of key server 0x" + share.server() + " does not fit the other shares");
      }
    }
    byte[] dataKey = objectKey(object, KeyDerivation.Purpose.DATA, baseKey);
    return new Bytes(DataEncryption.decrypt(dataKey, object.ciphertext()));
  }

  private static Scalar randomness(EncryptedObject object, byte[] baseKey) {
    byte[] key = objectKey(object, KeyDerivation.Purpose.RANDOMNESS, baseKey);
    Scalar randomness = Scalar.ofBigEndian(KeyDerivation.mask(object.randomness().array(), key));
    if (!G2.generator().times(randomness).equals(object.nonce())) {
      throw invalid("the nonce does not follow from the sealed randomness");
    }
    return randomness;
  }

  private static byte[] objectKey(
      EncryptedObject object, KeyDerivation.Purpose purpose, byte[] baseKey) {
    return KeyDerivation.objectKey(purpose, baseKey, object.threshold(), object.shares());
  }

  private static Shamir.Share unmask(
      EncryptedObject object, G1 identity, EncryptedObject.Share share, byte[] shared) {
    byte[] mask =
        KeyDerivation.shareMask(shared, object.nonce(), identity, share.server(), share.index());
    return new Shamir.Share(
        share.index(), new Bytes(KeyDerivation.mask(share.masked().array(), mask)));
  }

  private static <T> T key(Map<Digest, T> keys, Digest server) {
    T key = keys.get(server);
    if (key == null) {
      throw new IllegalArgumentException("no key of server 0x" + server + " was given");
    }
    return key;
  }

  private static HubException invalid(String reason) {
    return new HubException(ErrorCode.MESSAGE_INVALID, "encrypted object: " + reason);
  }
}

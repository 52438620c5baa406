package io.vramhub.api.model;

/**
 * An account on the chain: blake2b-256 over the signature flag and the public key, as Sui derives
 * it.
 */
public record Address(Digest digest) implements Comparable<Address> {
  public static Address ofHex(String hex) {
    return new Address(Digest.ofHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  @Override
  public int compareTo(Address other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return "0x" + digest.hex();
  }
}

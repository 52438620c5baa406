package io.vramhub.seal.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class KeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SealId ID = new SealId(Digest.sha256(new byte[1]), new Bytes(new byte[49]));

  private final MasterKey master = MasterKey.random(RANDOM);

  @Test
  void aUserKeyIsForItsIdentityAndServerAlone() {
    UserKey key = master.extract(ID);
    assertThat(key.isFor(ID, master.publicKey())).isTrue();
    assertThat(key.isFor(new SealId(Digest.ZERO, ID.name()), master.publicKey())).isFalse();
    assertThat(key.isFor(ID, MasterKey.random(RANDOM).publicKey())).isFalse();
  }

  @Test
  void aProofOfPossessionIsOfItsKeyAndObjectAlone() {
    Digest server = Digest.sha256(new byte[2]);
    ProofOfPossession proof = master.prove(server);
    assertThat(proof.isOf(master.publicKey(), server)).isTrue();
    assertThat(proof.isOf(master.publicKey(), Digest.ZERO)).isFalse();
    assertThat(proof.isOf(MasterKey.random(RANDOM).publicKey(), server)).isFalse();
    assertThat(ProofOfPossession.of(proof.signature().compressed())).isEqualTo(proof);
  }

  @Test
  void aUserKeyTravelsUnderTheReadersKey() {
    TransportKey reader = TransportKey.random(RANDOM);
    UserKey key = master.extract(ID);
    TransportKey.Parcel parcel = reader.publicKey().pack(key, RANDOM);
    assertThat(reader.open(parcel)).isEqualTo(key);
    assertThat(TransportKey.random(RANDOM).open(parcel)).isNotEqualTo(key);
    assertThat(reader.publicKey().pack(key, RANDOM)).isNotEqualTo(parcel);
  }

  @Test
  void theHalvesOfATransportKeyBelongTogether() {
    TransportKey.Public key = TransportKey.random(RANDOM).publicKey();
    TransportKey.Public other = TransportKey.random(RANDOM).publicKey();
    assertThat(key.isConsistent()).isTrue();
    assertThat(new TransportKey.Public(key.encryption(), other.verification()).isConsistent())
        .isFalse();
  }

  @Test
  void pointsReadBackFromTheirCompressedForm() {
    G1 one = master.extract(ID).point();
    G2 two = master.publicKey().point();
    assertThat(G1.decompress("a key", one.compressed().array())).isEqualTo(one);
    assertThat(G2.decompress("a key", two.compressed().array())).isEqualTo(two);
  }

  @Test
  void refusesBytesThatAreNoPointOfTheGroup() {
    byte[] infinity = new byte[G1.BYTES];
    infinity[0] = (byte) 0xc0;
    refuses(infinity, "at infinity");
    refuses(new byte[G1.BYTES], "not a compressed point");
    refuses(new byte[0], "not a compressed point");
    byte[] point = G1.generator().compressed().array();
    point[G1.BYTES - 1] ^= 7;
    // x = the generator's, changed in its last bits, is of no point of the curve.
    refuses(point, "not on curve");
    // (0, 2) is on the curve, but its order is 3.
    byte[] smallOrder = new byte[G1.BYTES];
    smallOrder[0] = (byte) 0x80;
    refuses(smallOrder, "not in group");
  }

  private static void refuses(byte[] bytes, String reason) {
    assertThatThrownBy(() -> G1.decompress("the user key", bytes))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID))
        .hasMessageContaining("the user key")
        .hasMessageContaining(reason);
  }

  @Test
  void scalarsAreBelowTheOrderAndNotZero() {
    byte[] order = Scalar.ORDER.toByteArray();
    for (byte[] bytes : new byte[][] {order, new byte[Scalar.BYTES], new byte[1]}) {
      assertThatThrownBy(() -> Scalar.ofBigEndian(bytes)).isInstanceOf(HubException.class);
    }
    byte[] largest = Scalar.ORDER.subtract(BigInteger.ONE).toByteArray();
    assertThat(Scalar.ofBigEndian(largest).toBigEndian()).isEqualTo(largest);
    byte[] one = new byte[Scalar.BYTES];
    one[Scalar.BYTES - 1] = 1;
    assertThat(Scalar.ofBigEndian(one).toBigEndian()).isEqualTo(one);
    assertThat(G2.generator().times(Scalar.ofBigEndian(one))).isEqualTo(G2.generator());
  }

  @Test
  void keysNeverPrintThemselves() {
    assertThat(master + " " + master.extract(ID) + " " + TransportKey.random(RANDOM))
        .doesNotContainPattern("[0-9a-f]{16}");
  }
}

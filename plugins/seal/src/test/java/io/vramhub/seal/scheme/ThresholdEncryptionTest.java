package io.vramhub.seal.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ThresholdEncryptionTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SealId ID =
      new SealId(Digest.sha256(new byte[] {7}), Bytes.ofHex("00".repeat(49)));
  private static final byte[] DATA = "a data key of a gradient, say...".getBytes();

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "2,2", "1,3", "2,3", "3,3", "2,4", "3,4", "3,5", "5,5"})
  void anyServersOfEnoughNumberOpen(int threshold, int count) {
    Committee committee = Committee.of(count, RANDOM);
    Random order = new Random(31L * threshold + count);
    for (Mode mode : Mode.values()) {
      byte[] data = mode == Mode.PLAIN ? new byte[0] : new byte[order.nextInt(200)];
      order.nextBytes(data);
      ThresholdEncryption.Sealed sealed =
          ThresholdEncryption.seal(ID, committee.servers(), threshold, mode, data, RANDOM);
      EncryptedObject object = EncryptedObject.decode(sealed.object().encode().array());
      assertThat(object).isEqualTo(sealed.object());
      List<Integer> places = new ArrayList<>(IntStream.range(0, count).boxed().toList());
      Collections.shuffle(places, order);
      Bytes opened =
          ThresholdEncryption.open(
              object, committee.extract(ID, places.subList(0, threshold)), committee.publicKeys());
      assertThat(opened).isEqualTo(mode == Mode.PLAIN ? sealed.key() : new Bytes(data));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void nothingOpensOfWhichAByteWasChanged(Mode mode) {
    Committee committee = Committee.of(3, RANDOM);
    EncryptedObject object =
        ThresholdEncryption.seal(
                ID, committee.servers(), 2, mode, mode == Mode.PLAIN ? new byte[0] : DATA, RANDOM)
            .object();
    byte[] bytes = object.encode().array();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 << i % Byte.SIZE);
      refuses(committee, changed);
    }
    refuses(committee, Arrays.copyOf(bytes, bytes.length - 1));
    refuses(committee, Arrays.copyOf(bytes, bytes.length + 1));
    refuses(committee, new byte[0]);
  }

  /** As a client does: it takes identity and servers as it knows them, and all keys there are. */
  private static void refuses(Committee committee, byte[] bytes) {
    assertThatThrownBy(
            () -> {
              EncryptedObject object = EncryptedObject.decode(bytes);
              if (object.id().equals(ID)
                  && object.shares().stream()
                      .allMatch(share -> committee.publicKeys().containsKey(share.server()))) {
                ThresholdEncryption.open(
                    object, committee.extract(ID, List.of(0, 1, 2)), committee.publicKeys());
              }
              throw new HubException(ErrorCode.MESSAGE_INVALID, "another identity or server");
            })
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID));
  }

  @Test
  void fewerServersDoNotOpen() {
    Committee committee = Committee.of(3, RANDOM);
    EncryptedObject object = sealed(committee);
    assertThatThrownBy(
            () ->
                ThresholdEncryption.open(
                    object, committee.extract(ID, List.of(1)), committee.publicKeys()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too few");
  }

  @Test
  void keysOfAnotherIdentityDoNotOpen() {
    Committee committee = Committee.of(3, RANDOM);
    SealId other = new SealId(ID.packageId(), Bytes.EMPTY);
    assertThatThrownBy(
            () ->
                ThresholdEncryption.open(
                    sealed(committee),
                    committee.extract(other, List.of(0, 1)),
                    committee.publicKeys()))
        .isInstanceOf(HubException.class);
  }

  /** A sealer that lies: the third server's share is of another secret. */
  @Test
  void nothingOpensThatWouldOpenDifferentlyWithOtherServers() {
    Committee committee = Committee.of(3, RANDOM);
    Map<Digest, PublicKey> publicKeys = new HashMap<>(committee.publicKeys());
    EncryptedObject object = sealed(committee);
    publicKeys.put(Committee.id(2), MasterKey.random(RANDOM).publicKey());
    assertThatThrownBy(
            () ->
                ThresholdEncryption.open(object, committee.extract(ID, List.of(0, 1)), publicKeys))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("0x" + Committee.id(2))
        .hasMessageContaining("does not fit the other shares");
  }

  @Test
  void theSameSecretIsNeverSealedAlike() {
    Committee committee = Committee.of(1, RANDOM);
    assertThat(ThresholdEncryption.seal(ID, committee.servers(), 1, Mode.AES_256_GCM, DATA, RANDOM))
        .isNotEqualTo(
            ThresholdEncryption.seal(ID, committee.servers(), 1, Mode.AES_256_GCM, DATA, RANDOM));
  }

  @Test
  void multiplicationIsThatOfAes() {
    // FIPS 197, sections 4.2 and 4.2.1
    assertThat(Gf256.multiply(0x57, 0x83)).isEqualTo(0xc1);
    assertThat(Gf256.multiply(0x57, 0x13)).isEqualTo(0xfe);
    for (int element = 1; element < 256; element++) {
      assertThat(Gf256.multiply(element, Gf256.invert(element))).isEqualTo(1);
    }
  }

  private static EncryptedObject sealed(Committee committee) {
    return ThresholdEncryption.seal(ID, committee.servers(), 2, Mode.AES_256_GCM, DATA, RANDOM)
        .object();
  }
}

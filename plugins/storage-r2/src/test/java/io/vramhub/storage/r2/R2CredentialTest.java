package io.vramhub.storage.r2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import java.net.URI;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class R2CredentialTest {
  private static final R2Credential CREDENTIAL =
      new R2Credential(
          new Location(URI.create("https://acc.example"), "vram", "miner-7/"),
          "auto",
          new AccessKey("id", "geheim"));
  private static final String GOLDEN =
      "5652523201"
          + "1300"
          + "68747470733a2f2f6163632e6578616d706c65"
          + "0400"
          + "7672616d"
          + "0800"
          + "6d696e65722d372f"
          + "0400"
          + "6175746f"
          + "0200"
          + "6964"
          + "0600"
          + "67656865696d";

  @Test
  void hasTheseBytes() {
    assertThat(CREDENTIAL.encoded().secret().hex()).isEqualTo(GOLDEN);
    assertThat(R2Credential.decoded(new Credential(Bytes.ofHex(GOLDEN)))).isEqualTo(CREDENTIAL);
  }

  @Test
  void changedBytesAreAnotherCredentialOrAnInvalidMessage() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = Bytes.ofHex(GOLDEN).array();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      isAnotherOrInvalid(Arrays.copyOf(bytes, random.nextInt(bytes.length + 3)));
    }
  }

  private static void isAnotherOrInvalid(byte[] bytes) {
    Credential changed = new Credential(new Bytes(bytes));
    try {
      assertThat(R2Credential.decoded(changed).encoded()).isEqualTo(changed);
    } catch (HubException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
    }
  }

  @Test
  void aPeerCannotNameAnAddressWithoutTls() {
    String plain = GOLDEN.replace("1300" + "68747470733a", "1200" + "687474703a");
    assertThatThrownBy(() -> R2Credential.decoded(new Credential(Bytes.ofHex(plain))))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("https://");
  }

  @Test
  void showsNoSecret() {
    assertThat(CREDENTIAL.toString()).doesNotContain("geheim");
    assertThat(CREDENTIAL.encoded().toString()).doesNotContain("geheim");
  }
}

package io.vramhub.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vramhub.api.model.Bytes;
import org.junit.jupiter.api.Test;

final class TokenPagesTest {
  @Test
  void readsBothWidths() {
    assertThat(TokenPages.decode(Bytes.ofHex("0100feff"), 2)).containsExactly(1, 65534);
    assertThat(TokenPages.decode(Bytes.ofHex("01000000feff0100"), 4)).containsExactly(1, 131070);
  }

  @Test
  void refusesPartsOfTokens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenPages.decode(Bytes.ofHex("010000"), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenPages.decode(Bytes.ofHex("010000"), 3));
  }
}

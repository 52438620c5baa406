package io.vramhub.seal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What Seal's own client 1.4.12 makes of a user whose key has the seed 7, 7, 7, ... */
final class SessionTest {
  private static final Address USER =
      Address.ofHex("0xa0ccc8bcc83f6c628340134f8546a21e0618fd1aaa02432bba454c4a2c2233da");
  private static final Bytes SESSION_KEY = base64("Nso4nPdFVvD2p68XDuixhtzKMc46grPtEWsaaKwSim0=");
  private static final SuiSignature SIGNATURE =
      SuiSignature.decode(
          base64(
                  "AMKa5AZiA0QiiYvC5GBDzOltrcqPyP4my4DF9BcBogjbv6xH6ULebM+yWK5igv8P2RF2Pt5wEShQ"
                      + "/Oq1xBTLyQjqSmxj4pxSCr71UHsTLsX5lUd2rr6+e5JCHuppFEbSLA==")
              .array());

  private final Session session =
      new Session(
          Digest.ofHex("5a".repeat(32)), Instant.ofEpochMilli(1_793_491_205_678L), 10, SESSION_KEY);

  private static Bytes base64(String text) {
    return new Bytes(Base64.getDecoder().decode(text));
  }

  @Test
  void theUserSignsThisSentence() {
    assertThat(new String(session.personalMessage(), UTF_8))
        .isEqualTo(
            "Accessing keys of package 0x"
                + "5a".repeat(32)
                + " for 10 mins from 2026-11-01 00:00:05 UTC, session key"
                + " Nso4nPdFVvD2p68XDuixhtzKMc46grPtEWsaaKwSim0=");
    assertThat(session.ends()).isEqualTo(session.created().plusSeconds(600));
  }

  @Test
  void theSignatureOfSealsOwnClientIsTheUsers() {
    assertThat(Ed25519.address(SIGNATURE.publicKey())).isEqualTo(USER);
    assertThat(SIGNATURE.isOf(USER, session.personalMessage())).isTrue();
    assertThat(SuiSignature.decode(SIGNATURE.encode())).isEqualTo(SIGNATURE);
  }

  @Test
  void aMessageLongerThanOneByteOfLengthIsSignedTheSameWay() {
    SuiSignature signature =
        SuiSignature.decode(
            base64(
                    "ACQA8LRMLW/dBeoVPlJgohnyLgweKj0lxxDslNkhzaLO4ti+JOnAldzhkzX76wdpSsp7uqkWKC8X"
                        + "CXxCHAPZmQHqSmxj4pxSCr71UHsTLsX5lUd2rr6+e5JCHuppFEbSLA==")
                .array());
    assertThat(signature.isOf(USER, "A".repeat(300).getBytes(UTF_8))).isTrue();
  }

  @Test
  void nothingElseIsSigned() {
    Session later =
        new Session(
            session.packageId(), session.created().plusSeconds(1), session.minutes(), SESSION_KEY);
    assertThat(SIGNATURE.isOf(USER, later.personalMessage())).isFalse();
    assertThat(SIGNATURE.isOf(new Address(Digest.ZERO), session.personalMessage())).isFalse();
    SuiSignature anybodys = new SuiSignature(new Bytes(new byte[64]), new Bytes(new byte[32]));
    assertThat(anybodys.isOf(Ed25519.address(anybodys.publicKey()), session.personalMessage()))
        .as("a key of small order")
        .isFalse();
  }
}

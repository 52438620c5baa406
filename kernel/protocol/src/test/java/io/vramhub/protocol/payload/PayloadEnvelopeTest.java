package io.vramhub.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PayloadEnvelopeTest {
  private static final NetworkParameters.Model MODEL = SampleGradients.model(32);
  private static final SealPolicy.Gradient POLICY =
      new SealPolicy.Gradient(
          new NetworkId(SampleGradients.digest("network")), new WindowId(7), new MinerUid(3));
  private static final Credential KEY = new Credential(SampleGradients.digest("key").bytes());
  private static final SealedCredential SEALED_KEY = new SealedCredential(new Bytes(new byte[80]));
  private static final byte[] PAYLOAD = SampleGradients.payload(MODEL, 42);
  private static final byte[] STORED =
      PayloadEnvelope.seal(PAYLOAD, POLICY, KEY, new byte[12], SEALED_KEY);

  @Test
  void opensWithItsKeyAlone() throws PayloadException {
    PayloadEnvelope envelope = PayloadEnvelope.parse(STORED);
    assertThat(envelope.policy()).isEqualTo(POLICY);
    assertThat(envelope.sealedKey()).isEqualTo(SEALED_KEY);
    assertThat(envelope.open(KEY)).isEqualTo(PAYLOAD);
    assertMalformed(() -> envelope.open(new Credential(SampleGradients.digest("other").bytes())));
    assertMalformed(() -> envelope.open(new Credential(new Bytes(new byte[16]))));
  }

  @Test
  void givesTheGoldenBytes() {
    assertThat(Digest.sha256(STORED).hex())
        .isEqualTo("c5e8be06438370086ac85a4bb5bccb9f0856640df6d4373edf3aa2d9554088bd");
  }

  @Test
  void noChangedBitOpens() {
    for (int at = 0; at < STORED.length; at += at < 200 ? 1 : 61) {
      byte[] mutant = STORED.clone();
      mutant[at] ^= 1;
      assertMalformed(() -> PayloadEnvelope.parse(mutant).open(KEY));
    }
  }

  @Test
  void noTruncationParsesAndOpens() {
    for (int length = 0; length < STORED.length; length += length < 200 ? 1 : 61) {
      byte[] mutant = Arrays.copyOf(STORED, length);
      assertMalformed(() -> PayloadEnvelope.parse(mutant).open(KEY));
    }
  }

  @Test
  void hidesThePayload() {
    assertThat(new Bytes(STORED).hex()).doesNotContain(new Bytes(PAYLOAD).hex().substring(0, 64));
  }

  @Test
  void staysWithinTheBoundForCommits() {
    byte[] longest =
        PayloadEnvelope.seal(
            new byte[(int) GradientPayload.maximumBytes(MODEL)],
            POLICY,
            KEY,
            new byte[12],
            new SealedCredential(new Bytes(new byte[4096])));
    assertThat((long) longest.length).isLessThanOrEqualTo(PayloadEnvelope.maximumBytes(MODEL));
    assertThatThrownBy(
            () ->
                PayloadEnvelope.seal(
                    PAYLOAD,
                    POLICY,
                    KEY,
                    new byte[12],
                    new SealedCredential(new Bytes(new byte[4097]))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheFileByWindowAndMiner() {
    assertThat(PayloadNames.file(new WindowId(12), new MinerUid(5)).name())
        .isEqualTo("gradient-12-5-v1.pt");
  }

  private static void assertMalformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PayloadException.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.MALFORMED));
  }
}

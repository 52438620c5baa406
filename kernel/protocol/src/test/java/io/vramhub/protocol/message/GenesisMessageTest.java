package io.vramhub.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.AttestationPolicy;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.FaucetPaid;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EnclaveKind;
import io.vramhub.api.model.WindowId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GenesisMessageTest {
  private static final Bytes PCR =
      new Bytes(Samples.digest("pcr").hex().substring(16).getBytes(StandardCharsets.US_ASCII));

  private static GenesisMessage startingAt(long startMs) {
    return new GenesisMessage(
        Samples.NETWORK,
        Samples.PARAMETERS,
        new AttestationPolicy(
            EnclaveKind.SOFTWARE,
            new Bytes(new byte[] {1, 2, 3}),
            List.of(new AttestationPolicy.Measurement(PCR, PCR, PCR))),
        Samples.OWNER,
        Samples.digest("genesis root"),
        startMs,
        List.of(
            new GenesisMessage.Funding(Samples.OWNER, Coins.whole(7)),
            new GenesisMessage.Funding(new Address(Samples.digest("miner")), Coins.whole(2))));
  }

  private static final GenesisMessage GENESIS = startingAt(1_744_038_907_000L);

  @Test
  void formIsFrozenAndComesBack() {
    assertThat(Digest.sha256(GENESIS.encode()).brief()).isEqualTo("93a4b2f1");
    assertThat(GenesisMessage.decode(GENESIS.encode())).isEqualTo(GENESIS);
  }

  @Test
  void namesTheFirstEventsOfTheLedger() {
    assertThat(GENESIS.created().genesis())
        .isEqualTo(new CheckpointRef(new WindowId(1), Samples.digest("genesis root")));
    assertThat(GENESIS.payments())
        .containsExactly(
            new FaucetPaid(Samples.OWNER, Coins.whole(7)),
            new FaucetPaid(new Address(Samples.digest("miner")), Coins.whole(2)));
  }

  @Test
  void refusesAStartOutsideWindowZero() {
    long genesisMs = Samples.PARAMETERS.schedule().genesisMs();
    assertThat(startingAt(genesisMs).startMs()).isEqualTo(genesisMs);
    assertThatIllegalArgumentException().isThrownBy(() -> startingAt(genesisMs - 1));
    assertThatIllegalArgumentException().isThrownBy(() -> startingAt(genesisMs + 15_000));
  }

  @Test
  void mutatedBytesAreRefusedOrMeanSomethingElse() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] bytes = GENESIS.encode();
    for (int i = 0; i < 2_000; i++) {
      byte[] mutated = bytes.clone();
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        GenesisMessage decoded = GenesisMessage.decode(mutated);
        assertThat(decoded).isNotEqualTo(GENESIS);
        assertThat(decoded.encode()).isEqualTo(mutated);
      } catch (HubException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.MESSAGE_INVALID);
      }
    }
  }
}

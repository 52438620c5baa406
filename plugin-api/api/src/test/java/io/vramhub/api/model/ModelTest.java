package io.vramhub.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelTest {
  @Test
  void modelCountsTheTensorsOfALlamaCheckpoint() {
    ModelSpec model = new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true);

    assertThat(model.tensors()).hasSize(1 + 4 * 9 + 1);
    assertThat(model.tensors().getFirst().name()).isEqualTo("model.embed_tokens.weight");
    assertThat(model.parameters())
        .isEqualTo(256 * 128 + 4 * (4 * 128 * 128 + 3 * 128 * 344 + 2 * 128) + 128);
  }

  @Test
  void modelRefusesHeadsThatDoNotDivide() {
    assertThatThrownBy(() -> new ModelSpec(256, 1, 130, 4, 4, 344, 128, 10_000, 10_000, true))
        .hasMessageContaining("head size");
  }

  @Test
  void bytesAreComparedByContentAndCannotBeChanged() {
    byte[] array = {1, 2, 3};
    Bytes bytes = new Bytes(array);
    array[0] = 9;
    bytes.array()[1] = 9;

    assertThat(bytes).isEqualTo(new Bytes(new byte[] {1, 2, 3}));
    assertThat(bytes.hex()).isEqualTo("010203");
  }

  @Test
  void digestIsSha256() {
    assertThat(Digest.sha256(new byte[] {'a', 'b'}, new byte[] {'c'}).hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void onlyAnAcceptedGradientHasGains() {
    assertThatThrownBy(
            () ->
                new ScoreEntry(
                    new MinerUid(1),
                    Digest.ZERO,
                    Verdict.MALFORMED,
                    new NanoNats(1),
                    NanoNats.ZERO))
        .hasMessageContaining("only an accepted gradient has gains");
  }

  @Test
  void sharesSumToTheWholeOrThereAreNone() {
    TreeMap<MinerUid, Long> shares = new TreeMap<>();
    assertThat(new PayoutShares(shares).nanos()).isEmpty();
    shares.put(new MinerUid(1), 999_999_999L);
    assertThatThrownBy(() -> new PayoutShares(shares)).hasMessageContaining("999999999");
  }

  @Test
  void storageKeysCannotLeaveTheirFolder() {
    for (String name : List.of("../a", "/a", "a//b", "a/../b", ".hidden", "", "a b", "a\\b")) {
      assertThatThrownBy(() -> new BlobKey(name))
          .as(name)
          .hasMessageContaining("not a storage key");
    }
    assertThat(new BlobKey("gradient-1-2-v1.pt").name()).isEqualTo("gradient-1-2-v1.pt");
  }

  @Test
  void abortNumbersAreUnique() {
    assertThat(Arrays.stream(AbortCode.values()).map(AbortCode::number)).doesNotHaveDuplicates();
  }

  @Test
  void secretsDoNotPrintThemselves() {
    assertThat(new Credential(new Bytes(new byte[] {42})).toString()).isEqualTo("***");
  }
}

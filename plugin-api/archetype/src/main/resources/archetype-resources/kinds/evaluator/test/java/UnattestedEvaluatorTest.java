package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.tck.LossEvaluatorContract;
import java.util.Arrays;

/** Passes what every evaluator must pass; the contract brings the tests. */
final class UnattestedEvaluatorTest implements LossEvaluatorContract {
  @Override
  public LossEvaluator.Provider provider() {
    return new EvaluatorProvider();
  }

  @Override
  public Bytes attestedKey(Attestation attestation, Bytes nonce) {
    byte[] document = attestation.document().array();
    int keyEnds = UnattestedEvaluator.KEY_BYTES;
    assertThat(Arrays.copyOfRange(document, keyEnds, document.length)).isEqualTo(nonce.array());
    return new Bytes(Arrays.copyOf(document, keyEnds));
  }
}

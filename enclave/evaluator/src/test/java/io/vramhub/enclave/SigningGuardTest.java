package io.vramhub.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.tck.EvaluationRequests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SigningGuardTest {
  private final SigningGuard guard = new SigningGuard();

  @Test
  void noSequenceOfRequestsGetsTwoMessagesForOneWindow() {
    Random random = new Random(5);
    Map<List<Long>, Digest> signed = new HashMap<>();
    int refused = 0;
    for (int run = 0; run < 2_000; run++) {
      int validator = 1 + random.nextInt(3);
      long window = 1 + run / 100 + random.nextInt(4);
      EvaluationRequest request = EvaluationRequests.of(validator, window, Digest.ZERO);
      Digest digest = Digest.sha256(new byte[] {(byte) random.nextInt(3)});
      try {
        if (guard.check(request, digest).isEmpty()) {
          guard.remember(request, digest, scores(request));
        }
        Digest before = signed.putIfAbsent(List.of((long) validator, window), digest);
        assertThat(before == null || before.equals(digest)).isTrue();
      } catch (RefusedRequestException e) {
        assertThat(e.status()).isEqualTo(RefusedRequestException.CONFLICT);
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 1_900);
  }

  @Test
  void servesABoundedNumberOfValidators() throws RefusedRequestException {
    for (int validator = 1; validator <= SigningGuard.MAXIMUM_VALIDATORS; validator++) {
      EvaluationRequest request = EvaluationRequests.of(validator, 1, Digest.ZERO);
      assertThat(guard.check(request, Digest.ZERO)).isEmpty();
      guard.remember(request, Digest.ZERO, scores(request));
    }
    EvaluationRequest oneMore =
        EvaluationRequests.of(SigningGuard.MAXIMUM_VALIDATORS + 1, 1, Digest.ZERO);

    assertThatThrownBy(() -> guard.check(oneMore, Digest.ZERO))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining("more than it can guard");
    assertThat(guard.check(EvaluationRequests.of(1, 2, Digest.ZERO), Digest.ZERO)).isEmpty();
  }

  private static SignedScoreReport scores(EvaluationRequest request) {
    return new SignedScoreReport(
        new ScoreReport(
            request.network(),
            request.validator(),
            request.enclaveEpoch(),
            request.window(),
            "strict-f32/1",
            request.baseRoot(),
            Digest.ZERO,
            request.assignmentSeed(),
            request.evaluationSeed(),
            List.of()),
        1,
        new Bytes(new byte[64]));
  }
}

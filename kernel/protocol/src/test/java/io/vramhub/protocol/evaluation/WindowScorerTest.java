package io.vramhub.protocol.evaluation;

import static io.vramhub.protocol.evaluation.ScoringScenario.candidate;
import static io.vramhub.protocol.evaluation.ScoringScenario.digest;
import static io.vramhub.protocol.evaluation.ScoringScenario.gradient;
import static io.vramhub.protocol.evaluation.ScoringScenario.header;
import static io.vramhub.protocol.evaluation.ScoringScenario.request;
import static io.vramhub.protocol.evaluation.ScoringScenario.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.data.TokenPages;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.PayloadHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowScorerTest {
  private final StrictEvaluator evaluator = new StrictEvaluator(ScoringScenario.SPEC, 2);
  private final MemorySegment base = RandomModels.parameters(ScoringScenario.SPEC, new Random(11));

  @AfterEach
  void close() {
    evaluator.close();
  }

  @Test
  void gainsAreThoseOfTheDefinition() throws PayloadException {
    EvaluationRequest request = request(candidate(1, 0, 100), candidate(2, 1, 200));

    List<ScoreEntry> entries = score(request);

    ReferenceEvaluator definition = new ReferenceEvaluator(ScoringScenario.SPEC);
    for (int i = 0; i < 2; i++) {
      Candidate candidate = request.candidates().get(i);
      MemorySegment trial = MemorySegment.ofArray(base.toArray(ValueLayout.JAVA_BYTE));
      GradientCodec.of(request.parameters().model())
          .decode(gradient((i + 1) * 100L))
          .forEach(
              (index, value) -> {
                float old = trial.get(ParameterLayout.FLOAT, index * Float.BYTES);
                trial.set(ParameterLayout.FLOAT, index * Float.BYTES, Math.fma(-0.5f, value, old));
              });
      TokenBatch heldout = batch(request.heldout());
      TokenBatch assigned = batch(candidate.assigned());
      ScoreEntry entry = entries.get(i);
      assertThat(entry.miner()).isEqualTo(candidate.miner());
      assertThat(entry.contentHash()).isEqualTo(candidate.contentHash());
      assertThat(entry.verdict()).isEqualTo(Verdict.ACCEPTED);
      assertThat(entry.heldoutGain().value())
          .isNotZero()
          .isEqualTo(
              definition.lossNanoNats(base, heldout).orElseThrow()
                  - definition.lossNanoNats(trial, heldout).orElseThrow());
      assertThat(entry.assignedGain().value())
          .isNotZero()
          .isEqualTo(
              definition.lossNanoNats(base, assigned).orElseThrow()
                  - definition.lossNanoNats(trial, assigned).orElseThrow());
    }
  }

  @Test
  void leavesTheBaseAsItWasOnEveryBit() {
    byte[] before = base.toArray(ValueLayout.JAVA_BYTE);

    score(request(candidate(1, 0, 100), candidate(2, 1, 200), candidate(3, 2, 300)));

    assertThat(base.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
  }

  @Test
  void aBadPayloadNeverCostsAnotherMinerAnything() {
    ScoreEntry alone = score(request(candidate(4, 3, 100))).getFirst();

    List<ScoreEntry> entries =
        score(
            request(
                candidate(1, 0, new byte[] {1, 2, 3}),
                withStored(candidate(2, 1, 200), Optional.empty()),
                candidate(3, 2, 300),
                candidate(4, 3, 100)));

    assertThat(entries).extracting(entry -> entry.miner().value()).containsExactly(1, 2, 3, 4);
    assertThat(entries.getLast()).isEqualTo(alone);
  }

  @Test
  void nothingStoredIsMissing() {
    assertThat(verdict(withStored(candidate(1, 0, 100), Optional.empty())))
        .isEqualTo(Verdict.MISSING);
  }

  @Test
  void otherBytesThanCommittedAreAHashMismatch() {
    Candidate other = candidate(1, 0, 200);
    assertThat(verdict(withStored(candidate(1, 0, 100), other.stored())))
        .isEqualTo(Verdict.HASH_MISMATCH);
  }

  @Test
  void bytesThatAreNoEnvelopeOrPayloadAreMalformed() {
    assertThat(verdict(candidate(1, 0, new byte[0]))).isEqualTo(Verdict.MALFORMED);
    assertThat(verdict(candidate(1, 0, new byte[100_000_000]))).isEqualTo(Verdict.MALFORMED);
    assertThat(verdict(candidate(1, 0, sealed(policy(1), 1, new byte[] {1, 2, 3}))))
        .isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void anEnvelopeThatDoesNotOpenIsMalformed() {
    byte[] underAnotherKey = sealed(policy(1), 2, GradientPayload.write(header(1), gradient(100)));
    assertThat(verdict(candidate(1, 0, underAnotherKey))).isEqualTo(Verdict.MALFORMED);

    Candidate honest = candidate(1, 0, 100);
    Candidate refusedBySealer =
        new Candidate(
            honest.miner(),
            honest.slot(),
            honest.order(),
            honest.contentHash(),
            honest.stored(),
            Optional.empty(),
            honest.assigned());
    assertThat(verdict(refusedBySealer)).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void aPayloadOfAnotherMinerOrNetworkHasTheWrongOwner() {
    assertThat(verdict(candidate(1, 0, sealed(1, header(2), gradient(100)))))
        .isEqualTo(Verdict.WRONG_OWNER);
    byte[] payload = GradientPayload.write(header(1), gradient(100));
    assertThat(verdict(candidate(1, 0, sealed(policy(2), 1, payload))))
        .isEqualTo(Verdict.WRONG_OWNER);
    SealPolicy.Gradient elsewhere =
        new SealPolicy.Gradient(
            new NetworkId(digest("elsewhere")), ScoringScenario.WINDOW, new MinerUid(1));
    assertThat(verdict(candidate(1, 0, sealed(elsewhere, 1, payload))))
        .isEqualTo(Verdict.WRONG_OWNER);
  }

  @Test
  void aPayloadOfAnotherWindowCheckpointOrAssignmentHasTheWrongBase() {
    SealPolicy.Gradient earlier =
        new SealPolicy.Gradient(ScoringScenario.NETWORK, new WindowId(6), new MinerUid(1));
    byte[] payload = GradientPayload.write(header(1), gradient(100));
    assertThat(verdict(candidate(1, 0, sealed(earlier, 1, payload)))).isEqualTo(Verdict.WRONG_BASE);
    for (PayloadHeader header :
        List.of(
            otherHeader(
                1, new WindowId(6), ScoringScenario.BASE_ROOT, header(1).assignmentDigest()),
            otherHeader(1, ScoringScenario.WINDOW, digest("fork"), header(1).assignmentDigest()),
            otherHeader(
                1,
                ScoringScenario.WINDOW,
                ScoringScenario.BASE_ROOT,
                header(2).assignmentDigest()))) {
      assertThat(verdict(candidate(1, 0, sealed(1, header, gradient(100)))))
          .isEqualTo(Verdict.WRONG_BASE);
    }
  }

  @Test
  void aGradientThatLeadsToNoFiniteLossIsOutOfBounds() {
    byte[] before = base.toArray(ValueLayout.JAVA_BYTE);
    NetworkParameters reckless = ScoringScenario.parameters(Long.MAX_VALUE, StrictEvaluator.NAME);

    List<ScoreEntry> entries = score(request(reckless, candidate(1, 0, 100)));

    assertThat(entries.getFirst().verdict()).isEqualTo(Verdict.OUT_OF_BOUNDS);
    assertThat(base.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
  }

  @Test
  void theLaterCommitOfAGradientIsTheDuplicate() {
    List<ScoreEntry> entries =
        score(request(candidate(1, 5, 100), candidate(2, 3, 100), candidate(3, 4, 300)));

    assertThat(entries)
        .extracting(ScoreEntry::verdict)
        .containsExactly(Verdict.DUPLICATE, Verdict.ACCEPTED, Verdict.ACCEPTED);
  }

  @Test
  void committingToAnothersSealedBytesFirstSpoilsNothing() {
    Candidate honest = candidate(2, 1, 100);
    Candidate thief = candidate(1, 0, honest.stored().orElseThrow().array());

    assertThat(score(request(thief, honest)))
        .extracting(ScoreEntry::verdict)
        .containsExactly(Verdict.WRONG_OWNER, Verdict.ACCEPTED);
  }

  @Test
  void aRejectedGradientDuplicatesNothing() {
    Candidate stale =
        candidate(
            1,
            0,
            sealed(
                1,
                otherHeader(
                    1, ScoringScenario.WINDOW, digest("fork"), header(1).assignmentDigest()),
                gradient(100)));

    assertThat(score(request(stale, candidate(2, 1, 100))))
        .extracting(ScoreEntry::verdict)
        .containsExactly(Verdict.WRONG_BASE, Verdict.ACCEPTED);
  }

  @Test
  void aWindowWithoutCandidatesHasNoEntries() {
    assertThat(score(request())).isEmpty();
  }

  @Test
  void refusesHeldoutPagesThatWereNotDrawn() {
    EvaluationRequest honest = request(candidate(1, 0, 100));
    List<ProvenPage> drawn = honest.heldout();
    long foreign = drawn.stream().mapToLong(ProvenPage::index).max().orElseThrow() == 49 ? 40 : 49;
    refusesHeldout(honest, drawn.reversed(), "held-out pages");
    refusesHeldout(honest, drawn.subList(0, 2), "held-out pages");
    refusesHeldout(honest, List.of(), "held-out pages");
    refusesHeldout(
        honest,
        List.of(ScoringScenario.proven(foreign), drawn.get(1), drawn.get(2)),
        "held-out pages");
  }

  @Test
  void refusesAPageThatDoesNotProveItself() {
    EvaluationRequest honest = request(candidate(1, 0, 100));
    ProvenPage first = honest.heldout().getFirst();
    byte[] tokens = first.tokens().array();
    tokens[0] ^= 1;
    refusesHeldout(
        honest,
        replaceFirst(honest, new ProvenPage(first.index(), new Bytes(tokens), first.path())),
        "page");
    refusesHeldout(
        honest,
        replaceFirst(honest, new ProvenPage(first.index(), Bytes.EMPTY, first.path())),
        "page");
    refusesHeldout(
        honest,
        replaceFirst(honest, new ProvenPage(first.index(), first.tokens(), List.of())),
        "page");
  }

  @Test
  void refusesAssignedPagesOfAnotherMiner() {
    Candidate honest = candidate(1, 0, 100);
    Candidate swapped =
        new Candidate(
            honest.miner(),
            honest.slot(),
            honest.order(),
            honest.contentHash(),
            honest.stored(),
            honest.dataKey(),
            candidate(2, 0, 100).assigned());
    refuses(request(swapped), "assigned pages of miner 1");
  }

  @Test
  void refusesCandidatesWhoseOrderIsUnclear() {
    List<ProvenPage> heldout = request().heldout();
    Candidate first = candidate(1, 0, 100);
    Candidate second = candidate(2, 1, 200);
    refuses(request(ScoringScenario.PARAMETERS, heldout, List.of(second, first)), "do not ascend");
    refuses(request(ScoringScenario.PARAMETERS, heldout, List.of(first, first)), "do not ascend");
    refuses(request(first, candidate(2, 0, 200)), "commit order");
  }

  @Test
  void refusesANetworkThatCountsAnotherEvaluator() {
    refuses(
        request(ScoringScenario.parameters(500_000_000, "strict-f64/1"), candidate(1, 0, 100)),
        "strict-f64/1");
  }

  @Test
  void aBaseWithoutAFiniteLossIsTheCheckpointsFault() {
    base.set(ParameterLayout.FLOAT, base.byteSize() - Float.BYTES, Float.NaN);
    assertThatThrownBy(() -> score(request(candidate(1, 0, 100))))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID));
  }

  @Test
  void anInspectionSaysWhyInWords() {
    Candidate stale = candidate(1, 0, sealed(1, header(2), gradient(100)));
    assertThat(new PayloadInspector(request(stale)).inspect(stale))
        .isInstanceOfSatisfying(
            PayloadInspector.Inspection.Invalid.class,
            invalid -> assertThat(invalid.reason()).contains("the header is", "not"));
  }

  private List<ScoreEntry> score(EvaluationRequest request) {
    return WindowScorer.score(request, base, evaluator);
  }

  private Verdict verdict(Candidate candidate) {
    return score(request(candidate)).getFirst().verdict();
  }

  private void refusesHeldout(EvaluationRequest request, List<ProvenPage> heldout, String message) {
    refuses(request(request.parameters(), heldout, request.candidates()), message);
  }

  private void refuses(EvaluationRequest request, String message) {
    assertThatThrownBy(() -> score(request))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENCLAVE_REFUSED))
        .hasMessageContaining(message);
  }

  private static List<ProvenPage> replaceFirst(EvaluationRequest request, ProvenPage page) {
    List<ProvenPage> pages = new ArrayList<>(request.heldout());
    pages.set(0, page);
    return pages;
  }

  private static Candidate withStored(Candidate candidate, Optional<Bytes> stored) {
    return new Candidate(
        candidate.miner(),
        candidate.slot(),
        candidate.order(),
        candidate.contentHash(),
        stored,
        candidate.dataKey(),
        candidate.assigned());
  }

  private static SealPolicy.Gradient policy(int uid) {
    return new SealPolicy.Gradient(
        ScoringScenario.NETWORK, ScoringScenario.WINDOW, new MinerUid(uid));
  }

  private static PayloadHeader otherHeader(
      int uid, WindowId window, Digest baseRoot, Digest assignmentDigest) {
    PayloadHeader honest = ScoringScenario.header(uid);
    return new PayloadHeader(
        honest.network(),
        window,
        honest.miner(),
        baseRoot,
        honest.schema(),
        honest.codec(),
        honest.topk(),
        assignmentDigest);
  }

  private static TokenBatch batch(List<ProvenPage> pages) {
    int[] tokens =
        pages.stream()
            .flatMapToInt(page -> Arrays.stream(TokenPages.decode(page.tokens(), 2)))
            .toArray();
    return new TokenBatch(pages.size(), tokens.length / pages.size(), tokens);
  }
}

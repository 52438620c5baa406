package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.spi.SealReader;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.protocol.chain.ValidatorRecord.Enclave;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.scoring.ScorerAssignment;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts together what the enclave needs to score a window: the stored bytes, data keys and proven
 * pages of every commit this validator is assigned to. A commit that cannot be read for a reason of
 * this node's own is left out, which costs its miner nothing.
 */
final class CandidateGathering {
  private static final int AT_A_TIME = 4;

  private final RoleServices services;
  private final ValidatorUid validator;
  private final SealReader reader;
  private final LocalDataset dataset;
  private final PeerStorage peers;
  private final ValidatorConsole console;

  CandidateGathering(
      RoleServices services,
      ValidatorUid validator,
      LocalDataset dataset,
      ValidatorConsole console) {
    this.services = services;
    this.validator = validator;
    this.reader = new SealReader.Validator(validator, services.signer());
    this.dataset = dataset;
    this.peers = new PeerStorage(services, reader);
    this.console = console;
  }

  /** The request for a window whose scoring is open. */
  Mono<EvaluationRequest> request(OpenWindow window, Enclave enclave) {
    return Mono.zip(heldout(window), candidates(window))
        .map(parts -> request(window, enclave, parts.getT1(), parts.getT2()));
  }

  private EvaluationRequest request(
      OpenWindow window, Enclave enclave, List<ProvenPage> heldout, List<Candidate> candidates) {
    WindowContext context = window.context();
    return new EvaluationRequest(
        context.network(),
        context.parameters(),
        validator,
        enclave.epoch(),
        context.window(),
        window.record().opened().base().root(),
        window.record().opened().assignmentSeed(),
        evaluationSeed(window.record()),
        heldout,
        candidates);
  }

  private static Digest evaluationSeed(WindowRecord record) {
    return record
        .scoring()
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.INVARIANT_BROKEN,
                    "scoring of window " + record.window() + " is not open"))
        .evaluationSeed();
  }

  private Mono<List<ProvenPage>> heldout(OpenWindow window) {
    return Mono.fromCallable(
            () ->
                dataset.proven(
                    PageAssignment.heldoutEvaluation(
                        window.context().network(),
                        window.context().parameters(),
                        evaluationSeed(window.record()))))
        .subscribeOn(services.blocking());
  }

  private Mono<List<Candidate>> candidates(OpenWindow window) {
    return Flux.fromIterable(window.record().commits().values())
        .filter(commit -> isMine(window, commit.gradient().miner()))
        .flatMapSequential(commit -> candidate(window, commit), AT_A_TIME, 1)
        .collectList()
        .flatMap(
            found ->
                found.isEmpty()
                    ? Mono.error(new SkipWindow(SkipReason.NOTHING_TO_DO))
                    : Mono.just(found));
  }

  private boolean isMine(OpenWindow window, MinerUid miner) {
    return ScorerAssignment.scorers(
            window.context().parameters(),
            evaluationSeed(window.record()),
            window.record().opened().validators(),
            miner)
        .contains(validator);
  }

  private Mono<Candidate> candidate(OpenWindow window, WindowRecord.Commit commit) {
    return Mono.zip(material(window, commit.gradient()), assigned(window, commit.gradient()))
        .map(
            parts ->
                new Candidate(
                    commit.gradient().miner(),
                    slot(window, commit.gradient()),
                    commit.order(),
                    commit.gradient().contentHash(),
                    parts.getT1().stored(),
                    parts.getT1().dataKey(),
                    parts.getT2()))
        .onErrorResume(
            HubException.class,
            failure -> {
              console.candidateLeftOut(
                  window.context().window(), commit.gradient().miner(), failure);
              return Mono.empty();
            });
  }

  private static int slot(OpenWindow window, GradientCommitted commit) {
    return window
        .record()
        .slot(commit.miner())
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CHAIN_CORRUPT,
                    "miner " + commit.miner() + " committed in a window it is no miner of"));
  }

  private Mono<List<ProvenPage>> assigned(OpenWindow window, GradientCommitted commit) {
    return Mono.fromCallable(
            () ->
                dataset.proven(
                    PageAssignment.assignedEvaluation(
                        window.context().network(),
                        window.context().parameters(),
                        window.record().opened().assignmentSeed(),
                        evaluationSeed(window.record()),
                        slot(window, commit))))
        .subscribeOn(services.blocking());
  }

  private record Material(Optional<Bytes> stored, Optional<Credential> dataKey) {}

  private Mono<Material> material(OpenWindow window, GradientCommitted commit) {
    return Mono.defer(
        () ->
            services
                .backoff()
                .retry(
                    peers
                        .use(commit.miner(), storage -> StoredBytes.of(storage, commit))
                        .flatMap(
                            bytes ->
                                dataKey(window, commit, bytes)
                                    .map(key -> new Material(bytes, key))),
                    services.follower().time().until(window.context().closesAtMs())));
  }

  /** Empty if there is nothing that a key could open, or the sealer says it is not its own. */
  private Mono<Optional<Credential>> dataKey(
      OpenWindow window, GradientCommitted commit, Optional<Bytes> bytes) {
    return Mono.fromCallable(() -> bytes.flatMap(present -> sealedKey(commit, present)))
        .subscribeOn(services.blocking())
        .flatMap(
            sealedKey ->
                sealedKey
                    .map(present -> open(window, commit, present))
                    .orElse(Mono.just(Optional.empty())));
  }

  private static Optional<SealedCredential> sealedKey(GradientCommitted commit, Bytes bytes) {
    if (!Digest.sha256(bytes.array()).equals(commit.contentHash())) {
      return Optional.empty();
    }
    try {
      return Optional.of(PayloadEnvelope.parse(bytes.array()).sealedKey());
    } catch (PayloadException e) {
      // The enclave finds the same and says MALFORMED.
      return Optional.empty();
    }
  }

  private Mono<Optional<Credential>> open(
      OpenWindow window, GradientCommitted commit, SealedCredential sealed) {
    SealPolicy policy =
        new SealPolicy.Gradient(
            window.context().network(), window.context().window(), commit.miner());
    return services
        .sealer()
        .open(sealed, policy, reader)
        .map(Optional::of)
        .onErrorResume(
            failure ->
                failure instanceof HubException known && known.code() == ErrorCode.MESSAGE_INVALID,
            notItsOwn -> Mono.just(Optional.empty()));
  }
}

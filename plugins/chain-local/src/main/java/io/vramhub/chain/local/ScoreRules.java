package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.attestation.Admission;
import io.vramhub.attestation.AttestationVerifier;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.message.ScoreMessage;
import io.vramhub.protocol.scoring.ScorerAssignment;
import java.util.Optional;

/** Enclaves and what they sign (protocol section 6; attacks 15 to 17). */
final class ScoreRules {
  private final AttestationVerifier verifier = new AttestationVerifier();

  /**
   * Admits an enclave's key for its validator. A key is admitted once on the whole network, ever:
   * whoever shows a known key replays somebody's document, or its own old one.
   */
  ChainEvent register(CallContext context, ChainCall.RegisterEnclave call) {
    ValidatorRecord validator = context.dutifulValidator(call.validator());
    return switch (verifier.verify(
        call.attestation(), context.state().attestationPolicy(), context.wallClockMs())) {
      case Admission.Refused refused ->
          throw new AbortException(refused.code(), refused.sentence());
      case Admission.Admitted admitted -> {
        for (ValidatorRecord other : context.state().validators()) {
          demand(
              other.enclaves().values().stream()
                  .noneMatch(enclave -> enclave.publicKey().equals(admitted.publicKey())),
              AbortCode.ATTESTATION_REPLAYED,
              "the key in this document was registered before, by validator " + other.uid());
        }
        long epoch = validator.enclave().map(ValidatorRecord.Enclave::epoch).orElse(0L) + 1;
        yield new ChainEvent.EnclaveRegistered(
            validator.uid(), epoch, admitted.publicKey(), admitted.kind(), call.attestation());
      }
    };
  }

  /**
   * Takes a report whose signature covers exactly the typed fields, and whose every bound value is
   * the chain's. The signature comes before the values, so that a wrong value is known to be the
   * enclave's own and not a forger's.
   */
  static ChainEvent submit(CallContext context, ChainCall.SubmitScores call) {
    ScoreReport report = call.scores().report();
    ValidatorRecord validator = context.dutifulValidator(report.validator());
    demand(
        report.network().equals(context.state().network()),
        AbortCode.WRONG_NETWORK,
        "the report is for network " + report.network());
    context.demandScore(report.window());
    WindowRecord window = context.openedWindow(report.window());
    Digest evaluationSeed =
        window
            .scoring()
            .map(ChainEvent.ScoringOpened::evaluationSeed)
            .orElseThrow(
                () ->
                    new AbortException(
                        AbortCode.SCORING_NOT_OPEN,
                        "nobody has opened scoring of window " + report.window() + " yet"));
    ValidatorRecord.Enclave enclave =
        validator
            .enclave()
            .orElseThrow(
                () ->
                    new AbortException(
                        AbortCode.UNKNOWN_ENCLAVE,
                        "validator " + validator.uid() + " has registered no enclave"));
    demand(
        window.opened().validators().stream()
            .anyMatch(bond -> bond.validator().equals(validator.uid())),
        AbortCode.NOT_ACTIVE,
        "validator "
            + validator.uid()
            + " was not active when window "
            + report.window()
            + " opened");
    demand(
        !window.scores().containsKey(validator.uid()),
        AbortCode.ALREADY_SCORED,
        "validator " + validator.uid() + " has reported on window " + report.window());
    demandSignature(call, enclave);
    demandBoundValues(context, report, window, evaluationSeed);
    demand(!report.entries().isEmpty(), AbortCode.NOTHING_SCORED, "the report has no entries");
    for (ScoreEntry entry : report.entries()) {
      demandEntry(context, entry, report, window, evaluationSeed);
    }
    return new ChainEvent.ScoresSubmitted(call.scores());
  }

  private static void demandSignature(
      ChainCall.SubmitScores call, ValidatorRecord.Enclave enclave) {
    ScoreReport report = call.scores().report();
    demand(
        report.enclaveEpoch() == enclave.epoch(),
        AbortCode.WRONG_EPOCH,
        "the enclave of validator "
            + report.validator()
            + " is in epoch "
            + enclave.epoch()
            + ", the report says "
            + report.enclaveEpoch());
    demand(
        Ed25519.verifies(
            enclave.publicKey(),
            ScoreMessage.intentBytes(report, call.scores().timestampMs()),
            call.scores().signature()),
        AbortCode.BAD_SIGNATURE,
        "the signature is not the registered enclave's over these fields");
  }

  private static void demandBoundValues(
      CallContext context, ScoreReport report, WindowRecord window, Digest evaluationSeed) {
    NetworkParameters parameters = context.state().parameters(report.window());
    demand(
        report.evaluator().equals(parameters.scoring().evaluator()),
        AbortCode.WRONG_EVALUATOR,
        "the evaluator of this network is " + parameters.scoring().evaluator());
    demand(
        report.baseRoot().equals(window.opened().base().root()),
        AbortCode.WRONG_BASE,
        "the base of window " + report.window() + " is " + window.opened().base().root());
    demand(
        report.datasetRoot().equals(parameters.data().root()),
        AbortCode.WRONG_DATASET,
        "the dataset of this network is " + parameters.data().root());
    demand(
        report.assignmentSeed().equals(window.opened().assignmentSeed())
            && report.evaluationSeed().equals(evaluationSeed),
        AbortCode.WRONG_SEED,
        "the seeds of the report are not those of window " + report.window());
  }

  private static void demandEntry(
      CallContext context,
      ScoreEntry entry,
      ScoreReport report,
      WindowRecord window,
      Digest evaluationSeed) {
    Optional<WindowRecord.Commit> commit = Optional.ofNullable(window.commits().get(entry.miner()));
    demand(
        commit.isPresent() && commit.get().gradient().contentHash().equals(entry.contentHash()),
        AbortCode.WRONG_CONTENT_HASH,
        "miner " + entry.miner() + " has not committed the content the report scores");
    demand(
        isScorer(context, report.window(), window, evaluationSeed, entry, report.validator()),
        AbortCode.NOT_ASSIGNED,
        "validator " + report.validator() + " is no scorer of miner " + entry.miner());
  }

  private static boolean isScorer(
      CallContext context,
      WindowId number,
      WindowRecord window,
      Digest evaluationSeed,
      ScoreEntry entry,
      ValidatorUid validator) {
    return ScorerAssignment.scorers(
            context.state().parameters(number),
            evaluationSeed,
            window.opened().validators(),
            entry.miner())
        .contains(validator);
  }
}

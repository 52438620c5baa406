/** Reads the record of a window as VRAMScan hands it out, `vramscan-window/1`, from anybody. */
import { Json } from './json.ts';
import {
  VERDICTS,
  type AttestationPolicy,
  type MinerResult,
  type PageRange,
  type Parameters,
  type Rating,
  type ScoreReport,
  type SignedScoreReport,
  type ValidatorBefore,
  type WindowEvidence,
  type WindowResult,
} from './model.ts';

export const RECORD_FORMAT = 'vramscan-window/1';

/** Reads a record; a `FormatError` says which value is wrong. */
export function readRecord(record: Json): WindowEvidence {
  record.at('format').oneOf([RECORD_FORMAT]);
  const events = record.at('events').list((event) => ({ kind: event.at('kind').text(), body: event.at('body') }));
  const bodies = (kind: string) => events.filter((event) => event.kind === kind).map((event) => event.body);
  const opened = bodies('WindowOpened')[0];
  if (!opened) {
    throw record.at('events').wrong('a list with the event WindowOpened');
  }
  const evaluationSeed = bodies('ScoringOpened')[0]?.at('evaluationSeed').hex();
  const result = bodies('WindowFinalized')[0]?.at('result').optional(readResult);
  return {
    network: record.at('network').hex(),
    window: record.at('window').count(),
    parameters: readParameters(record.at('parameters')),
    attestationPolicy: readPolicy(record.at('attestationPolicy')),
    issuedBefore: record.at('issuedBefore').integer(),
    baseRoot: opened.at('base').at('root').hex(),
    assignmentSeed: opened.at('assignmentSeed').hex(),
    ...(evaluationSeed === undefined ? {} : { evaluationSeed }),
    miners: opened.at('miners').list((uid) => uid.count()),
    validators: opened.at('validators').list((bond) => ({
      validator: bond.at('validator').count(),
      stake: bond.at('stake').integer(),
    })),
    commits: bodies('GradientCommitted').map((body) => ({
      miner: body.at('miner').count(),
      contentHash: body.at('contentHash').hex(),
    })),
    scores: readScores(record, bodies('ScoresSubmitted')),
    minersBefore: record.at('miners').list((miner) => ({
      uid: miner.at('miner').count(),
      rating: readRating(miner),
      proofNanos: miner.at('proofNanos').integer(),
      consecutiveAbsences: miner.at('consecutiveAbsences').count(),
    })),
    validatorsBefore: readValidators(record),
    ...(result === undefined ? {} : { result }),
    deviations: bodies('DeviationObserved').map((body) => ({
      validator: body.at('validator').count(),
      miner: body.at('miner').count(),
    })),
    jailed: bodies('ValidatorJailed').map((body) => body.at('validator').count()),
  };
}

/** The rows of the chain, each with the bytes that the server says were signed. */
function readScores(record: Json, rows: readonly Json[]): SignedScoreReport[] {
  const signed = new Map(
    record.at('reports').list((report) => [report.at('validator').count(), report.at('bytes').hex()] as const),
  );
  return rows.map((body) => {
    const scores = body.at('scores');
    const report = readReport(scores.at('report'));
    const signedBytes = signed.get(report.validator);
    return {
      report,
      timestampMs: scores.at('timestampMs').count(),
      signature: scores.at('signature').hex(),
      ...(signedBytes === undefined ? {} : { signedBytes }),
    };
  });
}

function readReport(report: Json): ScoreReport {
  return {
    network: report.at('network').hex(),
    validator: report.at('validator').count(),
    enclaveEpoch: report.at('enclaveEpoch').integer(),
    window: report.at('window').count(),
    evaluator: report.at('evaluator').text(),
    baseRoot: report.at('baseRoot').hex(),
    datasetRoot: report.at('datasetRoot').hex(),
    assignmentSeed: report.at('assignmentSeed').hex(),
    evaluationSeed: report.at('evaluationSeed').hex(),
    entries: report.at('entries').list((entry) => ({
      miner: entry.at('miner').count(),
      contentHash: entry.at('contentHash').hex(),
      verdict: entry.at('verdict').oneOf(VERDICTS),
      heldoutGain: entry.at('heldoutGain').integer(),
      assignedGain: entry.at('assignedGain').integer(),
    })),
  };
}

function readValidators(record: Json): ValidatorBefore[] {
  const enclaves = record.at('enclaves').list((each) => {
    const enclave = each.at('enclave');
    return {
      validator: enclave.at('validator').count(),
      epoch: enclave.at('epoch').integer(),
      publicKey: enclave.at('publicKey').hex(),
      kind: enclave.at('kind').oneOf(['NITRO', 'SOFTWARE']),
      registration: { document: each.at('document').hex(), atMs: enclave.at('registeredAtMs').count() },
    };
  });
  return record.at('validators').list((validator) => {
    const uid = validator.at('validator').count();
    return {
      uid,
      deviations: validator.at('deviations').count(),
      jailed: validator.at('jailed').boolean(),
      enclaves: enclaves.filter((enclave) => enclave.validator === uid),
    };
  });
}

function readResult(result: Json): WindowResult {
  return {
    empty: result.at('empty').boolean(),
    miners: result.at('miners').list(readMinerResult),
    drifted: result.at('drifted').list((change) => ({
      miner: change.at('miner').count(),
      before: readRating(change.at('before')),
      after: readRating(change.at('after')),
    })),
    topG: result.at('topG').list((uid) => uid.count()),
    topGDigest: result.at('topGDigest').hex(),
    emission: result.at('emission').integer(),
    credits: result.at('credits').list((credit) => ({
      payee: credit.at('payee').text(),
      amount: credit.at('amount').integer(),
    })),
  };
}

function readMinerResult(line: Json): MinerResult {
  return {
    miner: line.at('miner').count(),
    verdict: line.at('verdict').oneOf(VERDICTS),
    heldoutGain: line.at('heldoutGain').integer(),
    assignedGain: line.at('assignedGain').integer(),
    proofNanos: line.at('proofNanos').integer(),
    before: readRating(line.at('before')),
    after: readRating(line.at('after')),
    eligible: line.at('eligible').boolean(),
    weightNanos: line.at('weightNanos').integer(),
  };
}

function readRating(rating: Json): Rating {
  return { muNanos: rating.at('muNanos').integer(), sigmaNanos: rating.at('sigmaNanos').integer() };
}

/** The parameters that the rules read, from the network's. */
export function readParameters(parameters: Json): Parameters {
  const [model, data] = [parameters.at('model'), parameters.at('data')];
  const [scoring, reward] = [parameters.at('scoring'), parameters.at('reward')];
  return {
    topG: model.at('topG').count(),
    pagesPerMiner: model.at('innerSteps').count() * model.at('batchPages').count(),
    datasetRoot: data.at('root').hex(),
    train: readRange(data.at('train')),
    heldout: readRange(data.at('heldout')),
    heldoutEvaluationPages: data.at('heldoutEvaluationPages').count(),
    assignedEvaluationPages: data.at('assignedEvaluationPages').count(),
    evaluator: scoring.at('evaluator').text(),
    scorersPerMiner: scoring.at('scorersPerMiner').count(),
    minScorers: scoring.at('minScorers').count(),
    maxDeviations: scoring.at('maxDeviations').count(),
    proofDecayNanos: scoring.at('proofDecayNanos').integer(),
    proofThresholdNanos: scoring.at('proofThresholdNanos').integer(),
    gainFloor: scoring.at('gainFloor').integer(),
    absenceWindows: scoring.at('absenceWindows').count(),
    minersBasisPoints: reward.at('minersBasisPoints').count(),
    validatorsBasisPoints: reward.at('validatorsBasisPoints').count(),
    treasuryBasisPoints: reward.at('treasuryBasisPoints').count(),
  };
}

function readRange(range: Json): PageRange {
  return { first: range.at('first').integer(), count: range.at('count').integer() };
}

/** Which enclaves a network admits. */
export function readPolicy(policy: Json): AttestationPolicy {
  return {
    kind: policy.at('kind').oneOf(['NITRO', 'SOFTWARE']),
    rootCertificate: policy.at('rootCertificate').hex(),
    measurements: policy.at('measurements').list((measurement) => ({
      pcr0: measurement.at('pcr0').hex(),
      pcr1: measurement.at('pcr1').hex(),
      pcr2: measurement.at('pcr2').hex(),
    })),
  };
}

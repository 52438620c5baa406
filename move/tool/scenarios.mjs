// node tool/scenarios.mjs   writes Move tests from the scenarios in scenarios/, which README.md there defines
//
// Of each scenario come one test that plays it from beginning to end and compares events and state, and one test for each
// abort, because a Move test ends where it aborts. Names, keys and messages are worked out here once more, independently
// of Java: a signature that is not the one this file makes over its own BCS is an error.
//
// That the comparison sees every fact is shown on one scenario: of each fact in its expectations comes a test in which that
// fact is told wrongly, and which must fail.

import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "./package.mjs";

const SCENARIOS = path.join(ROOT, "scenarios");
const TESTS = path.join(ROOT, "target", "generated-tests");
const PREFIX = "scenario_";

/** What a step says beside the fields of its call. */
const DIRECTIONS = ["at", "by", "call", "seed", "events", "aborts", "note", "notOnSui"];

const VERDICTS = [
  "ACCEPTED",
  "MISSING",
  "HASH_MISMATCH",
  "MALFORMED",
  "WRONG_BASE",
  "WRONG_OWNER",
  "OUT_OF_BOUNDS",
  "DUPLICATE",
];

/** The scenario whose expectations are falsified one by one. */
const CANARY = "attack-21-colluding-validator";

/** Under which module the VM reports an abort; for some codes that depends on the call, or on the sender's record. */
const MODULES = {
  NOT_OWNER: "peer_registry",
  BAD_SIGNATURE: "score_ledger",
  WRONG_NETWORK: "score_ledger",
  STAKE_TOO_LOW: "peer_registry",
  UNKNOWN_MINER: "peer_registry",
  UNKNOWN_VALIDATOR: "peer_registry",
  NOT_ACTIVE: ({ call, hasLeft }) =>
    ({ CommitGradient: "gradient_registry", RegisterEnclave: "peer_registry" })[call] ??
    (hasLeft ? "peer_registry" : call === "SubmitScores" ? "score_ledger" : "round_state"),
  STILL_UNBONDING: "peer_registry",
  ALREADY_LEFT: "peer_registry",
  JAILED: "peer_registry",
  BAD_LABEL: "peer_registry",
  NOT_LEFT: "peer_registry",
  ALREADY_WITHDRAWN: "peer_registry",
  NETWORK_FULL: "peer_registry",
  TOO_LARGE: "peer_registry",
  UNKNOWN_WINDOW: "round_state",
  // Of a window that was opened finalizing itself says so, of one that lies ahead the round.
  TOO_EARLY: ({ call, isOpen }) => (call === "FinalizeWindow" && isOpen ? "finalization" : "round_state"),
  TOO_LATE: "round_state",
  WINDOW_ALREADY_OPEN: "round_state",
  WINDOW_NOT_OPEN: "round_state",
  SCORING_ALREADY_OPEN: "round_state",
  SCORING_NOT_OPEN: "score_ledger",
  ALREADY_FINALIZED: "finalization",
  NOT_FINALIZED: ({ call }) => (call === "FinalizeWindow" ? "finalization" : "round_state"),
  AWAITING_ANCHOR: "round_state",
  ALREADY_COMMITTED: "gradient_registry",
  SIZE_OUT_OF_BOUNDS: "gradient_registry",
  WRONG_CODEC: "gradient_registry",
  BAD_STORAGE_REFERENCE: "gradient_registry",
  ALREADY_SCORED: "score_ledger",
  NOT_ASSIGNED: "score_ledger",
  UNKNOWN_ENCLAVE: "score_ledger",
  WRONG_EPOCH: "score_ledger",
  WRONG_EVALUATOR: "score_ledger",
  WRONG_BASE: "score_ledger",
  WRONG_DATASET: "score_ledger",
  WRONG_SEED: "score_ledger",
  WRONG_CONTENT_HASH: "score_ledger",
  NOTHING_SCORED: "score_ledger",
  ATTESTATION_EXPIRED: "enclave_registry",
  ATTESTATION_MEASUREMENT: "enclave_registry",
  ATTESTATION_DEBUG: "enclave_registry",
  ATTESTATION_KEY: "enclave_registry",
  ATTESTATION_REPLAYED: "enclave_registry",
  WRONG_PARENT: "round_state",
  WRONG_TOP_G: "round_state",
  ALREADY_VOTED: "round_state",
  ALREADY_ANCHORED: "round_state",
  NOTHING_TO_ANCHOR: "round_state",
  NOTHING_TO_CLAIM: "reward_distributor",
  TIMELOCKED: "hparams",
  BAD_PARAMETERS: "hparams",
};

const ROLES = { miner: 0, validator: 1, treasury: 2 };

/** What precedes the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

// === BCS ===

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

/** A length as ULEB128. */
function length(count) {
  const bytes = [];
  for (; count > 0x7f; count >>>= 7) bytes.push((count & 0x7f) | 0x80);
  return Buffer.from([...bytes, count]);
}

function unsigned(value, bytes) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(whole(value)));
  if (out.subarray(bytes).some((byte) => byte !== 0)) throw new Error(`${value} does not fit ${bytes} bytes`);
  return out.subarray(0, bytes);
}

/** Refuses what JSON has rounded. */
function whole(value) {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no exact whole number: write amounts as texts`);
  return value;
}

const u8 = (value) => unsigned(value, 1);
const u16 = (value) => unsigned(value, 2);
const u32 = (value) => unsigned(value, 4);
const u64 = (value) => unsigned(value, 8);
const bool = (value) => u8(value ? 1 : 0);
const bytes = (value) => Buffer.concat([length(value.length), value]);
const string = (text) => bytes(Buffer.from(text, "utf8"));
const fixed = (hex) => Buffer.from(hex.replace(/^0x/, ""), "hex");
const digest = (hex) => bytes(fixed(hex));
const vector = (elements, element) => Buffer.concat([length(elements.length), ...elements.map(element)]);
const signed = (value) => Buffer.concat([bool(value < 0), u64(Math.abs(value))]);
const struct = (...fields) => Buffer.concat(fields);

/** The protocol's H("domain" | part | …). */
const canonicalHash = (domain, ...parts) => sha256(struct(string(domain), ...parts.map(bytes)));

// === Names ===

const named = (name) => sha256(Buffer.from(name, "utf8")).toString("hex");

/** The same tree with #name replaced by the digest, and @name by the address it stands for. */
function expand(tree) {
  if (typeof tree === "string") {
    if (tree.startsWith("#")) return named(tree.slice(1));
    if (tree.startsWith("@")) return "0x" + named(tree.slice(1));
    return tree;
  }
  if (Array.isArray(tree)) return tree.map(expand);
  if (tree === null || typeof tree !== "object") return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [expand(key), expand(value)]));
}

/** Sets the fields of `changes`, going into objects that both have. */
function merged(target, changes) {
  const result = { ...target };
  for (const [key, value] of Object.entries(changes)) {
    const inner = result[key];
    const deep = [inner, value].every((each) => each !== null && typeof each === "object" && !Array.isArray(each));
    result[key] = deep ? merged(inner, value) : value;
  }
  return result;
}

const privateKey = (name) =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, Buffer.from(named(name), "hex")]),
    format: "der",
    type: "pkcs8",
  });

const publicKey = (name) =>
  createPublicKey(privateKey(name)).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

// === Move source ===

const hex = (value) => `x"${Buffer.isBuffer(value) ? value.toString("hex") : value.replace(/^0x/, "")}"`;
const text = (value) => (/^[ !#-\[\]-~]*$/.test(value) ? `b"${value}"` : hex(Buffer.from(value, "utf8")));
const list = (values) => `vector[${values.join(", ")}]`;
const number = (value) => String(whole(value));
const signedParts = (value) => `${value < 0}, ${number(Math.abs(value))}`;
const signedSource = (value) => `signed::new(${signedParts(value)})`;

function parametersSource({ schedule, model, data, scoring, stake, reward }) {
  const spec = model.spec;
  const pages = ({ first, count }) => `hparams::new_page_range(${number(first)}, ${number(count)})`;
  return `hparams::new_parameters(
        hparams::new_schedule(${[schedule.genesisMs, schedule.windowMs, schedule.commitDeadlineMs, schedule.anchorGraceMs].map(number).join(", ")}),
        hparams::new_model(
            hparams::new_model_spec(${[spec.vocabulary, spec.layers, spec.width, spec.heads, spec.keyValueHeads, spec.feedForward, spec.context, spec.ropeTheta, spec.normEpsilonNanos].map(number).join(", ")}, ${spec.tiedHead}),
            ${text(model.codec)}.to_string(),
            ${[model.topk, model.innerSteps, model.batchPages, model.residualDecayNanos, model.evalRateNanos, model.outerRateNanos, model.topG, model.maxShareNanos, model.checkpointFrequency].map(number).join(", ")},
        ),
        hparams::new_data(${hex(data.root)}, ${number(data.tokenBytes)}, ${number(data.pageTokens)}, ${pages(data.train)}, ${pages(data.heldout)}, ${number(data.heldoutEvaluationPages)}, ${number(data.assignedEvaluationPages)}),
        hparams::new_scoring(${text(scoring.evaluator)}.to_string(), ${[scoring.scorersPerMiner, scoring.minScorers, scoring.maxDeviations, scoring.proofDecayNanos].map(number).join(", ")}, ${signedSource(scoring.proofThresholdNanos)}, ${signedSource(scoring.gainFloor)}, ${number(scoring.absenceWindows)}),
        hparams::new_stake(${[stake.minMiner, stake.minValidator, stake.unbondingMs].map(number).join(", ")}),
        hparams::new_reward(${[reward.minersBasisPoints, reward.validatorsBasisPoints, reward.treasuryBasisPoints].map(number).join(", ")}, @${reward.treasury}),
    )`;
}

function parametersBytes({ schedule, model, data, scoring, stake, reward }) {
  const spec = model.spec;
  const pages = ({ first, count }) => struct(u64(first), u64(count));
  return struct(
    ...[schedule.genesisMs, schedule.windowMs, schedule.commitDeadlineMs, schedule.anchorGraceMs].map(u64),
    ...[spec.vocabulary, spec.layers, spec.width, spec.heads, spec.keyValueHeads, spec.feedForward, spec.context].map(u32),
    u64(spec.ropeTheta),
    u64(spec.normEpsilonNanos),
    bool(spec.tiedHead),
    string(model.codec),
    ...[model.topk, model.innerSteps, model.batchPages].map(u32),
    ...[model.residualDecayNanos, model.evalRateNanos, model.outerRateNanos].map(u64),
    u32(model.topG),
    u64(model.maxShareNanos),
    u32(model.checkpointFrequency),
    digest(data.root),
    u32(data.tokenBytes),
    u32(data.pageTokens),
    pages(data.train),
    pages(data.heldout),
    u32(data.heldoutEvaluationPages),
    u32(data.assignedEvaluationPages),
    string(scoring.evaluator),
    ...[scoring.scorersPerMiner, scoring.minScorers, scoring.maxDeviations].map(u32),
    u64(scoring.proofDecayNanos),
    signed(scoring.proofThresholdNanos),
    signed(scoring.gainFloor),
    u32(scoring.absenceWindows),
    ...[stake.minMiner, stake.minValidator, stake.unbondingMs].map(u64),
    ...[reward.minersBasisPoints, reward.validatorsBasisPoints, reward.treasuryBasisPoints].map(u16),
    fixed(reward.treasury),
  );
}

// === Events ===

const rating = ({ muNanos, sigmaNanos }) => struct(signed(muNanos), u64(sigmaNanos));
const ratingChange = ({ miner, before, after }) => struct(u64(miner), rating(before), rating(after));
const checkpoint = ({ window, root }) => struct(u64(window), digest(root));
const payee = (name) => {
  const [role, uid = "0"] = name.split(":");
  return struct(u8(ROLES[role]), u64(Number(uid)));
};
const measurement = (build) => {
  const pcr = bytes(Buffer.alloc(48, parseInt(build, 16)));
  return struct(pcr, pcr, pcr);
};
const minerResult = (line) =>
  struct(
    u64(line.miner),
    u8(VERDICTS.indexOf(line.verdict)),
    signed(line.heldoutGain),
    signed(line.assignedGain),
    signed(line.proofNanos),
    rating(line.before),
    rating(line.after),
    bool(line.eligible),
    u64(line.weightNanos),
  );

/**
 * How Move tells an event of the ledger: its type, and its BCS behind the network's id from the facts in the scenario
 * and, where a scenario leaves them out, from the call. ScoresSubmitted has the network in the report.
 */
const EVENTS = {
  MinerRegistered: ["peer_registry", (e) => struct(u64(e.miner), fixed(e.owner), fixed(e.payout), u64(e.stake), string(e.label))],
  ValidatorRegistered: ["peer_registry", (e) => struct(u64(e.validator), fixed(e.owner), fixed(e.payout), u64(e.stake), string(e.label))],
  MinerStakeAdded: ["peer_registry", (e) => struct(u64(e.miner), u64(e.amount))],
  ValidatorStakeAdded: ["peer_registry", (e) => struct(u64(e.validator), u64(e.amount))],
  CredentialsPublished: ["peer_registry", (e) => struct(u64(e.miner), u64(e.keyEpoch), bytes(Buffer.from(e.sealed, "hex")))],
  MinerLeft: ["peer_registry", (e) => struct(u64(e.miner), u64(e.withdrawableAtMs))],
  ValidatorLeft: ["peer_registry", (e) => struct(u64(e.validator), u64(e.withdrawableAtMs))],
  MinerStakeWithdrawn: ["peer_registry", (e) => struct(u64(e.miner), u64(e.amount))],
  ValidatorStakeWithdrawn: ["peer_registry", (e) => struct(u64(e.validator), u64(e.amount))],
  EnclaveRegistered: [
    "enclave_registry",
    (e, call) => struct(u64(e.validator), u64(e.epoch), digest(e.publicKey), measurement(call.build), u64(call.attestedAtMs)),
  ],
  WindowOpened: [
    "round_state",
    (e) =>
      struct(
        u64(e.window),
        digest(e.assignmentSeed),
        checkpoint(e.base),
        vector(e.miners, u64),
        vector(e.validators, (bond) => struct(u64(bond.validator), u64(bond.stake))),
      ),
  ],
  GradientCommitted: [
    "gradient_registry",
    (e, call) =>
      struct(u64(e.window), u64(e.miner), digest(e.contentHash), u64(e.size), string(e.storageReference), string(e.codec), u64(call.order)),
  ],
  ScoringOpened: ["round_state", (e) => struct(u64(e.window), digest(e.evaluationSeed))],
  ScoresSubmitted: ["score_ledger", (e, call) => struct(reportBytes({ ...call.report, window: e.window, validator: e.validator }), u64(call.report.timestampMs), digest(call.signature))],
  WindowFinalized: [
    "finalization",
    (e) =>
      struct(
        u64(e.window),
        bool(e.empty),
        vector(e.miners, minerResult),
        vector(e.drifted, ratingChange),
        vector(e.topG, u64),
        digest(e.topGDigest),
        u64(e.emission),
        vector(e.credits, (credit) => struct(payee(credit.payee), u64(credit.amount))),
      ),
  ],
  DeviationObserved: ["finalization", (e) => struct(u64(e.window), u64(e.validator), u64(e.miner))],
  ValidatorJailed: ["finalization", (e) => struct(u64(e.validator), u64(e.window))],
  CheckpointVoted: ["round_state", (e) => struct(u64(e.validator), u64(e.checkpoint), digest(e.root))],
  CheckpointAnchored: [
    "round_state",
    (e) => struct(checkpoint(e.checkpoint), digest(e.parent), digest(e.topGDigest)),
  ],
  Claimed: ["reward_distributor", (e) => struct(payee(e.payee), fixed(e.recipient), u64(e.amount))],
  ParametersScheduled: ["hparams", (e, call) => struct(u64(e.effective), parametersBytes(call.parameters))],
};

// === Playing ===

/** The beginning of a network, and what must be remembered of a game to write it down. */
class Game {
  constructor(network, beginning) {
    this.network = expand(network);
    this.parameters = merged(this.network.parameters, expand(beginning.parameters ?? {}));
    this.issued = beginning.issued ?? "0";
    this.timeMs = this.parameters.schedule.genesisMs;
    /** Content hashes by miner, in the order of the commits, by window. */
    this.commits = new Map();
    this.opened = new Set();
    this.leftValidators = new Set();
  }

  begin() {
    const funds = Object.entries(this.network.funded).map(([account, amount]) => `    w.fund(@${account}, ${number(amount)});`);
    return `fun begin(): World {
    let parameters = ${parametersSource(this.parameters)};
    let mut w = scenario_world::begin(
        ${hex(this.network.network)},
        parameters,
        ${hex(this.network.builds.join(""))},
        ${hex(this.network.genesisRoot)},
        ${number(this.timeMs)},
        ${this.issued},
    );
${funds.join("\n")}
    w
}`;
  }

  turnClock({ at }) {
    if (at === undefined) return;
    const [, window, ms] = /^(\d+)([+-]\d+)$/.exec(at);
    const { genesisMs, windowMs } = this.parameters.schedule;
    this.timeMs = genesisMs + Number(window) * windowMs + Number(ms);
  }

  /** The Move statements of a call, and the facts about it that its events tell on Sui. */
  call(step) {
    const fields = expand(step);
    const play = CALLS[fields.call];
    if (!play) throw new Error(`there is no call ${fields.call}`);
    const args = Object.fromEntries(Object.entries(fields).filter(([key]) => !DIRECTIONS.includes(key)));
    const { make, facts = {} } = play.call(this, args, fields.seed);
    const [function_, ...arguments_] = make;
    return {
      statements: [`w.at(${number(this.timeMs)});`, `w.${function_}(${[`@${fields.by}`, ...arguments_].join(", ")});`],
      facts,
    };
  }

  /** What an effect changes that later steps depend on. */
  remember(step, facts) {
    switch (step.call) {
      case "OpenWindow":
        this.opened.add(step.window);
        this.commits.set(step.window, new Map());
        break;
      case "CommitGradient":
        this.commits.get(step.window).set(step.miner, facts.contentHash);
        break;
      case "LeaveValidator":
        this.leftValidators.add(step.validator);
        break;
    }
  }

  /** The module that aborts. */
  module(name, { call, window, validator }) {
    const module = MODULES[name];
    if (!module) throw new Error(`no module aborts with ${name}`);
    if (typeof module === "string") return module;
    return module({ call, isOpen: this.opened.has(window), hasLeft: this.leftValidators.has(validator) });
  }

  report(fields) {
    const { window } = fields;
    return {
      network: this.network.network,
      enclaveEpoch: 1,
      evaluator: this.parameters.scoring.evaluator,
      baseRoot: this.network.genesisRoot,
      datasetRoot: this.parameters.data.root,
      assignmentSeed: named(`assignment seed of window ${window}`),
      evaluationSeed: named(`evaluation seed of window ${window}`),
      timestampMs: this.timeMs,
      ...fields,
      entries: fields.entries.map((entry) => ({
        contentHash: content(window, entry.miner),
        verdict: "ACCEPTED",
        heldoutGain: 0,
        assignedGain: 0,
        ...entry,
      })),
    };
  }
}

const content = (window, miner) => named(`content of ${miner} in ${window}`);

function reportBytes(report) {
  return struct(
    fixed(report.network),
    u64(report.validator),
    u64(report.enclaveEpoch),
    u64(report.window),
    string(report.evaluator),
    fixed(report.baseRoot),
    fixed(report.datasetRoot),
    fixed(report.assignmentSeed),
    fixed(report.evaluationSeed),
    vector(report.entries, (entry) =>
      struct(
        u64(entry.miner),
        fixed(entry.contentHash),
        u8(VERDICTS.indexOf(entry.verdict)),
        signed(entry.heldoutGain),
        signed(entry.assignedGain),
      ),
    ),
  );
}

function checkSignature(signer, report, signature) {
  const message = struct(u8(0), u64(report.timestampMs), reportBytes(report));
  const expected = sign(null, message, privateKey(signer)).toString("hex");
  if (signature !== expected) throw new Error(`the signature of ${signer} is not over this report; record it anew`);
}

/** The calls of the ledger: the function of the world that makes each, its arguments, and facts for its events. */
const CALLS = {
  RegisterMiner({ stake, payout, label }) {
    return { make: ["register_miner", number(stake), `@${payout}`, text(label)] };
  },
  RegisterValidator({ stake, payout, label }) {
    return { make: ["register_validator", number(stake), `@${payout}`, text(label)] };
  },
  AddMinerStake({ miner, amount }) {
    return { make: ["add_miner_stake", number(miner), number(amount)] };
  },
  AddValidatorStake({ validator, amount }) {
    return { make: ["add_validator_stake", number(validator), number(amount)] };
  },
  PublishCredentials({ miner, keyEpoch, sealed }) {
    return { make: ["publish_credentials", number(miner), number(keyEpoch), hex(sealed)] };
  },
  LeaveMiner({ miner }) {
    return { make: ["leave_miner", number(miner)] };
  },
  LeaveValidator({ validator }) {
    return { make: ["leave_validator", number(validator)] };
  },
  WithdrawMinerStake({ miner }) {
    return { make: ["withdraw_miner_stake", number(miner)] };
  },
  WithdrawValidatorStake({ validator }) {
    return { make: ["withdraw_validator_stake", number(validator)] };
  },
  RegisterEnclave({ validator, document }) {
    const build = document.build ?? "a0";
    const attestedAtMs = this.timeMs - (document.ageMs ?? 0);
    const key = document.key ?? publicKey(document.enclave);
    return {
      make: ["register_enclave", number(validator), number(attestedAtMs), `0x${build}`, hex(key)],
      facts: { build, attestedAtMs },
    };
  },
  OpenWindow({ window }, seed = named(`assignment seed of window ${window}`)) {
    return { make: ["open_window", number(window), hex(seed)] };
  },
  CommitGradient({ window, miner, ...rest }) {
    const contentHash = rest.contentHash ?? content(window, miner);
    const reference = rest.storageReference ?? `gradient-${window}-${miner}-v1.pt`;
    const codec = rest.codec ?? this.parameters.model.codec;
    return {
      make: ["commit_gradient", number(window), number(miner), hex(contentHash), number(rest.size ?? 500), text(reference), text(codec)],
      facts: { contentHash, order: this.commits.get(window)?.size ?? 0 },
    };
  },
  OpenScoring({ window }, seed = named(`evaluation seed of window ${window}`)) {
    return { make: ["open_scoring", number(window), hex(seed)] };
  },
  SubmitScores({ signature, signedBy, signed: changes = {}, ...fields }) {
    const report = this.report(fields);
    const signer = signedBy ?? `enclave ${fields.validator}`;
    if (signer !== "nobody") checkSignature(signer, this.report(merged(fields, changes)), signature);
    const column = (write) => list(report.entries.map(write));
    const made = `{
        let mut report = score_ledger::new_report(${hex(report.network)}, ${number(report.validator)}, ${number(report.enclaveEpoch)}, ${number(report.window)}, ${text(report.evaluator)}.to_string(), ${hex(report.baseRoot)}, ${hex(report.datasetRoot)}, ${hex(report.assignmentSeed)}, ${hex(report.evaluationSeed)});
        report.add_entries(
            ${column(({ miner }) => number(miner))},
            ${column(({ contentHash }) => hex(contentHash))},
            ${column(({ verdict }) => VERDICTS.indexOf(verdict))},
            ${column(({ heldoutGain }) => heldoutGain < 0)},
            ${column(({ heldoutGain }) => number(Math.abs(heldoutGain)))},
            ${column(({ assignedGain }) => assignedGain < 0)},
            ${column(({ assignedGain }) => number(Math.abs(assignedGain)))},
        );
        report
    }`;
    return {
      make: ["submit_scores", made, number(report.timestampMs), hex(signature)],
      facts: { report, signature },
    };
  },
  FinalizeWindow({ window }) {
    return { make: ["finalize_window", number(window)] };
  },
  AnchorCheckpoint({ validator, checkpoint, parent, root, topG, topGDigest }) {
    const window = checkpoint - 1;
    const bound =
      topGDigest ??
      canonicalHash(
        "vramhub/top-g/1",
        struct(u64(window), vector(topG, (miner) => struct(u64(miner), fixed(this.commits.get(window).get(miner))))),
      );
    return { make: ["anchor_checkpoint", number(validator), number(checkpoint), hex(parent), hex(root), hex(bound)] };
  },
  ClaimMiner({ miner }) {
    return { make: ["claim_miner", number(miner)] };
  },
  ClaimValidator({ validator }) {
    return { make: ["claim_validator", number(validator)] };
  },
  ScheduleParameters({ effective, changes }) {
    const parameters = merged(this.parameters, changes);
    return {
      make: ["schedule_parameters", number(effective), parametersSource(parameters)],
      facts: { parameters },
    };
  },
};

// === Expectations ===

function eventChecks(game, events, facts) {
  const byType = new Map();
  for (const event of expand(events)) {
    const [module, encode] = EVENTS[event.event] ?? [];
    if (!encode) throw new Error(`Move has no event ${event.event}`);
    const type = `vramhub::${module}::${event.event}`;
    const network = event.event === "ScoresSubmitted" ? [] : [digest(game.network.network)];
    if (!byType.has(type)) byType.set(type, []);
    byType.get(type).push(hex(struct(...network, encode(event, facts))));
  }
  return [
    `scenario_world::check_events(${events.length});`,
    ...[...byType].map(([type, expected]) => `scenario_world::check_events_of<${type}>(${list(expected)});`),
  ];
}

const each = (answers, check) => Object.entries(answers).map(([key, value]) => check(key, value));

/** What each question of an `expect` asks of the world. */
const QUESTIONS = {
  sui: (answers) => each(answers, (account, amount) => `w.check_sui(@${account}, ${amount});`),
  vram: (answers) => each(answers, (account, amount) => `w.check_vram(@${account}, ${amount});`),
  credits: (answers) =>
    each(answers, (payee, amount) => {
      const [role, uid] = payee.split(":");
      return `w.check_${role}_credit(${[...(uid ? [uid] : []), amount].join(", ")});`;
    }),
  issued: (amount) => [`w.check_issued(${amount});`],
  claimed: (amount) => [`w.check_claimed(${amount});`],
  checkpoint: ({ window, root }) => [`w.check_checkpoint(${number(window)}, ${hex(root)});`],
  miners: (answers) => each(answers, (uid, record) => recordChecks("miner", uid, record)).flat(),
  validators: (answers) => each(answers, (uid, record) => recordChecks("validator", uid, record)).flat(),
};

function recordChecks(role, uid, record) {
  const isSigned = (field) => field === "mu" || field === "proof";
  return each(record, (field, value) => {
    const answer = typeof value === "boolean" ? String(value) : isSigned(field) ? signedParts(value) : number(value);
    return `w.check_${role}_${field}(${uid}, ${answer});`;
  });
}

function stateChecks(expected) {
  return each(expand(expected), (question, answers) => {
    const checks = QUESTIONS[question];
    if (!checks) throw new Error(`nobody can be asked for ${question}`);
    return checks(answers);
  }).flat();
}

// === Test modules ===

async function read(name) {
  return JSON.parse(await readFile(path.join(SCENARIOS, `${name}.json`), "utf8"));
}

/** The scenarios a scenario continues, from the first. */
async function line(scenario) {
  if (!scenario.after) return [];
  const earlier = await read(scenario.after);
  return [...(await line(earlier)), earlier];
}

async function moveTest(network, name, scenario) {
  const earlier = await line(scenario);
  const game = new Game(network, earlier[0] ?? scenario);
  const begin = game.begin();
  const before = earlier.flatMap((each) => each.steps).flatMap((step) => replay(game, step));
  const steps = [];
  const played = [];
  const tests = [];
  for (const [index, step] of scenario.steps.entries()) {
    game.turnClock(step);
    if (step.expect) {
      if (name === CANARY) tests.push(...canaries(step.expect, stateChecks, index, played));
      played.push(...stateChecks(step.expect));
    }
    if (step.notOnSui && !step.aborts) throw new Error("only an abort may be missing on Sui");
    if (!step.call || step.notOnSui) continue;
    const { statements, facts } = game.call(step);
    const play = `step_${index + 1}`;
    steps.push(function_(`fun ${play}(w: &mut World)`, statements));
    if (step.aborts) {
      tests.push(abortTest(game, step, play, played));
    } else {
      const checks = (events) => eventChecks(game, events, facts);
      played.push(`${play}(&mut w);`);
      if (name === CANARY) tests.push(...canaries(step.events, checks, index, played));
      played.push(...checks(step.events));
      game.remember(step, facts);
    }
  }
  return `#[test_only, allow(unused_use, unused_variable)]
/// ${scenario.title}.
module vramhub::${moduleName(name)};

use vramhub::hparams;
use vramhub::scenario_world::{Self, World};
use vramhub::score_ledger;
use vramhub::signed;

${[begin, function_("fun before(w: &mut World)", before), ...steps, test("plays_as_told", played), ...tests].join("\n\n")}
`;
}

function replay(game, step) {
  game.turnClock(step);
  if (!step.call || step.aborts) return [];
  const { statements, facts } = game.call(step);
  game.remember(step, facts);
  return statements;
}

const function_ = (head, statements) => `${head} {\n${statements.map((each) => `    ${each}\n`).join("")}}`;

function test(name, statements, attributes = "test") {
  return `#[${attributes}]\n${function_(`fun ${name}()`, ["let mut w = begin();", "before(&mut w);", ...statements, "w.end();"])}`;
}

const effects = (played) => played.filter((statement) => statement.startsWith("step_"));

function abortTest(game, step, play, played) {
  const [code, name] = step.aborts.split(" ");
  const location = `vramhub::${game.module(name, step)}`;
  return test(
    `${play}_aborts_with_${name.toLowerCase()}`,
    [...effects(played), `${play}(&mut w);`],
    `test, expected_failure(abort_code = ${code}, location = ${location})`,
  );
}

/** Tests that must fail, each because one fact of the expectation is told wrongly. */
function canaries(expected, checks, index, played) {
  return falsified(expand(expected)).map(({ fact, tree }) =>
    test(
      `step_${index + 1}_is_not_${fact.map((each) => String(each).replaceAll(/\W/g, "_").toLowerCase()).join("_")}`,
      [...effects(played), ...checks(tree)],
      "test, expected_failure(abort_code = vramhub::scenario_world::EDiffers)",
    ),
  );
}

/** The tree once for each of its facts, with that fact changed; names of events and questions stay. */
function falsified(tree, fact = []) {
  if (typeof tree === "object") {
    return Object.keys(tree)
      .filter((key) => key !== "event")
      .flatMap((key) =>
        falsified(tree[key], [...fact, key]).map(({ fact, tree: changed }) => ({
          fact,
          tree: Array.isArray(tree) ? tree.with(Number(key), changed) : { ...tree, [key]: changed },
        })),
      );
  }
  return [{ fact, tree: otherThan(tree) }];
}

function otherThan(fact) {
  if (typeof fact === "boolean") return !fact;
  if (typeof fact === "number") return fact + 1;
  if (VERDICTS.includes(fact)) return VERDICTS[(VERDICTS.indexOf(fact) + 1) % VERDICTS.length];
  if (fact === "treasury") return "validator:1";
  if (/:\d+$/.test(fact)) return fact.replace(/\d+$/, (uid) => Number(uid) + 1);
  if (/^\d{1,20}$/.test(fact)) return String(BigInt(fact) + 1n);
  return fact.slice(0, -1) + (fact.endsWith("0") ? "1" : "0");
}

const moduleName = (name) => `${PREFIX}${name.replaceAll("-", "_")}_tests`;

await mkdir(TESTS, { recursive: true });
for (const file of await readdir(TESTS)) {
  if (file.startsWith(PREFIX)) await rm(path.join(TESTS, file));
}
const network = await read("network");
const names = (await readdir(SCENARIOS))
  .filter((file) => file.endsWith(".json") && file !== "network.json")
  .map((file) => file.slice(0, -".json".length));
for (const name of names) {
  try {
    await writeFile(path.join(TESTS, `${moduleName(name)}.move`), await moveTest(network, name, await read(name)));
  } catch (error) {
    throw new Error(`scenario ${name}: ${error.message}`, { cause: error });
  }
}
console.log(`${names.length} scenarios written as Move tests`);

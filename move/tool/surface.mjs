// node tool/surface.mjs   fails if anything but the rules can mint, pay, score, finalize or anchor (attack 20)
//
// Over the whole surface of the compiled package: for each thing that matters, the only calls from which it can be reached; and
// what the holder of the governance capability can do. A function that opens another way to one of them fails this check,
// whatever it is called.

import { build } from "./package.mjs";
import { fieldsOf, functionsOf, reachedFrom } from "./bytecode.mjs";

const CLAIMS = ["reward_distributor::claim_miner", "reward_distributor::claim_treasury", "reward_distributor::claim_validator"];
const FINALIZING = ["finalization::finalize_window"];
const JOBS = ["training_jobs::cancel", "training_jobs::measure", "training_jobs::settle"];
const WITHDRAWALS = ["peer_registry::withdraw_miner_stake", "peer_registry::withdraw_validator_stake"];

/** Functions, or fields as module::Struct.field, and the only open calls that run or write them. */
const REACHED_ONLY_FROM = {
  // Minting.
  "coin::mint": [],
  "coin::mint_balance": [...FINALIZING, "vram_token::pre_mint"],
  "balance::increase_supply": [],
  "coin::treasury_into_supply": [],
  "vram_token::launch": ["network::create"],
  "vram_token::Minter.treasury": FINALIZING,
  "vram_token::Minter.issued": FINALIZING,
  // Paying.
  "peer_registry::Peer.credit": [...FINALIZING, "reward_distributor::claim_miner", "reward_distributor::claim_validator"],
  "peer_registry::Peer.payout": [],
  "reward_distributor::Rewards.treasury_credit": [...FINALIZING, "reward_distributor::claim_treasury"],
  "reward_distributor::Rewards.pool": [...CLAIMS, ...FINALIZING],
  "peer_registry::Peer.stake": [...WITHDRAWALS, "peer_registry::add_miner_stake", "peer_registry::add_validator_stake"],
  "balance::split": [...CLAIMS, ...JOBS, "staking_pool::collect", "staking_pool::unstake", "vram_token::claim"],
  "balance::withdraw_all": [...JOBS, ...WITHDRAWALS],
  "transfer::public_transfer": [...CLAIMS, ...JOBS],
  // Scoring and rating.
  "gradient_registry::Gradient.lines": ["score_ledger::submit_scores"],
  "peer_registry::Validator.enclave": ["enclave_registry::register_enclave"],
  "peer_registry::Validator.jailed": FINALIZING,
  "peer_registry::Miner.rating": FINALIZING,
  "peer_registry::Miner.proof_nanos": FINALIZING,
  // Windows: opened, drawn, finalized and anchored once.
  "round_state::Rounds.newest": ["round_state::open_window"],
  "round_state::Round.assignment_seed": [],
  "round_state::Round.base": [],
  "round_state::Round.parameters": [],
  "round_state::Round.evaluation_seed": ["round_state::open_scoring"],
  "round_state::Rounds.finalized": FINALIZING,
  "round_state::Round.merge": FINALIZING,
  "round_state::Round.anchored_root": ["round_state::anchor_checkpoint"],
  "round_state::Rounds.checkpoint": ["round_state::anchor_checkpoint"],
  // The rules.
  "hparams::Hparams.changes": ["hparams::schedule_parameters"],
  "enclave_registry::Enclaves.builds": ["enclave_registry::admit_build", "enclave_registry::retire_build"],
};

/** All that the holder of the governance capability can do with it, and the only fields it writes. */
const GOVERNANCE = {
  "hparams::schedule_parameters": ["hparams::Hparams.changes"],
  "enclave_registry::admit_build": ["enclave_registry::Enclaves.builds"],
  "enclave_registry::retire_build": ["enclave_registry::Build.until_ms", "enclave_registry::Enclaves.builds"],
  "hparams::migrate": ["hparams::Hparams.version"],
  "dataset_registry::migrate": ["dataset_registry::Datasets.version"],
  "peer_registry::migrate": ["peer_registry::Registry.version"],
  "enclave_registry::migrate": ["enclave_registry::Enclaves.version"],
  "round_state::migrate": ["round_state::Rounds.version"],
  "reward_distributor::migrate": ["reward_distributor::Rewards.version"],
  "vram_token::migrate": ["vram_token::Minter.version"],
};

const built = await build();
const functions = functionsOf(built);
const fields = new Set(fieldsOf(built));
const open = [...functions.values()].filter((each) => each.isOpen);
const faults = [];

for (const [what, expected] of Object.entries(REACHED_ONLY_FROM)) {
  if (what.includes(".") && !fields.has(what)) faults.push(`there is no field ${what}`);
  expectEqual(`${what} is reached from`, open.filter((each) => reachedFrom(each.name, functions).has(what)).map((each) => each.name), expected);
}
const governed = open.filter((each) => each.takes.includes("hparams::GovernanceCap"));
expectEqual("the governance capability opens", governed.map((each) => each.name), Object.keys(GOVERNANCE));
for (const { name } of governed) {
  expectEqual(`${name} writes`, [...reachedFrom(name, functions)].filter((each) => each.includes(".")), GOVERNANCE[name] ?? []);
}
expectEqual("a treasury is taken by", open.filter((each) => each.takes.includes("coin::TreasuryCap")).map((each) => each.name), []);

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${open.length} open functions: none mints, pays, scores, finalizes or anchors but by the rules`);

function expectEqual(what, actual, expected) {
  const [is, should] = [actual, expected].map((names) => names.toSorted().join(", ") || "nothing");
  if (is !== should) faults.push(`${what} ${is}; it should be ${should}`);
}

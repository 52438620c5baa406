/// Why a call aborts: the numbers and names of `distribution/docs/abort-codes.md`, the same as on the
/// local ledger.
///
/// They are macros, so that a rule reads `assert!(now < deadline, errors::too_late!())`, the code
/// is a constant at its place, and the VM reports it under the module whose rule was broken. Codes
/// from 120 exist only here; those of the table that are missing here are met on the local ledger
/// alone.
module vramhub::errors;

public(package) macro fun not_owner(): u64 { 1 }

public(package) macro fun bad_signature(): u64 { 2 }

public(package) macro fun wrong_network(): u64 { 3 }

public(package) macro fun stake_too_low(): u64 { 5 }

public(package) macro fun unknown_miner(): u64 { 6 }

public(package) macro fun unknown_validator(): u64 { 7 }

public(package) macro fun not_active(): u64 { 8 }

public(package) macro fun still_unbonding(): u64 { 9 }

public(package) macro fun already_left(): u64 { 10 }

public(package) macro fun jailed(): u64 { 11 }

public(package) macro fun bad_label(): u64 { 12 }

public(package) macro fun not_left(): u64 { 13 }

public(package) macro fun already_withdrawn(): u64 { 14 }

public(package) macro fun network_full(): u64 { 15 }

public(package) macro fun unknown_window(): u64 { 20 }

public(package) macro fun too_early(): u64 { 21 }

public(package) macro fun too_late(): u64 { 22 }

public(package) macro fun window_already_open(): u64 { 23 }

public(package) macro fun window_not_open(): u64 { 24 }

public(package) macro fun scoring_already_open(): u64 { 25 }

public(package) macro fun scoring_not_open(): u64 { 26 }

public(package) macro fun already_finalized(): u64 { 27 }

public(package) macro fun not_finalized(): u64 { 28 }

public(package) macro fun awaiting_anchor(): u64 { 29 }

public(package) macro fun already_committed(): u64 { 40 }

public(package) macro fun size_out_of_bounds(): u64 { 41 }

public(package) macro fun wrong_codec(): u64 { 42 }

public(package) macro fun bad_storage_reference(): u64 { 43 }

public(package) macro fun already_scored(): u64 { 50 }

public(package) macro fun not_assigned(): u64 { 51 }

public(package) macro fun unknown_enclave(): u64 { 52 }

public(package) macro fun wrong_epoch(): u64 { 53 }

public(package) macro fun wrong_evaluator(): u64 { 54 }

public(package) macro fun wrong_base(): u64 { 55 }

public(package) macro fun wrong_dataset(): u64 { 56 }

public(package) macro fun wrong_seed(): u64 { 57 }

public(package) macro fun wrong_content_hash(): u64 { 58 }

public(package) macro fun nothing_scored(): u64 { 59 }

public(package) macro fun attestation_expired(): u64 { 72 }

public(package) macro fun attestation_measurement(): u64 { 73 }

public(package) macro fun attestation_debug(): u64 { 74 }

public(package) macro fun attestation_key(): u64 { 75 }

public(package) macro fun attestation_replayed(): u64 { 76 }

public(package) macro fun wrong_parent(): u64 { 80 }

public(package) macro fun wrong_top_g(): u64 { 81 }

public(package) macro fun already_voted(): u64 { 82 }

public(package) macro fun already_anchored(): u64 { 83 }

public(package) macro fun nothing_to_anchor(): u64 { 84 }

public(package) macro fun nothing_to_claim(): u64 { 90 }

public(package) macro fun not_governance(): u64 { 100 }

public(package) macro fun timelocked(): u64 { 101 }

public(package) macro fun bad_parameters(): u64 { 102 }

/// The object was made by another version of this package: migrate it, or call the newer package.
public(package) macro fun wrong_version(): u64 { 120 }

/// The object belongs to another network than the one it is used with.
public(package) macro fun wrong_object(): u64 { 121 }

/// An argument is longer, or a list has more entries, than the limits allow.
public(package) macro fun too_large(): u64 { 123 }

/// A digest has 32 bytes, a signature 64; or the entries do not ascend by uid.
public(package) macro fun malformed(): u64 { 124 }

/// The dataset's root is registered; what it stands for stays as it is.
public(package) macro fun already_registered(): u64 { 125 }

/// The build is admitted already, or was not admitted.
public(package) macro fun wrong_build(): u64 { 126 }

/// A pre-mint has an amount, and a cliff after the start and not after the end.
public(package) macro fun bad_vesting(): u64 { 130 }

/// All pre-mints together would leave less than the emission's 10,500,000 of the hard cap.
public(package) macro fun pre_mint_exceeded(): u64 { 131 }

/// The vesting object still holds coins.
public(package) macro fun still_vesting(): u64 { 132 }

/// The schedule gives the next window less.
public(package) macro fun emission_exceeded(): u64 { 133 }

/// A pool locks for at most ten years and takes at most everything as its penalty.
public(package) macro fun bad_pool(): u64 { 140 }

/// The ticket is another pool's.
public(package) macro fun wrong_pool(): u64 { 141 }

/// Nobody has locked anything that could earn the reward.
public(package) macro fun nobody_staked(): u64 { 142 }

/// The job's terms cannot be met, or its deadlines lie in the past or too far away.
public(package) macro fun bad_job(): u64 { 150 }

/// The coin is not exactly what the job costs, or its bond.
public(package) macro fun wrong_amount(): u64 { 151 }

/// The job is in another state than this call needs.
public(package) macro fun wrong_job_state(): u64 { 152 }

/// The validator has measured this result.
public(package) macro fun already_measured(): u64 { 153 }

/// The identity is not of the form, or not of the kind, that this policy decides on.
public(package) macro fun bad_identity(): u64 { 160 }

/// What finalized windows pay (protocol section 10). Finalizing credits shares; a claim pays the whole
/// credit, once, to the record's payout address. The credits of a window sum to its emission to the
/// unit.
///
/// 1. The amount of the schedule is divided into three pools by the parameters' basis points.
/// 2. The miners' pool is divided by their shares, the validators' by stake times completeness, the
///    treasury gets its own whole.
/// 3. Every division is by largest remainder, so a pool that has a recipient is paid out to the last
///    unit.
/// 4. A pool without a recipient is not issued. It stays in the schedule, which counts only what was
///    issued, and so carries over to later windows rather than making the next one a jackpot.
module vramhub::reward_distributor;

use sui::balance::{Self, Balance};
use sui::clock::Clock;
use sui::coin::Coin;
use sui::event;
use vramhub::emission;
use vramhub::errors;
use vramhub::hparams::{GovernanceCap, Hparams, Parameters};
use vramhub::package_version;
use vramhub::peer_registry::Registry;
use vramhub::shares;
use vramhub::vram_token::{Minter, VRAM_TOKEN};

const MINER: u8 = 0;
const VALIDATOR: u8 = 1;
const TREASURY: u8 = 2;

/// What has been issued and not claimed.
public struct Rewards has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    pool: Balance<VRAM_TOKEN>,
    treasury_credit: u64,
}

/// A share of a window's emission. The role is 0 for a miner, 1 for a validator, 2 for the treasury,
/// whose uid is 0.
public struct Credit has copy, drop, store {
    role: u8,
    uid: u64,
    amount: u64,
}

public struct Claimed has copy, drop {
    network: vector<u8>,
    role: u8,
    uid: u64,
    recipient: address,
    amount: u64,
}

/// Divides what the schedule gives a window: none of the credits is zero; miners by uid, validators
/// by uid, then the treasury.
///
/// `weights` are the shares of `miners`, `work` the stake times completeness of `validators`.
public(package) fun divide(
    scheduled: u64,
    parameters: &Parameters,
    miners: &vector<u64>,
    weights: &vector<u64>,
    validators: &vector<u64>,
    work: &vector<u256>,
): vector<Credit> {
    let pools = shares::divided(scheduled, &parameters.basis_points());
    let mut credits = vector[];
    let weights = weights.map_ref!(|weight| *weight as u256);
    add_credits(&mut credits, MINER, miners, &shares::divided(pools[0], &weights));
    add_credits(&mut credits, VALIDATOR, validators, &shares::divided(pools[1], work));
    add_credits(&mut credits, TREASURY, &vector[0], &vector[pools[2]]);
    credits
}

fun add_credits(credits: &mut vector<Credit>, role: u8, uids: &vector<u64>, amounts: &vector<u64>) {
    uids.length().do!(|i| {
        if (amounts[i] > 0) credits.push_back(Credit { role, uid: uids[i], amount: amounts[i] });
    });
}

/// What the schedule gives the next window.
public(package) fun scheduled(minter: &Minter): u64 { emission::scheduled(minter.issued()) }

/// Issues the sum of a window's credits into the pool they are claimed from.
public(package) fun issue(self: &mut Rewards, minter: &mut Minter, amount: u64) {
    self.pool.join(minter.issue(&self.network, amount));
}

/// Books one credit.
public(package) fun credit(self: &mut Rewards, registry: &mut Registry, credit: &Credit) {
    if (credit.role == MINER) registry.credit_miner(credit.uid, credit.amount)
    else if (credit.role == VALIDATOR) registry.credit_validator(credit.uid, credit.amount)
    else self.treasury_credit = self.treasury_credit + credit.amount;
}

/// Pays the miner's credit to its payout address.
public fun claim_miner(
    self: &mut Rewards,
    registry: &mut Registry,
    hparams: &Hparams,
    miner: u64,
    ctx: &mut TxContext,
) {
    self.check(registry, hparams);
    registry.check_own_miner(miner, ctx);
    let (recipient, amount) = registry.take_miner_credit(miner);
    self.pay(MINER, miner, recipient, amount, ctx);
}

/// Pays the validator's credit to its payout address.
public fun claim_validator(
    self: &mut Rewards,
    registry: &mut Registry,
    hparams: &Hparams,
    validator: u64,
    ctx: &mut TxContext,
) {
    self.check(registry, hparams);
    registry.check_own_validator(validator, ctx);
    let (recipient, amount) = registry.take_validator_credit(validator);
    self.pay(VALIDATOR, validator, recipient, amount, ctx);
}

/// Pays the treasury's credit to the address of the parameters in force. Anyone may, for nobody else
/// can get it.
public fun claim_treasury(
    self: &mut Rewards,
    registry: &Registry,
    hparams: &Hparams,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.check(registry, hparams);
    let window = hparams.window_at(clock.timestamp_ms());
    let amount = self.treasury_credit;
    self.treasury_credit = 0;
    self.pay(TREASURY, 0, hparams.parameters(window).treasury(), amount, ctx);
}

fun pay(
    self: &mut Rewards,
    role: u8,
    uid: u64,
    recipient: address,
    amount: u64,
    ctx: &mut TxContext,
) {
    assert!(amount > 0, errors::nothing_to_claim!());
    let coin: Coin<VRAM_TOKEN> = self.pool.split(amount).into_coin(ctx);
    transfer::public_transfer(coin, recipient);
    event::emit(Claimed { network: self.network, role, uid, recipient, amount });
}

public fun role(self: &Credit): u8 { self.role }

public fun uid(self: &Credit): u64 { self.uid }

public fun amount(self: &Credit): u64 { self.amount }

/// What has been issued and not claimed.
public fun unclaimed(self: &Rewards): u64 { self.pool.value() }

public fun treasury_credit(self: &Rewards): u64 { self.treasury_credit }

public(package) fun create(network: vector<u8>, ctx: &mut TxContext) {
    transfer::share_object(Rewards {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        pool: balance::zero(),
        treasury_credit: 0,
    });
}

/// Demands that the objects are of this package's version and belong together.
public(package) fun check(self: &Rewards, registry: &Registry, hparams: &Hparams) {
    package_version::check(self.version);
    registry.check(hparams);
    assert!(self.network == hparams.network(), errors::wrong_object!());
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Rewards, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(self.network == hparams.network(), errors::wrong_object!());
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Rewards, version: u64) {
    self.version = version;
}

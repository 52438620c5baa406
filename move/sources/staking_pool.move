/// Pools in which holders lock coins for a term. Who leaves early pays a penalty to those who stay, in
/// proportion to what they have locked; anyone may add a reward that is shared likewise. A pool's
/// terms never change, and nobody is above them.
///
/// Nothing is lost to rounding. Rewards are counted in parts of a unit, and what a division leaves
/// over waits in `left_over` for the next one, so that at any time, in parts of a unit,
///
///     coins = principals + sum over tickets of principal * (per_unit - its per_unit) + left_over
///
/// and the last to leave takes what there is. It pays no penalty, for there is nobody to pay it to.
///
/// Who joins just before somebody else leaves early shares in that penalty, and pays for it by being
/// locked itself.
module vramhub::staking_pool;

use sui::balance::{Self, Balance};
use sui::clock::Clock;
use sui::coin::Coin;
use sui::event;
use vramhub::errors;
use vramhub::package_version;

const BASIS_POINTS: u64 = 10_000;
const LONGEST_LOCK_MS: u64 = 10 * 365 * 24 * 3_600_000;

/// Parts of a unit.
const PARTS: u256 = 1_000_000_000_000_000_000_000_000;

public struct Pool<phantom T> has key {
    id: UID,
    version: u64,
    lock_ms: u64,
    penalty_basis_points: u64,
    coins: Balance<T>,
    /// What all tickets have locked, without rewards.
    principal: u64,
    /// Parts that one locked unit has earned since the pool began.
    per_unit: u256,
    /// Parts that no ticket has earned yet.
    left_over: u256,
}

/// What one stake has locked, redeemable only in its own pool. It may change hands.
public struct Ticket<phantom T> has key, store {
    id: UID,
    pool: ID,
    principal: u64,
    unlock_ms: u64,
    /// The pool's when the stake was made or last collected.
    per_unit: u256,
}

public struct PoolCreated has copy, drop {
    pool: ID,
    lock_ms: u64,
    penalty_basis_points: u64,
}

public struct Staked has copy, drop {
    pool: ID,
    ticket: ID,
    principal: u64,
    unlock_ms: u64,
}

public struct RewardAdded has copy, drop { pool: ID, amount: u64 }

public struct RewardCollected has copy, drop { pool: ID, ticket: ID, amount: u64 }

public struct Unstaked has copy, drop {
    pool: ID,
    ticket: ID,
    principal: u64,
    reward: u64,
    penalty: u64,
}

/// Shares a pool whose stakes are locked for `lock_ms` and lose `penalty_basis_points` of their
/// principal when they leave earlier. Anyone may.
public fun create<T>(lock_ms: u64, penalty_basis_points: u64, ctx: &mut TxContext) {
    assert!(
        lock_ms <= LONGEST_LOCK_MS && penalty_basis_points <= BASIS_POINTS,
        errors::bad_pool!(),
    );
    let pool = Pool<T> {
        id: object::new(ctx),
        version: package_version::current(),
        lock_ms,
        penalty_basis_points,
        coins: balance::zero(),
        principal: 0,
        per_unit: 0,
        left_over: 0,
    };
    event::emit(PoolCreated { pool: object::id(&pool), lock_ms, penalty_basis_points });
    transfer::share_object(pool);
}

/// Locks the coin and gives the ticket for it.
public fun stake<T>(
    self: &mut Pool<T>,
    coin: Coin<T>,
    clock: &Clock,
    ctx: &mut TxContext,
): Ticket<T> {
    package_version::check(self.version);
    let principal = coin.value();
    assert!(principal > 0, errors::stake_too_low!());
    self.coins.join(coin.into_balance());
    self.principal = self.principal + principal;
    let ticket = Ticket {
        id: object::new(ctx),
        pool: object::id(self),
        principal,
        unlock_ms: clock.timestamp_ms() + self.lock_ms,
        per_unit: self.per_unit,
    };
    event::emit(Staked {
        pool: ticket.pool,
        ticket: object::id(&ticket),
        principal,
        unlock_ms: ticket.unlock_ms,
    });
    ticket
}

/// Shares the coin among all who have locked something now.
public fun add_reward<T>(self: &mut Pool<T>, coin: Coin<T>) {
    package_version::check(self.version);
    assert!(self.principal > 0, errors::nobody_staked!());
    let amount = coin.value();
    self.coins.join(coin.into_balance());
    self.share(amount);
    event::emit(RewardAdded { pool: object::id(self), amount });
}

/// Takes what the ticket has earned, in whole units; the principal stays locked.
public fun collect<T>(self: &mut Pool<T>, ticket: &mut Ticket<T>, ctx: &mut TxContext): Coin<T> {
    self.check(ticket);
    let amount = self.settle(ticket);
    assert!(amount > 0, errors::nothing_to_claim!());
    event::emit(RewardCollected { pool: ticket.pool, ticket: object::id(ticket), amount });
    self.coins.split(amount).into_coin(ctx)
}

/// Gives back the principal and what it has earned, less the penalty before the lock ends.
public fun unstake<T>(
    self: &mut Pool<T>,
    mut ticket: Ticket<T>,
    clock: &Clock,
    ctx: &mut TxContext,
): Coin<T> {
    self.check(&ticket);
    let early = clock.timestamp_ms() < ticket.unlock_ms;
    let mut reward = self.settle(&mut ticket);
    let Ticket { id, pool, principal, .. } = ticket;
    self.principal = self.principal - principal;
    let mut penalty = 0;
    if (self.principal == 0) {
        // The parts left over make whole units now that no ticket has a claim on them.
        reward = self.coins.value() - principal;
        self.left_over = 0;
    } else if (early) {
        penalty = self.penalty(principal);
        self.share(penalty);
    };
    event::emit(Unstaked { pool, ticket: id.to_inner(), principal, reward, penalty });
    id.delete();
    self.coins.split(principal + reward - penalty).into_coin(ctx)
}

/// Brings the pool to this package's version after an upgrade. Anyone may, for it can only come
/// under the rules that everyone else is under.
public fun migrate<T>(self: &mut Pool<T>) {
    self.version = package_version::migrated(self.version);
}

public fun lock_ms<T>(self: &Pool<T>): u64 { self.lock_ms }

public fun penalty_basis_points<T>(self: &Pool<T>): u64 { self.penalty_basis_points }

/// All coins of the pool: principals and rewards.
public fun coins<T>(self: &Pool<T>): u64 { self.coins.value() }

/// What is locked, without rewards.
public fun locked<T>(self: &Pool<T>): u64 { self.principal }

public fun pool<T>(ticket: &Ticket<T>): ID { ticket.pool }

public fun principal<T>(ticket: &Ticket<T>): u64 { ticket.principal }

public fun unlock_ms<T>(ticket: &Ticket<T>): u64 { ticket.unlock_ms }

/// What the ticket could collect now.
public fun earned<T>(self: &Pool<T>, ticket: &Ticket<T>): u64 {
    self.check(ticket);
    (self.parts_of(ticket) / PARTS) as u64
}

fun check<T>(self: &Pool<T>, ticket: &Ticket<T>) {
    package_version::check(self.version);
    assert!(ticket.pool == object::id(self), errors::wrong_pool!());
}

fun penalty<T>(self: &Pool<T>, principal: u64): u64 {
    ((principal as u128) * (self.penalty_basis_points as u128) / (BASIS_POINTS as u128)) as u64
}

/// Lets all that is locked earn the amount, which is in the pool already.
fun share<T>(self: &mut Pool<T>, amount: u64) {
    let parts = (amount as u256) * PARTS + self.left_over;
    self.per_unit = self.per_unit + parts / (self.principal as u256);
    self.left_over = parts % (self.principal as u256);
}

fun parts_of<T>(self: &Pool<T>, ticket: &Ticket<T>): u256 {
    (ticket.principal as u256) * (self.per_unit - ticket.per_unit)
}

/// Takes the ticket's earnings out of the count: the whole units are the result, the parts go to
/// everyone's next reward.
fun settle<T>(self: &mut Pool<T>, ticket: &mut Ticket<T>): u64 {
    let parts = self.parts_of(ticket);
    ticket.per_unit = self.per_unit;
    self.left_over = self.left_over + parts % PARTS;
    (parts / PARTS) as u64
}

#[test_only]
public fun left_over_for_testing<T>(self: &Pool<T>): u256 { self.left_over }

#[test_only]
public fun parts_for_testing<T>(self: &Pool<T>, ticket: &Ticket<T>): u256 {
    self.parts_of(ticket)
}

#[test_only]
public fun set_version_for_testing<T>(self: &mut Pool<T>, version: u64) {
    self.version = version;
}

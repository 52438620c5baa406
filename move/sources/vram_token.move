/// The coin VRAM (protocol section 10): at most 21,000,000 ever, of which windows issue 10,500,000 and
/// the rest may be minted before the start, into vesting objects with cliffs.
///
/// There is no admin path that can mint. Before the start the treasury sits in `Genesis`, which can
/// only pre-mint. Creating the network consumes it and locks the treasury in `Minter`, which can only
/// issue what the schedule gives the next window, and only to the module that finalizes the windows
/// of that one network.
module vramhub::vram_token;

use sui::balance::Balance;
use sui::clock::Clock;
use sui::coin::{Coin, TreasuryCap};
use sui::coin_registry::{Self, MetadataCap};
use sui::event;
use vramhub::emission;
use vramhub::errors;
use vramhub::hparams::{GovernanceCap, Hparams};
use vramhub::package_version;

/// The most that ever exists.
const HARD_CAP: u64 = 21_000_000_000_000_000;

const DECIMALS: u8 = 9;

public struct VRAM_TOKEN has drop {}

/// The treasury before the start, in the publisher's hands.
public struct Genesis has key {
    id: UID,
    treasury: TreasuryCap<VRAM_TOKEN>,
    metadata: MetadataCap<VRAM_TOKEN>,
}

/// The treasury from the start on: shared, and locked behind the emission schedule.
public struct Minter has key {
    id: UID,
    version: u64,
    /// The only network that is paid from it.
    network: vector<u8>,
    treasury: TreasuryCap<VRAM_TOKEN>,
    /// Locked too, so that the coin keeps its name for good.
    metadata: MetadataCap<VRAM_TOKEN>,
    /// The sum of all emissions.
    issued: u64,
}

/// A pre-mint in its beneficiary's hands: nothing before the cliff, then in proportion to the time
/// since the start, all of it at the end. It cannot be given away, only what has been claimed can.
public struct Vesting has key {
    id: UID,
    locked: Balance<VRAM_TOKEN>,
    total: u64,
    start_ms: u64,
    cliff_ms: u64,
    end_ms: u64,
}

public struct PreMinted has copy, drop {
    vesting: ID,
    beneficiary: address,
    amount: u64,
    start_ms: u64,
    cliff_ms: u64,
    end_ms: u64,
}

public struct Launched has copy, drop {
    minter: ID,
    network: vector<u8>,
    pre_minted: u64,
}

public struct VestingClaimed has copy, drop {
    vesting: ID,
    amount: u64,
    left: u64,
}

fun init(witness: VRAM_TOKEN, ctx: &mut TxContext) {
    let (currency, treasury) = coin_registry::new_currency_with_otw(
        witness,
        DECIMALS,
        b"VRAM".to_string(),
        b"VRAM HUB".to_string(),
        b"Pays for the training of language models by strangers.".to_string(),
        b"".to_string(),
        ctx,
    );
    let metadata = currency.finalize(ctx);
    transfer::transfer(Genesis { id: object::new(ctx), treasury, metadata }, ctx.sender());
}

/// Mints `amount` into a vesting object of the beneficiary. The cliff and the end are counted from
/// now; there is always a cliff.
public fun pre_mint(
    genesis: &mut Genesis,
    beneficiary: address,
    amount: u64,
    cliff_ms: u64,
    duration_ms: u64,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    assert!(amount > 0 && cliff_ms > 0 && cliff_ms <= duration_ms, errors::bad_vesting!());
    let left = HARD_CAP - emission::cap() - genesis.treasury.total_supply();
    assert!(amount <= left, errors::pre_mint_exceeded!());
    let start_ms = clock.timestamp_ms();
    let vesting = Vesting {
        id: object::new(ctx),
        locked: genesis.treasury.mint_balance(amount),
        total: amount,
        start_ms,
        cliff_ms: start_ms + cliff_ms,
        end_ms: start_ms + duration_ms,
    };
    event::emit(PreMinted {
        vesting: object::id(&vesting),
        beneficiary,
        amount,
        start_ms,
        cliff_ms: vesting.cliff_ms,
        end_ms: vesting.end_ms,
    });
    transfer::transfer(vesting, beneficiary);
}

/// Ends pre-minting for good and shares the minter of the network.
public(package) fun launch(genesis: Genesis, network: vector<u8>, ctx: &mut TxContext) {
    let Genesis { id, treasury, metadata } = genesis;
    id.delete();
    let minter = Minter {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        treasury,
        metadata,
        issued: 0,
    };
    event::emit(Launched {
        minter: object::id(&minter),
        network,
        pre_minted: minter.treasury.total_supply(),
    });
    transfer::share_object(minter);
}

/// Issues the emission of one window of the network; never more than the schedule gives the next.
public(package) fun issue(
    minter: &mut Minter,
    network: &vector<u8>,
    amount: u64,
): Balance<VRAM_TOKEN> {
    package_version::check(minter.version);
    assert!(&minter.network == network, errors::wrong_object!());
    assert!(amount <= emission::scheduled(minter.issued), errors::emission_exceeded!());
    minter.issued = minter.issued + amount;
    minter.treasury.mint_balance(amount)
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(minter: &mut Minter, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(minter.network == hparams.network(), errors::wrong_object!());
    minter.version = package_version::migrated(minter.version);
}

public fun network(minter: &Minter): vector<u8> { minter.network }

/// The sum of all emissions.
public fun issued(minter: &Minter): u64 { minter.issued }

/// All VRAM there is: pre-mints, vested or not, and emissions.
public fun supply(minter: &Minter): u64 { minter.treasury.total_supply() }

/// What has vested and was not claimed before.
public fun claim(vesting: &mut Vesting, clock: &Clock, ctx: &mut TxContext): Coin<VRAM_TOKEN> {
    let now = clock.timestamp_ms();
    assert!(now >= vesting.cliff_ms, errors::too_early!());
    let amount = vesting.claimable(now);
    assert!(amount > 0, errors::nothing_to_claim!());
    let claimed = vesting.locked.split(amount);
    event::emit(VestingClaimed {
        vesting: object::id(vesting),
        amount,
        left: vesting.locked.value(),
    });
    claimed.into_coin(ctx)
}

/// Removes a vesting object that is claimed to the end.
public fun destroy_empty(vesting: Vesting) {
    assert!(vesting.locked.value() == 0, errors::still_vesting!());
    let Vesting { id, locked, .. } = vesting;
    id.delete();
    locked.destroy_zero();
}

/// What is not claimed yet, vested or not.
public fun locked(vesting: &Vesting): u64 { vesting.locked.value() }

/// What could be claimed at a time.
public fun claimable(vesting: &Vesting, time_ms: u64): u64 {
    if (time_ms < vesting.cliff_ms) return 0;
    let claimed = vesting.total - vesting.locked.value();
    vested(vesting, time_ms) - claimed
}

fun vested(vesting: &Vesting, time_ms: u64): u64 {
    if (time_ms >= vesting.end_ms) return vesting.total;
    let elapsed = (time_ms - vesting.start_ms) as u128;
    let duration = (vesting.end_ms - vesting.start_ms) as u128;
    ((vesting.total as u128) * elapsed / duration) as u64
}

#[test_only]
public fun init_for_testing(ctx: &mut TxContext) {
    init(VRAM_TOKEN {}, ctx);
}

/// Moves the schedule on, as if so much had been issued.
#[test_only]
public fun set_issued_for_testing(minter: &mut Minter, issued: u64) {
    minter.treasury.mint_balance(issued - minter.issued).destroy_for_testing();
    minter.issued = issued;
}

#[test_only]
public fun set_version_for_testing(minter: &mut Minter, version: u64) {
    minter.version = version;
}

/// Miners and validators, each in a record of its own with its bond in real coins (protocol section 1),
/// and what finalized windows have made of them: ratings, deviations, credits.
///
/// The registry assigns uids from 1, never chosen by a caller and never reused. Taking part is
/// bounded, so that one transaction can list everybody when a window opens: at most 256 miners and
/// 32 validators at a time.
module vramhub::peer_registry;

use std::string::String;
use sui::balance::Balance;
use sui::clock::Clock;
use sui::coin::Coin;
use sui::event;
use sui::sui::SUI;
use sui::table::{Self, Table};
use vramhub::errors;
use vramhub::hparams::{Hparams, GovernanceCap};
use vramhub::openskill::{Self, Rating};
use vramhub::package_version;
use vramhub::signed::{Self, Signed};

/// Longest name of a participant, in bytes of UTF-8.
const MAXIMUM_LABEL_BYTES: u64 = 64;

/// Most miners that take part at a time.
const MAXIMUM_MINERS: u64 = 256;

/// Most validators that take part at a time.
const MAXIMUM_VALIDATORS: u64 = 32;

/// Longest Seal-encrypted credential; an encrypted object for three key servers has about 500.
const MAXIMUM_CREDENTIAL_BYTES: u64 = 4096;

public struct Registry has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    miners: Table<u64, Miner>,
    validators: Table<u64, Validator>,
    /// The miners a window opened now would list, by uid.
    active_miners: vector<u64>,
    /// The validators a window opened now would list, with their stake, by uid.
    bonds: vector<Bond>,
}

/// Who acts and who is paid, the same for miners and validators.
public struct Peer has store {
    owner: address,
    payout: address,
    label: String,
    stake: Balance<SUI>,
    /// Set once it has left: the time from which the stake may be withdrawn.
    withdrawable_at_ms: Option<u64>,
    /// VRAM credited by finalized windows and not claimed yet.
    credit: u64,
}

public struct Miner has store {
    peer: Peer,
    rating: Rating,
    /// The proof-of-computation average in billionths, -1e9..1e9 (section 7).
    proof_nanos: Signed,
    scored_windows: u64,
    /// Windows, finalized and not empty, it has missed since its last commit.
    absences: u64,
    credentials: Option<Credentials>,
}

/// How to read the miner's storage, encrypted with Seal (section 5).
public struct Credentials has copy, drop, store {
    key_epoch: u64,
    sealed: vector<u8>,
}

public struct Validator has store {
    peer: Peer,
    enclave: Option<Enclave>,
    /// Reported lines that a majority contradicted, over all windows.
    deviations: u64,
    /// The window that jailed it.
    jailed: Option<u64>,
}

/// The enclave that may sign for a validator now.
public struct Enclave has copy, drop, store {
    epoch: u64,
    public_key: vector<u8>,
}

/// A validator's stake at a moment.
public struct Bond has copy, drop, store {
    validator: u64,
    stake: u64,
}

public struct MinerRegistered has copy, drop {
    network: vector<u8>,
    miner: u64,
    owner: address,
    payout: address,
    stake: u64,
    label: String,
}

public struct ValidatorRegistered has copy, drop {
    network: vector<u8>,
    validator: u64,
    owner: address,
    payout: address,
    stake: u64,
    label: String,
}

public struct MinerStakeAdded has copy, drop { network: vector<u8>, miner: u64, amount: u64 }

public struct ValidatorStakeAdded has copy, drop {
    network: vector<u8>,
    validator: u64,
    amount: u64,
}

public struct MinerLeft has copy, drop {
    network: vector<u8>,
    miner: u64,
    withdrawable_at_ms: u64,
}

public struct ValidatorLeft has copy, drop {
    network: vector<u8>,
    validator: u64,
    withdrawable_at_ms: u64,
}

public struct MinerStakeWithdrawn has copy, drop { network: vector<u8>, miner: u64, amount: u64 }

public struct ValidatorStakeWithdrawn has copy, drop {
    network: vector<u8>,
    validator: u64,
    amount: u64,
}

public struct CredentialsPublished has copy, drop {
    network: vector<u8>,
    miner: u64,
    key_epoch: u64,
    sealed: vector<u8>,
}

// === Miners ===

/// Takes the coin as the miner's bond and gives the miner's uid.
public fun register_miner(
    self: &mut Registry,
    hparams: &Hparams,
    stake: Coin<SUI>,
    payout: address,
    label: String,
    clock: &Clock,
    ctx: &TxContext,
): u64 {
    self.check(hparams);
    check_label(&label);
    let parameters = hparams.parameters(hparams.window_at(clock.timestamp_ms()));
    assert!(stake.value() >= parameters.min_miner_stake(), errors::stake_too_low!());
    let capacity = parameters.miner_capacity().min(MAXIMUM_MINERS);
    assert!(self.active_miners.length() < capacity, errors::network_full!());
    let uid = self.miners.length() + 1;
    event::emit(MinerRegistered {
        network: self.network,
        miner: uid,
        owner: ctx.sender(),
        payout,
        stake: stake.value(),
        label,
    });
    self.miners.add(uid, Miner {
        peer: new_peer(stake, payout, label, ctx),
        rating: openskill::initial(),
        proof_nanos: signed::zero(),
        scored_windows: 0,
        absences: 0,
        credentials: option::none(),
    });
    self.active_miners.push_back(uid);
    uid
}

public fun add_miner_stake(self: &mut Registry, miner: u64, stake: Coin<SUI>, ctx: &TxContext) {
    package_version::check(self.version);
    let network = self.network;
    let peer = &mut self.own_miner(miner, ctx).peer;
    let amount = peer.add_stake(stake);
    event::emit(MinerStakeAdded { network, miner, amount });
}

/// Ends taking part; the bond may be withdrawn after the unbonding delay.
public fun leave_miner(
    self: &mut Registry,
    hparams: &Hparams,
    miner: u64,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.check(hparams);
    let withdrawable_at_ms = self.own_miner(miner, ctx).peer.leave(hparams, clock);
    let (_, at) = self.active_miners.index_of(&miner);
    self.active_miners.remove(at);
    event::emit(MinerLeft { network: self.network, miner, withdrawable_at_ms });
}

/// Gives the bond back to the owner.
public fun withdraw_miner_stake(
    self: &mut Registry,
    miner: u64,
    clock: &Clock,
    ctx: &mut TxContext,
): Coin<SUI> {
    package_version::check(self.version);
    let network = self.network;
    let stake = self.own_miner(miner, ctx).peer.withdraw(clock);
    event::emit(MinerStakeWithdrawn { network, miner, amount: stake.value() });
    stake.into_coin(ctx)
}

/// Publishes, in place of what was published before, how validators read the miner's storage:
/// encrypted under `[credentials | network | uid | key epoch]`.
public fun publish_credentials(
    self: &mut Registry,
    miner: u64,
    key_epoch: u64,
    sealed: vector<u8>,
    ctx: &TxContext,
) {
    package_version::check(self.version);
    assert!(sealed.length() <= MAXIMUM_CREDENTIAL_BYTES, errors::too_large!());
    let network = self.network;
    let record = self.own_miner(miner, ctx);
    assert!(record.peer.withdrawable_at_ms.is_none(), errors::already_left!());
    record.credentials = option::some(Credentials { key_epoch, sealed });
    event::emit(CredentialsPublished { network, miner, key_epoch, sealed });
}

// === Validators ===

/// Takes the coin as the validator's bond and gives the validator's uid.
public fun register_validator(
    self: &mut Registry,
    hparams: &Hparams,
    stake: Coin<SUI>,
    payout: address,
    label: String,
    clock: &Clock,
    ctx: &TxContext,
): u64 {
    self.check(hparams);
    check_label(&label);
    let parameters = hparams.parameters(hparams.window_at(clock.timestamp_ms()));
    assert!(stake.value() >= parameters.min_validator_stake(), errors::stake_too_low!());
    let uid = self.validators.length() + 1;
    event::emit(ValidatorRegistered {
        network: self.network,
        validator: uid,
        owner: ctx.sender(),
        payout,
        stake: stake.value(),
        label,
    });
    self.validators.add(uid, Validator {
        peer: new_peer(stake, payout, label, ctx),
        enclave: option::none(),
        deviations: 0,
        jailed: option::none(),
    });
    uid
}

public fun add_validator_stake(
    self: &mut Registry,
    validator: u64,
    stake: Coin<SUI>,
    ctx: &TxContext,
) {
    package_version::check(self.version);
    let amount = self.own_validator_mut(validator, ctx).peer.add_stake(stake);
    let total = self.validators[validator].peer.stake.value();
    self.bonds.do_mut!(|bond| if (bond.validator == validator) bond.stake = total);
    event::emit(ValidatorStakeAdded { network: self.network, validator, amount });
}

/// Ends taking part; the bond may be withdrawn after the unbonding delay.
public fun leave_validator(
    self: &mut Registry,
    hparams: &Hparams,
    validator: u64,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.check(hparams);
    let withdrawable_at_ms = self.own_validator_mut(validator, ctx).peer.leave(hparams, clock);
    self.remove_bond(validator);
    event::emit(ValidatorLeft { network: self.network, validator, withdrawable_at_ms });
}

/// Gives the bond back to the owner.
public fun withdraw_validator_stake(
    self: &mut Registry,
    validator: u64,
    clock: &Clock,
    ctx: &mut TxContext,
): Coin<SUI> {
    package_version::check(self.version);
    let network = self.network;
    let stake = self.own_validator_mut(validator, ctx).peer.withdraw(clock);
    event::emit(ValidatorStakeWithdrawn { network, validator, amount: stake.value() });
    stake.into_coin(ctx)
}

// === What both share ===

fun new_peer(stake: Coin<SUI>, payout: address, label: String, ctx: &TxContext): Peer {
    Peer {
        owner: ctx.sender(),
        payout,
        label,
        stake: stake.into_balance(),
        withdrawable_at_ms: option::none(),
        credit: 0,
    }
}

fun add_stake(self: &mut Peer, stake: Coin<SUI>): u64 {
    assert!(self.withdrawable_at_ms.is_none(), errors::already_left!());
    let amount = stake.value();
    assert!(amount > 0, errors::stake_too_low!());
    self.stake.join(stake.into_balance());
    amount
}

fun leave(self: &mut Peer, hparams: &Hparams, clock: &Clock): u64 {
    assert!(self.withdrawable_at_ms.is_none(), errors::already_left!());
    let now_ms = clock.timestamp_ms();
    let at_ms = now_ms + hparams.parameters(hparams.window_at(now_ms)).unbonding_ms();
    self.withdrawable_at_ms = option::some(at_ms);
    at_ms
}

fun withdraw(self: &mut Peer, clock: &Clock): Balance<SUI> {
    assert!(self.withdrawable_at_ms.is_some(), errors::not_left!());
    assert!(
        clock.timestamp_ms() >= *self.withdrawable_at_ms.borrow(),
        errors::still_unbonding!(),
    );
    assert!(self.stake.value() > 0, errors::already_withdrawn!());
    self.stake.withdraw_all()
}

/// A label has at most 64 bytes of UTF-8 and no control character (U+0000-1F, U+007F-9F).
fun check_label(label: &String) {
    let bytes = label.as_bytes();
    let length = bytes.length();
    assert!(length <= MAXIMUM_LABEL_BYTES, errors::bad_label!());
    length.do!(|i| {
        let byte = bytes[i];
        assert!(byte >= 0x20 && byte != 0x7F, errors::bad_label!());
        // U+0080 to U+009F are the two bytes C2 80 to C2 9F.
        assert!(byte != 0xC2 || bytes[i + 1] > 0x9F, errors::bad_label!());
    });
}

// === For the other modules ===

/// Aborts unless the sender owns the miner.
public(package) fun check_own_miner(self: &Registry, miner: u64, ctx: &TxContext) {
    assert!(self.miners.contains(miner), errors::unknown_miner!());
    assert!(self.miners[miner].peer.owner == ctx.sender(), errors::not_owner!());
}

/// Aborts unless the sender owns the validator.
public(package) fun check_own_validator(self: &Registry, validator: u64, ctx: &TxContext) {
    assert!(self.validators.contains(validator), errors::unknown_validator!());
    assert!(self.validators[validator].peer.owner == ctx.sender(), errors::not_owner!());
}

/// Aborts unless the sender owns the validator and it may do duties.
public(package) fun check_dutiful(self: &Registry, validator: u64, ctx: &TxContext) {
    self.check_own_validator(validator, ctx);
    let record = &self.validators[validator];
    assert!(record.jailed.is_none(), errors::jailed!());
    assert!(record.peer.withdrawable_at_ms.is_none(), errors::not_active!());
}

fun own_miner(self: &mut Registry, miner: u64, ctx: &TxContext): &mut Miner {
    self.check_own_miner(miner, ctx);
    &mut self.miners[miner]
}

fun own_validator_mut(self: &mut Registry, validator: u64, ctx: &TxContext): &mut Validator {
    self.check_own_validator(validator, ctx);
    &mut self.validators[validator]
}

/// Puts a new enclave in the place of the validator's last one, under the next epoch. From its
/// first enclave on a validator takes part.
public(package) fun set_enclave(self: &mut Registry, validator: u64, public_key: vector<u8>): u64 {
    let record = &mut self.validators[validator];
    let epoch = if (record.enclave.is_some()) record.enclave.borrow().epoch + 1 else 1;
    let first = record.enclave.is_none();
    record.enclave = option::some(Enclave { epoch, public_key });
    if (first) {
        let bond = Bond { validator, stake: record.peer.stake.value() };
        assert!(self.bonds.length() < MAXIMUM_VALIDATORS, errors::network_full!());
        let mut at = self.bonds.length();
        while (at > 0 && self.bonds[at - 1].validator > validator) at = at - 1;
        self.bonds.insert(bond, at);
    };
    epoch
}

fun remove_bond(self: &mut Registry, validator: u64) {
    self.bonds = self.bonds.filter!(|bond| bond.validator != validator);
}

/// What finalizing a window makes of a miner that was scored.
public(package) fun rate(self: &mut Registry, miner: u64, rating: Rating, proof_nanos: Signed) {
    let record = &mut self.miners[miner];
    record.rating = rating;
    record.proof_nanos = proof_nanos;
    record.scored_windows = record.scored_windows + 1;
}

public(package) fun set_rating(self: &mut Registry, miner: u64, rating: Rating) {
    self.miners[miner].rating = rating;
}

public(package) fun set_absences(self: &mut Registry, miner: u64, absences: u64) {
    self.miners[miner].absences = absences;
}

public(package) fun credit_miner(self: &mut Registry, miner: u64, amount: u64) {
    let peer = &mut self.miners[miner].peer;
    peer.credit = peer.credit + amount;
}

public(package) fun credit_validator(self: &mut Registry, validator: u64, amount: u64) {
    let peer = &mut self.validators[validator].peer;
    peer.credit = peer.credit + amount;
}

/// Takes the whole credit of a miner and gives its payout address.
public(package) fun take_miner_credit(self: &mut Registry, miner: u64): (address, u64) {
    self.miners[miner].peer.take_credit()
}

/// Takes the whole credit of a validator and gives its payout address.
public(package) fun take_validator_credit(self: &mut Registry, validator: u64): (address, u64) {
    self.validators[validator].peer.take_credit()
}

fun take_credit(self: &mut Peer): (address, u64) {
    let credit = self.credit;
    self.credit = 0;
    (self.payout, credit)
}

/// Counts lines that a majority contradicted; true if the validator is jailed for them, and was not
/// before.
public(package) fun add_deviations(
    self: &mut Registry,
    validator: u64,
    count: u64,
    maximum: u64,
    window: u64,
): bool {
    let record = &mut self.validators[validator];
    record.deviations = record.deviations + count;
    let jailed = record.jailed.is_none() && record.deviations >= maximum;
    if (jailed) {
        record.jailed = option::some(window);
        self.remove_bond(validator);
    };
    jailed
}

// === Reading ===

public fun network(self: &Registry): vector<u8> { self.network }

/// The miners a window opened now would list, by uid.
public fun active_miners(self: &Registry): vector<u64> { self.active_miners }

/// The validators a window opened now would list, with their stake, by uid.
public fun bonds(self: &Registry): vector<Bond> { self.bonds }

public fun validator(self: &Bond): u64 { self.validator }

public fun stake(self: &Bond): u64 { self.stake }

public fun has_miner(self: &Registry, miner: u64): bool { self.miners.contains(miner) }

public fun has_validator(self: &Registry, validator: u64): bool {
    self.validators.contains(validator)
}

public fun miner_owner(self: &Registry, miner: u64): address { self.miners[miner].peer.owner }

/// Whether the miner takes part in windows that open now.
public fun is_miner_active(self: &Registry, miner: u64): bool {
    self.miners[miner].peer.withdrawable_at_ms.is_none()
}

public fun miner_stake(self: &Registry, miner: u64): u64 { self.miners[miner].peer.stake.value() }

public fun miner_credit(self: &Registry, miner: u64): u64 { self.miners[miner].peer.credit }

public fun rating(self: &Registry, miner: u64): Rating { self.miners[miner].rating }

public fun proof_nanos(self: &Registry, miner: u64): Signed { self.miners[miner].proof_nanos }

public fun scored_windows(self: &Registry, miner: u64): u64 { self.miners[miner].scored_windows }

public fun absences(self: &Registry, miner: u64): u64 { self.miners[miner].absences }

public fun credentials(self: &Registry, miner: u64): Option<Credentials> {
    self.miners[miner].credentials
}

public fun key_epoch(self: &Credentials): u64 { self.key_epoch }

public fun validator_owner(self: &Registry, validator: u64): address {
    self.validators[validator].peer.owner
}

/// Whether the validator takes part in windows that open now: bonded, not jailed, with an enclave.
public fun is_validator_active(self: &Registry, validator: u64): bool {
    self.bonds.any!(|bond| bond.validator == validator)
}

public fun validator_stake(self: &Registry, validator: u64): u64 {
    self.validators[validator].peer.stake.value()
}

public fun validator_credit(self: &Registry, validator: u64): u64 {
    self.validators[validator].peer.credit
}

public fun deviations(self: &Registry, validator: u64): u64 {
    self.validators[validator].deviations
}

/// The window that jailed the validator.
public fun jailed(self: &Registry, validator: u64): Option<u64> {
    self.validators[validator].jailed
}

/// The enclave that may sign for the validator now.
public fun enclave(self: &Registry, validator: u64): Option<Enclave> {
    self.validators[validator].enclave
}

public fun epoch(self: &Enclave): u64 { self.epoch }

public fun public_key(self: &Enclave): vector<u8> { self.public_key }

// === The object ===

public(package) fun create(network: vector<u8>, ctx: &mut TxContext) {
    transfer::share_object(Registry {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        miners: table::new(ctx),
        validators: table::new(ctx),
        active_miners: vector[],
        bonds: vector[],
    });
}

/// Demands that the objects are of this package's version and belong together.
public(package) fun check(self: &Registry, hparams: &Hparams) {
    package_version::check(self.version);
    hparams.check();
    assert!(self.network == hparams.network(), errors::wrong_object!());
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Registry, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(self.network == hparams.network(), errors::wrong_object!());
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Registry, version: u64) {
    self.version = version;
}

#[test_only]
public fun bond_for_testing(validator: u64, stake: u64): Bond {
    Bond { validator, stake }
}

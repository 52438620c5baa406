#[test_only]
/// A network to play scenarios on: its shared objects, the clock, and the SUI that people hold. Each
/// call is a transaction of its own. The tests that call this are generated from `scenarios/`
/// (`tool/scenarios.mjs`).
module vramhub::scenario_world;

use std::bcs;
use std::unit_test::destroy;
use sui::balance::{Self, Balance};
use sui::clock::{Self, Clock};
use sui::coin::{Self, Coin};
use sui::event;
use sui::sui::SUI;
use sui::test_scenario::{Self, Scenario};
use sui::vec_map::{Self, VecMap};
use vramhub::enclave_registry::{Self, Enclaves};
use vramhub::finalization;
use vramhub::gradient_registry;
use vramhub::hparams::{GovernanceCap, Hparams, Parameters};
use vramhub::network;
use vramhub::peer_registry::Registry;
use vramhub::reward_distributor::Rewards;
use vramhub::round_state::Rounds;
use vramhub::score_ledger::{Self, Report};
use vramhub::signed;
use vramhub::vram_token::{Self, Genesis, Minter, VRAM_TOKEN};

/// Units of work of one call that finalizes: few, so that every window is finalized in many steps.
const UNITS: u64 = 3;

/// What happened is not what the scenario tells.
const EDiffers: u64 = 1;

const PUBLISHER: address = @0xB0B;

public struct World {
    scenario: Scenario,
    clock: Clock,
    hparams: Hparams,
    registry: Registry,
    enclaves: Enclaves,
    rounds: Rounds,
    rewards: Rewards,
    minter: Minter,
    governance: GovernanceCap,
    wallets: VecMap<address, Balance<SUI>>,
    /// What had been issued when the network began.
    issued_before: u64,
}

/// Begins a network. `builds` are the admitted builds, each the byte that fills its measurements.
public fun begin(
    network: vector<u8>,
    parameters: Parameters,
    builds: vector<u8>,
    genesis_root: vector<u8>,
    time_ms: u64,
    issued: u64,
): World {
    let mut scenario = test_scenario::begin(PUBLISHER);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(PUBLISHER);
    let governance = network::create_for_testing(
        scenario.take_from_sender<Genesis>(),
        network,
        parameters,
        builds.map!(|build| {
            enclave_registry::new_measurement(pcr(build), pcr(build), pcr(build))
        }),
        genesis_root,
        scenario.ctx(),
    );
    scenario.next_tx(PUBLISHER);
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.set_for_testing(time_ms);
    let mut minter: Minter = scenario.take_shared();
    minter.set_issued_for_testing(issued);
    World {
        clock,
        hparams: scenario.take_shared(),
        registry: scenario.take_shared(),
        enclaves: scenario.take_shared(),
        rounds: scenario.take_shared(),
        rewards: scenario.take_shared(),
        minter,
        governance,
        wallets: vec_map::empty(),
        issued_before: issued,
        scenario,
    }
}

public fun end(self: World) { destroy(self); }

/// Gives an account SUI.
public fun fund(self: &mut World, account: address, amount: u64) {
    self.wallets.insert(account, balance::create_for_testing(amount));
}

/// Moves chain time.
public fun at(self: &mut World, time_ms: u64) { self.clock.set_for_testing(time_ms); }

// === Calls ===

public fun register_miner(
    self: &mut World,
    sender: address,
    stake: u64,
    payout: address,
    label: vector<u8>,
) {
    self.scenario.next_tx(sender);
    let stake = self.pay(stake);
    let (hparams, clock) = (&self.hparams, &self.clock);
    let ctx = self.scenario.ctx();
    self.registry.register_miner(hparams, stake, payout, label.to_string(), clock, ctx);
}

public fun register_validator(
    self: &mut World,
    sender: address,
    stake: u64,
    payout: address,
    label: vector<u8>,
) {
    self.scenario.next_tx(sender);
    let stake = self.pay(stake);
    let (hparams, clock) = (&self.hparams, &self.clock);
    let ctx = self.scenario.ctx();
    self.registry.register_validator(hparams, stake, payout, label.to_string(), clock, ctx);
}

public fun add_miner_stake(self: &mut World, sender: address, miner: u64, amount: u64) {
    self.scenario.next_tx(sender);
    let stake = self.pay(amount);
    self.registry.add_miner_stake(miner, stake, self.scenario.ctx());
}

public fun add_validator_stake(self: &mut World, sender: address, validator: u64, amount: u64) {
    self.scenario.next_tx(sender);
    let stake = self.pay(amount);
    self.registry.add_validator_stake(validator, stake, self.scenario.ctx());
}

public fun publish_credentials(
    self: &mut World,
    sender: address,
    miner: u64,
    key_epoch: u64,
    sealed: vector<u8>,
) {
    self.scenario.next_tx(sender);
    self.registry.publish_credentials(miner, key_epoch, sealed, self.scenario.ctx());
}

public fun leave_miner(self: &mut World, sender: address, miner: u64) {
    self.scenario.next_tx(sender);
    self.registry.leave_miner(&self.hparams, miner, &self.clock, self.scenario.ctx());
}

public fun leave_validator(self: &mut World, sender: address, validator: u64) {
    self.scenario.next_tx(sender);
    self.registry.leave_validator(&self.hparams, validator, &self.clock, self.scenario.ctx());
}

public fun withdraw_miner_stake(self: &mut World, sender: address, miner: u64) {
    self.scenario.next_tx(sender);
    let stake = self.registry.withdraw_miner_stake(miner, &self.clock, self.scenario.ctx());
    self.keep(stake);
}

public fun withdraw_validator_stake(self: &mut World, sender: address, validator: u64) {
    self.scenario.next_tx(sender);
    let stake = self.registry.withdraw_validator_stake(validator, &self.clock, self.scenario.ctx());
    self.keep(stake);
}

/// Registers the enclave whose verified document says this.
public fun register_enclave(
    self: &mut World,
    sender: address,
    validator: u64,
    attested_at_ms: u64,
    build: u8,
    public_key: vector<u8>,
) {
    self.scenario.next_tx(sender);
    self.enclaves.register_for_testing(
        &mut self.registry,
        &self.hparams,
        validator,
        attested_at_ms,
        option::some(pcr(build)),
        option::some(pcr(build)),
        option::some(pcr(build)),
        option::some(public_key),
        &self.clock,
        self.scenario.ctx(),
    );
}

public fun open_window(self: &mut World, sender: address, window: u64, seed: vector<u8>) {
    self.scenario.next_tx(sender);
    self.rounds.open_window_for_testing(
        &self.registry,
        &self.hparams,
        window,
        seed,
        &self.clock,
        self.scenario.ctx(),
    );
}

public fun commit_gradient(
    self: &mut World,
    sender: address,
    window: u64,
    miner: u64,
    content_hash: vector<u8>,
    size: u64,
    storage_reference: vector<u8>,
    codec: vector<u8>,
) {
    self.scenario.next_tx(sender);
    gradient_registry::commit_gradient(
        &mut self.rounds,
        &self.registry,
        &self.hparams,
        window,
        miner,
        content_hash,
        size,
        storage_reference.to_string(),
        codec.to_string(),
        &self.clock,
        self.scenario.ctx(),
    );
}

public fun open_scoring(self: &mut World, sender: address, window: u64, seed: vector<u8>) {
    self.scenario.next_tx(sender);
    self.rounds.open_scoring_for_testing(&self.hparams, window, seed, &self.clock);
}

public fun submit_scores(
    self: &mut World,
    sender: address,
    report: Report,
    timestamp_ms: u64,
    signature: vector<u8>,
) {
    self.scenario.next_tx(sender);
    score_ledger::submit_scores(
        &mut self.rounds,
        &self.registry,
        &self.hparams,
        report,
        timestamp_ms,
        signature,
        &self.clock,
        self.scenario.ctx(),
    );
}

/// Finalizes the window, over as many transactions as it takes.
public fun finalize_window(self: &mut World, sender: address, window: u64) {
    let mut final = false;
    while (!final) {
        self.scenario.next_tx(sender);
        final =
            finalization::finalize_window(
                &mut self.rounds,
                &mut self.registry,
                &mut self.rewards,
                &mut self.minter,
                &self.hparams,
                window,
                UNITS,
                &self.clock,
            );
    };
}

public fun anchor_checkpoint(
    self: &mut World,
    sender: address,
    validator: u64,
    checkpoint: u64,
    parent: vector<u8>,
    root: vector<u8>,
    top_g_digest: vector<u8>,
) {
    self.scenario.next_tx(sender);
    self.rounds.anchor_checkpoint(
        &self.registry,
        &self.hparams,
        validator,
        checkpoint,
        parent,
        root,
        top_g_digest,
        &self.clock,
        self.scenario.ctx(),
    );
}

public fun claim_miner(self: &mut World, sender: address, miner: u64) {
    self.scenario.next_tx(sender);
    let hparams = &self.hparams;
    self.rewards.claim_miner(&mut self.registry, hparams, miner, self.scenario.ctx());
}

public fun claim_validator(self: &mut World, sender: address, validator: u64) {
    self.scenario.next_tx(sender);
    let hparams = &self.hparams;
    self.rewards.claim_validator(&mut self.registry, hparams, validator, self.scenario.ctx());
}

public fun schedule_parameters(
    self: &mut World,
    sender: address,
    effective: u64,
    parameters: Parameters,
) {
    self.scenario.next_tx(sender);
    self.hparams.schedule_parameters(&self.governance, effective, parameters, &self.clock);
}

// === Events ===

/// Demands that the last transaction emitted so many events in all.
public fun check_events(count: u32) { assert!(event::num_events() == count, EDiffers); }

/// Demands that these are, as BCS, the last transaction's events of the type, in order.
public fun check_events_of<T: copy + drop>(expected: vector<vector<u8>>) {
    assert!(event::events_by_type<T>().map!(|event| bcs::to_bytes(&event)) == expected, EDiffers);
}

// === State ===

public fun check_sui(self: &World, account: address, amount: u64) {
    assert!(self.wallets.get(&account).value() == amount, EDiffers);
}

public fun check_vram(self: &mut World, account: address, amount: u64) {
    self.scenario.next_tx(account);
    let mut held = 0;
    test_scenario::ids_for_address<Coin<VRAM_TOKEN>>(account).do!(|id| {
        let coin: Coin<VRAM_TOKEN> = self.scenario.take_from_sender_by_id(id);
        held = held + coin.value();
        self.scenario.return_to_sender(coin);
    });
    assert!(held == amount, EDiffers);
}

public fun check_miner_credit(self: &World, miner: u64, amount: u64) {
    assert!(self.registry.miner_credit(miner) == amount, EDiffers);
}

public fun check_validator_credit(self: &World, validator: u64, amount: u64) {
    assert!(self.registry.validator_credit(validator) == amount, EDiffers);
}

public fun check_treasury_credit(self: &World, amount: u64) {
    assert!(self.rewards.treasury_credit() == amount, EDiffers);
}

public fun check_issued(self: &World, amount: u64) {
    assert!(self.minter.issued() == amount, EDiffers);
}

public fun check_claimed(self: &World, amount: u64) {
    let issued = self.minter.issued() - self.issued_before;
    assert!(issued - self.rewards.unclaimed() == amount, EDiffers);
}

public fun check_checkpoint(self: &World, window: u64, root: vector<u8>) {
    let checkpoint = self.rounds.checkpoint();
    assert!(checkpoint.checkpoint_window() == window, EDiffers);
    assert!(checkpoint.checkpoint_root() == root, EDiffers);
}

public fun check_miner_stake(self: &World, miner: u64, amount: u64) {
    assert!(self.registry.miner_stake(miner) == amount, EDiffers);
}

public fun check_miner_mu(self: &World, miner: u64, negative: bool, magnitude: u64) {
    assert!(self.registry.rating(miner).mu() == signed::new(negative, magnitude), EDiffers);
}

public fun check_miner_sigma(self: &World, miner: u64, sigma: u64) {
    assert!(self.registry.rating(miner).sigma() == sigma, EDiffers);
}

public fun check_miner_proof(self: &World, miner: u64, negative: bool, magnitude: u64) {
    assert!(self.registry.proof_nanos(miner) == signed::new(negative, magnitude), EDiffers);
}

public fun check_miner_absences(self: &World, miner: u64, absences: u64) {
    assert!(self.registry.absences(miner) == absences, EDiffers);
}

public fun check_miner_active(self: &World, miner: u64, active: bool) {
    assert!(self.registry.is_miner_active(miner) == active, EDiffers);
}

public fun check_validator_stake(self: &World, validator: u64, amount: u64) {
    assert!(self.registry.validator_stake(validator) == amount, EDiffers);
}

public fun check_validator_epoch(self: &World, validator: u64, epoch: u64) {
    let enclave = self.registry.enclave(validator);
    let registered = if (enclave.is_some()) enclave.borrow().epoch() else 0;
    assert!(registered == epoch, EDiffers);
}

public fun check_validator_deviations(self: &World, validator: u64, deviations: u64) {
    assert!(self.registry.deviations(validator) == deviations, EDiffers);
}

public fun check_validator_jailed(self: &World, validator: u64, jailed: bool) {
    assert!(self.registry.jailed(validator).is_some() == jailed, EDiffers);
}

public fun check_validator_active(self: &World, validator: u64, active: bool) {
    assert!(self.registry.is_validator_active(validator) == active, EDiffers);
}

// === Coins ===

fun pay(self: &mut World, amount: u64): Coin<SUI> {
    let sender = self.scenario.sender();
    if (amount == 0) coin::zero(self.scenario.ctx())
    else coin::from_balance(self.wallets.get_mut(&sender).split(amount), self.scenario.ctx())
}

fun keep(self: &mut World, coin: Coin<SUI>) {
    let sender = self.scenario.sender();
    self.wallets.get_mut(&sender).join(coin.into_balance());
}

fun pcr(build: u8): vector<u8> { vector::tabulate!(48, |_| build) }

/// A network to tell stories with, like the class `World` of the local ledger's tests: miners are
/// @0xA1.., validators @0xB1.., each owns the record of its number. Time is told as window and offset.
#[test_only]
module vramhub::world;

use std::string::String;
use sui::clock::{Self, Clock};
use sui::coin;
use sui::sui::SUI;
use sui::test_scenario::{Self, Scenario};
use vramhub::enclave_registry::{Self, Enclaves};
use vramhub::finalization;
use vramhub::gradient_registry;
use vramhub::hparams::{Self, GovernanceCap, Hparams, Parameters};
use vramhub::network;
use vramhub::peer_registry::Registry;
use vramhub::reward_distributor::Rewards;
use vramhub::round_state::Rounds;
use vramhub::score_ledger::{Self, Report};
use vramhub::signed;
use vramhub::vram_token::{Self, Genesis, Minter};

const GENESIS_MS: u64 = 1_000_000;
const WINDOW_MS: u64 = 100_000;
const DEADLINE_MS: u64 = 80_000;
const GRACE_MS: u64 = 10_000;
const UNBONDING_MS: u64 = 250_000;
const COIN: u64 = 1_000_000_000;

/// Everything a transaction may touch, taken for the whole story.
public struct World {
    scenario: Scenario,
    clock: Clock,
    cap: GovernanceCap,
    hparams: Hparams,
    registry: Registry,
    enclaves: Enclaves,
    rounds: Rounds,
    rewards: Rewards,
    minter: Minter,
}

// === Names ===

public fun network(): vector<u8> { digest(b"network") }

public fun digest(name: vector<u8>): vector<u8> { std::hash::sha2_256(name) }

public fun miner(uid: u64): address { sui::address::from_u256(0xA00 + (uid as u256)) }

public fun validator(uid: u64): address { sui::address::from_u256(0xB00 + (uid as u256)) }

public fun payout(): address { @0xCAFE }

public fun treasury(): address { @0x7EA }

public fun genesis_root(): vector<u8> { digest(b"genesis checkpoint") }

public fun pcr(value: u8): vector<u8> { vector::tabulate!(48, |_| value) }

/// Key bytes that no point of small order has.
public fun key(validator: u64, epoch: u64): vector<u8> {
    let mut name = std::bcs::to_bytes(&validator);
    name.append(std::bcs::to_bytes(&epoch));
    let mut key = digest(name);
    // Below the field's prime.
    *&mut key[31] = 0x11;
    key
}

/// Pages for five miners of four pages each.
public fun parameters(): Parameters { parameters_for(20) }

public fun parameters_for(train_pages: u64): Parameters {
    hparams::new_parameters(
        hparams::new_schedule(GENESIS_MS, WINDOW_MS, DEADLINE_MS, GRACE_MS),
        hparams::new_model(
            hparams::new_model_spec(256, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true),
            b"topk-q2/1".to_string(),
            4,
            2,
            2,
            950_000_000,
            100_000_000,
            1_000_000_000,
            15,
            500_000_000,
            4,
        ),
        hparams::new_data(
            digest(b"dataset"),
            2,
            16,
            hparams::new_page_range(0, train_pages),
            hparams::new_page_range(train_pages, 4),
            2,
            2,
        ),
        hparams::new_scoring(
            b"strict-f32/1".to_string(),
            3,
            2,
            3,
            900_000_000,
            signed::new(true, 1_000_000_000),
            signed::zero(),
            5,
        ),
        hparams::new_stake(COIN, 10 * COIN, UNBONDING_MS),
        hparams::new_reward(8_000, 1_500, 500, treasury()),
    )
}

// === Beginning and end ===

public fun begin(): World { begin_with(parameters()) }

public fun begin_with(parameters: Parameters): World {
    let mut scenario = test_scenario::begin(@0x60);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(@0x60);
    let genesis: Genesis = scenario.take_from_sender();
    let cap = network::create_for_testing(
        genesis,
        network(),
        parameters,
        vector[enclave_registry::new_measurement(pcr(0xA0), pcr(0xA1), pcr(0xA2))],
        genesis_root(),
        scenario.ctx(),
    );
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.set_for_testing(GENESIS_MS);
    scenario.next_tx(@0x60);
    World {
        clock,
        cap,
        hparams: scenario.take_shared(),
        registry: scenario.take_shared(),
        enclaves: scenario.take_shared(),
        rounds: scenario.take_shared(),
        rewards: scenario.take_shared(),
        minter: scenario.take_shared(),
        scenario,
    }
}

public fun end(self: World) {
    let World { scenario, clock, cap, hparams, registry, enclaves, rounds, rewards, minter } = self;
    clock.destroy_for_testing();
    std::unit_test::destroy(cap);
    test_scenario::return_shared(hparams);
    test_scenario::return_shared(registry);
    test_scenario::return_shared(enclaves);
    test_scenario::return_shared(rounds);
    test_scenario::return_shared(rewards);
    test_scenario::return_shared(minter);
    scenario.end();
}

// === Time and senders ===

/// Moves to so long after the opening of the window.
public fun at(self: &mut World, window: u64, offset_ms: u64) {
    self.clock.set_for_testing(GENESIS_MS + window * WINDOW_MS + offset_ms);
}

/// The next transaction is this sender's.
public fun as_sender(self: &mut World, sender: address) {
    self.scenario.next_tx(sender);
}

// === Calls ===

public fun register_miner(self: &mut World, uid: u64, stake: u64): u64 {
    self.as_sender(miner(uid));
    let coin = coin::mint_for_testing<SUI>(stake, self.scenario.ctx());
    self
        .registry
        .register_miner(
            &self.hparams,
            coin,
            payout(),
            b"miner".to_string(),
            &self.clock,
            self.scenario.ctx(),
        )
}

public fun register_validator(self: &mut World, uid: u64, stake: u64): u64 {
    self.as_sender(validator(uid));
    let coin = coin::mint_for_testing<SUI>(stake, self.scenario.ctx());
    self
        .registry
        .register_validator(
            &self.hparams,
            coin,
            payout(),
            b"validator".to_string(),
            &self.clock,
            self.scenario.ctx(),
        )
}

/// Registers a fresh enclave of the admitted build under the key.
public fun register_enclave(self: &mut World, uid: u64, key: vector<u8>): u64 {
    self.as_sender(validator(uid));
    let now = self.clock.timestamp_ms();
    self
        .enclaves
        .register_for_testing(
            &mut self.registry,
            &self.hparams,
            uid,
            now,
            option::some(pcr(0xA0)),
            option::some(pcr(0xA1)),
            option::some(pcr(0xA2)),
            option::some(key),
            &self.clock,
            self.scenario.ctx(),
        )
}

/// So many miners with one coin each, and validators with ten coins and an enclave each.
public fun populate(self: &mut World, miners: u64, validators: u64) {
    miners.do!(|i| { self.register_miner(i + 1, COIN); });
    validators.do!(|i| {
        self.register_validator(i + 1, 10 * COIN);
        self.register_enclave(i + 1, key(i + 1, 1));
    });
}

/// Opens the window at its beginning.
public fun open(self: &mut World, window: u64) {
    self.at(window, 0);
    self.try_open(window);
}

public fun try_open(self: &mut World, window: u64) {
    self
        .rounds
        .open_window_for_testing(
            &self.registry,
            &self.hparams,
            window,
            assignment_seed(window),
            &self.clock,
            self.scenario.ctx(),
        );
}

public fun commit(self: &mut World, window: u64, miner: u64) {
    self.commit_with(
        window,
        miner,
        content(window, miner),
        100,
        walrus(),
        b"topk-q2/1".to_string(),
    );
}

public fun commit_with(
    self: &mut World,
    window: u64,
    uid: u64,
    content_hash: vector<u8>,
    size: u64,
    storage_reference: String,
    codec: String,
) {
    self.as_sender(miner(uid));
    gradient_registry::commit_gradient(
        &mut self.rounds,
        &self.registry,
        &self.hparams,
        window,
        uid,
        content_hash,
        size,
        storage_reference,
        codec,
        &self.clock,
        self.scenario.ctx(),
    );
}

/// Opens scoring at the commit deadline.
public fun open_scoring(self: &mut World, window: u64) {
    self.at(window, DEADLINE_MS);
    self.try_open_scoring(window);
}

public fun try_open_scoring(self: &mut World, window: u64) {
    self.rounds.open_scoring_for_testing(
        &self.hparams,
        window,
        evaluation_seed(window),
        &self.clock,
    );
}

/// A report without entries that fits the chain.
public fun report(self: &World, window: u64, uid: u64): Report {
    let enclave = self.registry.enclave(uid);
    let epoch = if (enclave.is_some()) enclave.borrow().epoch() else 1;
    score_ledger::new_report(
        network(),
        uid,
        epoch,
        window,
        b"strict-f32/1".to_string(),
        self.rounds.round(window).base().checkpoint_root(),
        digest(b"dataset"),
        assignment_seed(window),
        evaluation_seed(window),
    )
}

/// Adds an accepted line with these gains.
public fun accept(report: &mut Report, window: u64, miner: u64, heldout: u64, assigned: u64) {
    add(report, window, miner, 0, false, heldout, false, assigned);
}

public fun add(
    report: &mut Report,
    window: u64,
    miner: u64,
    verdict: u8,
    heldout_negative: bool,
    heldout: u64,
    assigned_negative: bool,
    assigned: u64,
) {
    report.add_entries(
        vector[miner],
        vector[content(window, miner)],
        vector[verdict],
        vector[heldout_negative],
        vector[heldout],
        vector[assigned_negative],
        vector[assigned],
    );
}

/// Submits a report as if its enclave had signed it.
public fun submit(self: &mut World, uid: u64, report: Report) {
    self.as_sender(validator(uid));
    score_ledger::submit_unsigned_for_testing(
        &mut self.rounds,
        &self.registry,
        &self.hparams,
        report,
        &self.clock,
        self.scenario.ctx(),
    );
}

/// Submits a report under a signature.
public fun submit_signed(
    self: &mut World,
    uid: u64,
    report: Report,
    timestamp_ms: u64,
    signature: vector<u8>,
) {
    self.as_sender(validator(uid));
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

/// Finalizes the window at its end, in one call.
public fun finalize(self: &mut World, window: u64) {
    self.at(window + 1, 0);
    assert!(self.try_finalize(window, 1_000_000));
}

public fun try_finalize(self: &mut World, window: u64, units: u64): bool {
    self.as_sender(@0xC4A4);
    finalization::finalize_window(
        &mut self.rounds,
        &mut self.registry,
        &mut self.rewards,
        &mut self.minter,
        &self.hparams,
        window,
        units,
        &self.clock,
    )
}

/// Votes for a root of what is merged from the window before the checkpoint.
public fun vote(self: &mut World, uid: u64, checkpoint: u64, root: vector<u8>) {
    let round = self.rounds.round(checkpoint - 1);
    let (parent, top_g_digest) = (round.base().checkpoint_root(), round.top_g_digest());
    self.vote_with(uid, checkpoint, parent, root, top_g_digest);
}

public fun vote_with(
    self: &mut World,
    uid: u64,
    checkpoint: u64,
    parent: vector<u8>,
    root: vector<u8>,
    top_g_digest: vector<u8>,
) {
    self.as_sender(validator(uid));
    self
        .rounds
        .anchor_checkpoint(
            &self.registry,
            &self.hparams,
            uid,
            checkpoint,
            parent,
            root,
            top_g_digest,
            &self.clock,
            self.scenario.ctx(),
        );
}

// === What stories need besides ===

public fun assignment_seed(window: u64): vector<u8> {
    let mut name = b"assignment ";
    name.append(window.to_string().into_bytes());
    digest(name)
}

public fun evaluation_seed(window: u64): vector<u8> {
    let mut name = b"evaluation ";
    name.append(window.to_string().into_bytes());
    digest(name)
}

public fun content(window: u64, miner: u64): vector<u8> {
    let mut name = b"content ";
    name.append(window.to_string().into_bytes());
    name.append(b" ");
    name.append(miner.to_string().into_bytes());
    digest(name)
}

public fun walrus(): String {
    b"walrus:M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk".to_string()
}

public fun scenario(self: &mut World): &mut Scenario { &mut self.scenario }

public fun clock(self: &mut World): &mut Clock { &mut self.clock }

public fun registry(self: &World): &Registry { &self.registry }

public fun rounds(self: &World): &Rounds { &self.rounds }

public fun rewards(self: &World): &Rewards { &self.rewards }

public fun minter(self: &World): &Minter { &self.minter }

public fun hparams(self: &World): &Hparams { &self.hparams }

/// All parts at once, for calls the world has no word for.
public fun parts(
    self: &mut World,
): (
    &mut Scenario,
    &Clock,
    &GovernanceCap,
    &mut Hparams,
    &mut Registry,
    &mut Enclaves,
    &mut Rounds,
    &mut Rewards,
    &mut Minter,
) {
    (
        &mut self.scenario,
        &self.clock,
        &self.cap,
        &mut self.hparams,
        &mut self.registry,
        &mut self.enclaves,
        &mut self.rounds,
        &mut self.rewards,
        &mut self.minter,
    )
}

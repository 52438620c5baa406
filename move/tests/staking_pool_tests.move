#[test_only]
module vramhub::staking_pool_tests;

use std::unit_test::{assert_eq, destroy};
use sui::clock::{Self, Clock};
use sui::coin::{Self, Coin};
use sui::test_scenario::{Self, Scenario};
use vramhub::staking_pool::{Self, Pool, Ticket};

const HOLDER: address = @0xA;

const LOCK_MS: u64 = 1_000;
const PARTS: u256 = 1_000_000_000_000_000_000_000_000;

public struct COIN has drop {}

/// An empty pool that locks for a second and takes 10 % of whoever leaves earlier.
fun pool(): (Scenario, Clock, Pool<COIN>) {
    let mut scenario = test_scenario::begin(HOLDER);
    let clock = clock::create_for_testing(scenario.ctx());
    staking_pool::create<COIN>(LOCK_MS, 1_000, scenario.ctx());
    scenario.next_tx(HOLDER);
    let pool = scenario.take_shared<Pool<COIN>>();
    (scenario, clock, pool)
}

fun coin(amount: u64, scenario: &mut Scenario): Coin<COIN> {
    coin::mint_for_testing(amount, scenario.ctx())
}

fun end(scenario: Scenario, clock: Clock, pool: Pool<COIN>) {
    test_scenario::return_shared(pool);
    clock.destroy_for_testing();
    scenario.end();
}

#[test]
fun a_pool_tells_its_terms() {
    let (scenario, clock, pool) = pool();
    assert_eq!(pool.lock_ms(), LOCK_MS);
    assert_eq!(pool.penalty_basis_points(), 1_000);
    assert_eq!(pool.coins(), 0);
    end(scenario, clock, pool);
}

#[test]
fun after_the_lock_the_whole_principal_comes_back() {
    let (mut scenario, mut clock, mut pool) = pool();
    clock.set_for_testing(5);
    let stays = pool.stake(coin(70, &mut scenario), &clock, scenario.ctx());
    let leaves = pool.stake(coin(30, &mut scenario), &clock, scenario.ctx());
    assert_eq!(leaves.pool(), object::id(&pool));
    assert_eq!(leaves.principal(), 30);
    assert_eq!(leaves.unlock_ms(), 5 + LOCK_MS);
    assert_eq!(pool.locked(), 100);
    clock.set_for_testing(5 + LOCK_MS);
    assert_eq!(pool.unstake(leaves, &clock, scenario.ctx()).burn_for_testing(), 30);
    assert_eq!(pool.locked(), 70);
    assert_eq!(pool.earned(&stays), 0);
    destroy(stays);
    end(scenario, clock, pool);
}

#[test]
fun who_leaves_early_pays_those_who_stay_in_proportion() {
    let (mut scenario, clock, mut pool) = pool();
    let one = pool.stake(coin(300, &mut scenario), &clock, scenario.ctx());
    let two = pool.stake(coin(100, &mut scenario), &clock, scenario.ctx());
    let early = pool.stake(coin(400, &mut scenario), &clock, scenario.ctx());
    assert_eq!(pool.unstake(early, &clock, scenario.ctx()).burn_for_testing(), 360);
    assert_eq!(pool.earned(&one), 30);
    assert_eq!(pool.earned(&two), 10);
    destroy(one);
    destroy(two);
    end(scenario, clock, pool);
}

#[test]
fun the_last_to_leave_pays_nobody_and_takes_the_rest() {
    let (mut scenario, mut clock, mut pool) = pool();
    let first = pool.stake(coin(3, &mut scenario), &clock, scenario.ctx());
    let last = pool.stake(coin(4, &mut scenario), &clock, scenario.ctx());
    // 10/7 a unit: 4.29 for the first and 5.71 for the last, and neither earns the parts.
    pool.add_reward(coin(10, &mut scenario));
    assert_eq!(pool.earned(&first), 4);
    assert_eq!(pool.earned(&last), 5);
    // Early, but a tenth of three is less than a unit.
    clock.set_for_testing(LOCK_MS - 1);
    assert_eq!(pool.unstake(first, &clock, scenario.ctx()).burn_for_testing(), 7);
    assert_eq!(pool.unstake(last, &clock, scenario.ctx()).burn_for_testing(), 10);
    assert_eq!(pool.coins(), 0);
    // A new stake begins with nothing of the old ones'.
    let new = pool.stake(coin(5, &mut scenario), &clock, scenario.ctx());
    assert_eq!(pool.earned(&new), 0);
    assert_eq!(pool.left_over_for_testing(), 0);
    destroy(new);
    end(scenario, clock, pool);
}

#[test]
fun a_reward_is_collected_once_and_the_principal_stays_locked() {
    let (mut scenario, clock, mut pool) = pool();
    let mut ticket = pool.stake(coin(50, &mut scenario), &clock, scenario.ctx());
    pool.add_reward(coin(20, &mut scenario));
    assert_eq!(pool.collect(&mut ticket, scenario.ctx()).burn_for_testing(), 20);
    assert_eq!(pool.earned(&ticket), 0);
    assert_eq!(pool.locked(), 50);
    assert_eq!(pool.coins(), 50);
    destroy(ticket);
    end(scenario, clock, pool);
}

#[test]
fun a_stake_earns_nothing_from_before_it_was_made() {
    let (mut scenario, clock, mut pool) = pool();
    let old = pool.stake(coin(50, &mut scenario), &clock, scenario.ctx());
    pool.add_reward(coin(20, &mut scenario));
    let new = pool.stake(coin(50, &mut scenario), &clock, scenario.ctx());
    assert_eq!(pool.earned(&old), 20);
    assert_eq!(pool.earned(&new), 0);
    destroy(old);
    destroy(new);
    end(scenario, clock, pool);
}

/// Each step stakes, adds a reward, collects, or leaves, early or not; the time moves on.
#[random_test]
fun no_part_of_a_unit_is_ever_lost(steps: vector<u32>) {
    let (mut scenario, mut clock, mut pool) = pool();
    let mut tickets: vector<Ticket<COIN>> = vector[];
    let mut paid_in = 0;
    let mut paid_out = 0;
    let steps = vector::tabulate!(steps.length().min(40), |i| steps[i] as u64);
    steps.do!(|step| {
        clock.increment_for_testing(step % 400);
        let amount = 1 + step / 8 % 100_000;
        let count = tickets.length();
        if (count == 0 || step % 8 < 3) {
            tickets.push_back(pool.stake(coin(amount, &mut scenario), &clock, scenario.ctx()));
            paid_in = paid_in + amount;
        } else if (step % 8 < 5) {
            pool.add_reward(coin(amount, &mut scenario));
            paid_in = paid_in + amount;
        } else if (step % 8 < 6) {
            let ticket = &mut tickets[amount % count];
            if (pool.earned(ticket) > 0) {
                paid_out = paid_out + pool.collect(ticket, scenario.ctx()).burn_for_testing();
            }
        } else {
            let ticket = tickets.swap_remove(amount % count);
            paid_out = paid_out + pool.unstake(ticket, &clock, scenario.ctx()).burn_for_testing();
        };
        assert_eq!(pool.coins(), paid_in - paid_out);
        let mut owed = (pool.locked() as u256) * PARTS + pool.left_over_for_testing();
        tickets.do_ref!(|ticket| owed = owed + pool.parts_for_testing(ticket));
        assert_eq!(owed, (pool.coins() as u256) * PARTS);
    });
    tickets.do!(|ticket| {
        paid_out = paid_out + pool.unstake(ticket, &clock, scenario.ctx()).burn_for_testing();
    });
    assert_eq!(paid_out, paid_in);
    assert_eq!(pool.coins(), 0);
    end(scenario, clock, pool);
}

#[test]
fun the_largest_amounts_fit() {
    let (mut scenario, clock, mut pool) = pool();
    let one = pool.stake(coin(1, &mut scenario), &clock, scenario.ctx());
    pool.add_reward(coin(1 << 62, &mut scenario));
    let two = pool.stake(coin(1 << 62, &mut scenario), &clock, scenario.ctx());
    pool.add_reward(coin(1 << 62, &mut scenario));
    assert_eq!(pool.earned(&one), 1 << 62);
    assert_eq!(pool.earned(&two), (1 << 62) - 2);
    assert_eq!(pool.unstake(one, &clock, scenario.ctx()).burn_for_testing(), (1 << 62) + 1);
    assert_eq!(pool.unstake(two, &clock, scenario.ctx()).burn_for_testing(), 2 << 62);
    end(scenario, clock, pool);
}

#[test, expected_failure(abort_code = 141, location = vramhub::staking_pool)]
fun a_ticket_redeems_only_in_its_own_pool() {
    let (mut scenario, clock, mut pool) = pool();
    let ticket = pool.stake(coin(1, &mut scenario), &clock, scenario.ctx());
    staking_pool::create<COIN>(0, 0, scenario.ctx());
    scenario.next_tx(HOLDER);
    let mut other = scenario.take_shared<Pool<COIN>>();
    destroy(other.unstake(ticket, &clock, scenario.ctx()));
    abort
}

#[test, expected_failure(abort_code = 141, location = vramhub::staking_pool)]
fun a_ticket_collects_only_in_its_own_pool() {
    let (mut scenario, clock, mut pool) = pool();
    let mut ticket = pool.stake(coin(1, &mut scenario), &clock, scenario.ctx());
    staking_pool::create<COIN>(0, 0, scenario.ctx());
    scenario.next_tx(HOLDER);
    let mut other = scenario.take_shared<Pool<COIN>>();
    destroy(other.collect(&mut ticket, scenario.ctx()));
    abort
}

#[test, expected_failure(abort_code = 90, location = vramhub::staking_pool)]
fun nothing_is_collected_twice() {
    let (mut scenario, clock, mut pool) = pool();
    let mut ticket = pool.stake(coin(1, &mut scenario), &clock, scenario.ctx());
    pool.add_reward(coin(1, &mut scenario));
    destroy(pool.collect(&mut ticket, scenario.ctx()));
    destroy(pool.collect(&mut ticket, scenario.ctx()));
    abort
}

#[test, expected_failure(abort_code = 5, location = vramhub::staking_pool)]
fun nothing_cannot_be_staked() {
    let (mut scenario, clock, mut pool) = pool();
    destroy(pool.stake(coin(0, &mut scenario), &clock, scenario.ctx()));
    abort
}

#[test, expected_failure(abort_code = 142, location = vramhub::staking_pool)]
fun a_reward_needs_somebody_to_earn_it() {
    let (mut scenario, _clock, mut pool) = pool();
    pool.add_reward(coin(1, &mut scenario));
    abort
}

#[test, expected_failure(abort_code = 140, location = vramhub::staking_pool)]
fun a_penalty_is_at_most_everything() {
    staking_pool::create<COIN>(1, 10_001, &mut tx_context::dummy());
}

#[test, expected_failure(abort_code = 140, location = vramhub::staking_pool)]
fun a_lock_ends_some_day() {
    staking_pool::create<COIN>(10 * 365 * 24 * 3_600_000 + 1, 0, &mut tx_context::dummy());
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun an_older_pool_takes_no_stakes() {
    let (mut scenario, clock, mut pool) = pool();
    pool.set_version_for_testing(0);
    destroy(pool.stake(coin(1, &mut scenario), &clock, scenario.ctx()));
    abort
}

#[test]
fun an_older_pool_works_again_after_migration() {
    let (mut scenario, clock, mut pool) = pool();
    pool.set_version_for_testing(0);
    pool.migrate();
    destroy(pool.stake(coin(1, &mut scenario), &clock, scenario.ctx()));
    end(scenario, clock, pool);
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun there_is_nothing_to_migrate_in_a_current_pool() {
    let (_scenario, _clock, mut pool) = pool();
    pool.migrate();
    abort
}

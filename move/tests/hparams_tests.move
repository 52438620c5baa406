#[test_only]
module vramhub::hparams_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use vramhub::hparams::{Self, ParametersScheduled, Parameters};
use vramhub::signed;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;
const BILLION: u64 = 1_000_000_000;

fun schedule(world: &mut World, effective: u64, parameters: Parameters) {
    let (_, clock, cap, hparams, _, _, _, _, _) = world.parts();
    hparams.schedule_parameters(cap, effective, parameters, clock);
}

/// Schedules parameters as early as the unbonding delay of two and a half windows allows.
fun propose(parameters: Parameters) {
    let mut world = world::begin();
    schedule(&mut world, 3, parameters);
    world.end();
}

fun model(): hparams::Model {
    model_with(b"topk-q2/1", 4, 2, 2, 950_000_000, 1, 1, 15, 1, 1)
}

fun model_with(
    codec: vector<u8>,
    topk: u32,
    inner_steps: u32,
    batch_pages: u32,
    decay: u64,
    eval_rate: u64,
    outer_rate: u64,
    top_g: u32,
    max_share: u64,
    frequency: u32,
): hparams::Model {
    hparams::new_model(
        hparams::new_model_spec(256, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true),
        codec.to_string(),
        topk,
        inner_steps,
        batch_pages,
        decay,
        eval_rate,
        outer_rate,
        top_g,
        max_share,
        frequency,
    )
}

fun data_with(token_bytes: u32, page_tokens: u32, assigned_pages: u32): hparams::Data {
    hparams::new_data(
        world::digest(b"dataset"),
        token_bytes,
        page_tokens,
        hparams::new_page_range(0, 20),
        hparams::new_page_range(20, 4),
        2,
        assigned_pages,
    )
}

fun scoring_with(evaluator: vector<u8>, decay: u64, floor: u64, absences: u32): hparams::Scoring {
    hparams::new_scoring(
        evaluator.to_string(),
        3,
        2,
        3,
        decay,
        signed::zero(),
        signed::from(floor),
        absences,
    )
}

#[test]
fun the_parameters_of_a_window_are_those_of_the_greatest_change_not_after_it() {
    let mut world = world::begin();
    let mut parameters = world::parameters();
    parameters.set_stake(hparams::new_stake(2 * COIN, 20 * COIN, 300_000));
    schedule(&mut world, 5, parameters);
    parameters.set_stake(hparams::new_stake(3 * COIN, 30 * COIN, 300_000));
    schedule(&mut world, 3, parameters);
    assert_eq!(event::events_by_type<ParametersScheduled>().length(), 2);
    let stakes = vector[0, 2, 3, 4, 5, 99].map!(|window| {
        world.hparams().parameters(window).min_miner_stake() / COIN
    });
    assert_eq!(stakes, vector[1, 1, 3, 3, 2, 2]);
    assert_eq!(world.hparams().parameters(5).min_validator_stake(), 20 * COIN);
    assert_eq!(world.hparams().parameters(5).unbonding_ms(), 300_000);
    world.end();
}

#[test]
fun a_change_for_the_same_window_takes_the_place_of_the_one_before() {
    let mut world = world::begin();
    let mut parameters = world::parameters();
    parameters.set_stake(hparams::new_stake(2 * COIN, 20 * COIN, 0));
    schedule(&mut world, 3, parameters);
    parameters.set_stake(hparams::new_stake(3 * COIN, 20 * COIN, 0));
    schedule(&mut world, 3, parameters);
    assert_eq!(world.hparams().parameters(3).min_miner_stake(), 3 * COIN);
    world.end();
}

#[test]
fun what_is_past_is_forgotten_and_makes_room() {
    let mut world = world::begin();
    40u64.do!(|i| {
        world.at(3 * i, 0);
        schedule(&mut world, 3 * i + 3, world::parameters());
    });
    assert_eq!(world.hparams().parameters(117), world::parameters());
    world.end();
}

#[test]
fun every_section_has_a_setter() {
    let mut parameters = world::parameters();
    parameters.set_schedule(hparams::new_schedule(1_000_000, 100_000, 70_000, 5_000));
    parameters.set_model(model());
    parameters.set_data(data_with(4, 16, 3));
    parameters.set_scoring(scoring_with(b"strict-f32/1", 7, 8, 9));
    parameters.set_reward(hparams::new_reward(5_000, 3_000, 2_000, @0x5));
    assert_eq!(parameters.commit_deadline(1), 1_170_000);
    assert_eq!(parameters.anchor_grace_ends(2), 1_205_000);
    assert_eq!(parameters.opens_at(2), 1_200_000);
    assert_eq!(parameters.closes_at(2), 1_300_000);
    assert_eq!(parameters.dataset_root(), world::digest(b"dataset"));
    assert_eq!(parameters.absence_windows(), 9);
    assert_eq!(parameters.proof_decay_nanos(), 7);
    assert_eq!(parameters.gain_floor_nn(), signed::from(8));
    assert_eq!(parameters.proof_threshold_nanos(), signed::zero());
    assert_eq!(parameters.scorers_per_miner(), 3);
    assert_eq!(parameters.min_scorers(), 2);
    assert_eq!(parameters.max_deviations(), 3);
    assert_eq!(parameters.basis_points(), vector[5_000, 3_000, 2_000]);
    assert_eq!(parameters.treasury(), @0x5);
    assert_eq!(parameters.top_g(), 15);
    assert_eq!(*parameters.codec(), b"topk-q2/1".to_string());
    assert_eq!(*parameters.evaluator(), b"strict-f32/1".to_string());
    assert_eq!(parameters.pages_per_miner(), 4);
    assert_eq!(parameters.miner_capacity(), 5);
    propose(parameters);
}

#[test]
fun a_window_begins_with_its_first_millisecond() {
    let world = world::begin();
    let windows = vector[0, 999_999, 1_000_000, 1_099_999, 1_100_000, 5_000_000].map!(|time| {
        world.hparams().window_at(time)
    });
    assert_eq!(windows, vector[0, 0, 0, 0, 1, 40]);
    assert_eq!(world.hparams().network(), world::network());
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_this_networks_capability_changes_parameters() {
    let mut world = world::begin();
    let (scenario, clock, _, hparams, _, _, _, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    hparams.schedule_parameters(&cap, 3, world::parameters(), clock);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 101, location = vramhub::hparams)]
fun a_change_takes_effect_in_a_window_ahead() {
    let mut world = world::begin();
    world.at(4, 0);
    schedule(&mut world, 4, world::parameters());
    world.end();
}

#[test, expected_failure(abort_code = 101, location = vramhub::hparams)]
fun a_change_waits_the_unbonding_delay() {
    let mut world = world::begin();
    schedule(&mut world, 2, world::parameters());
    world.end();
}

#[test, expected_failure(abort_code = 101, location = vramhub::hparams)]
fun a_change_waits_it_to_the_millisecond() {
    let mut world = world::begin();
    world.at(0, 50_001);
    schedule(&mut world, 3, world::parameters());
    world.end();
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_change_is_not_a_million_windows_ahead() {
    let mut world = world::begin();
    schedule(&mut world, 1_000_001, world::parameters());
    world.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::hparams)]
fun changes_that_wait_are_bounded() {
    let mut world = world::begin();
    17u64.do!(|i| schedule(&mut world, i + 3, world::parameters()));
    world.end();
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun genesis_is_fixed() {
    let mut parameters = world::parameters();
    parameters.set_schedule(hparams::new_schedule(1_000_001, 100_000, 80_000, 10_000));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_length_of_windows_is_fixed() {
    let mut parameters = world::parameters();
    parameters.set_schedule(hparams::new_schedule(1_000_000, 100_001, 80_000, 10_000));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_model_is_fixed() {
    let mut parameters = world::parameters();
    parameters.set_model(hparams::new_model(
        hparams::new_model_spec(257, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true),
        b"topk-q2/1".to_string(), 4, 2, 2, 1, 1, 1, 15, 1, 1,
    ));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun an_unknown_codec_is_refused() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/2", 4, 2, 2, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_miner_has_no_more_pages_than_there_are() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 7, 3, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_decay_is_at_most_one() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, BILLION + 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_share_is_at_most_one() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 1, 15, BILLION + 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_share_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 1, 15, 0, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_evaluation_rate_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 0, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_outer_rate_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 0, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun topk_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 0, 2, 2, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun topk_fits_a_chunk() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4097, 2, 2, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun inner_steps_are_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 0, 2, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun batch_pages_are_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 0, 1, 1, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun top_g_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 1, 0, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_checkpoint_frequency_is_positive() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 1, 15, 1, 0));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun top_g_fits_an_int() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 1, 1, 0x8000_0000, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_evaluation_rate_fits_a_long() {
    let mut parameters = world::parameters();
    parameters.set_model(model_with(b"topk-q2/1", 4, 2, 2, 1, 0x8000_0000_0000_0000, 1, 15, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun tokens_have_two_or_four_bytes() {
    let mut parameters = world::parameters();
    parameters.set_data(data_with(3, 16, 2));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_page_has_two_tokens() {
    let mut parameters = world::parameters();
    parameters.set_data(data_with(2, 1, 2));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_page_fits_the_context() {
    let mut parameters = world::parameters();
    parameters.set_data(data_with(2, 17, 2));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_miner_is_not_scored_on_more_pages_than_it_has() {
    let mut parameters = world::parameters();
    parameters.set_data(data_with(2, 16, 5));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_miner_is_scored_on_some_of_its_pages() {
    let mut parameters = world::parameters();
    parameters.set_data(data_with(2, 16, 0));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun an_unknown_evaluator_is_refused() {
    let mut parameters = world::parameters();
    parameters.set_scoring(scoring_with(b"lenient", 1, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_averages_decay_is_at_most_one() {
    let mut parameters = world::parameters();
    parameters.set_scoring(scoring_with(b"strict-f32/1", BILLION + 1, 1, 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun one_absence_at_least_is_allowed() {
    let mut parameters = world::parameters();
    parameters.set_scoring(scoring_with(b"strict-f32/1", 1, 1, 0));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_loss_can_never_earn() {
    let mut parameters = world::parameters();
    parameters.set_scoring(hparams::new_scoring(b"strict-f32/1".to_string(), 3, 2, 3, 1, signed::zero(), signed::new(true, 1), 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun some_scorer_is_needed() {
    let mut parameters = world::parameters();
    parameters.set_scoring(hparams::new_scoring(b"strict-f32/1".to_string(), 3, 0, 3, 1, signed::zero(), signed::zero(), 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun no_more_scorers_are_needed_than_drawn() {
    let mut parameters = world::parameters();
    parameters.set_scoring(hparams::new_scoring(b"strict-f32/1".to_string(), 3, 4, 3, 1, signed::zero(), signed::zero(), 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun unbonding_takes_at_most_ten_years() {
    let mut parameters = world::parameters();
    parameters.set_stake(hparams::new_stake(1, 1, 10 * 365 * 24 * 3_600_000 + 1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun rewards_are_divided_whole() {
    let mut parameters = world::parameters();
    parameters.set_reward(hparams::new_reward(8_000, 1_500, 501, @0x1));
    propose(parameters);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_deadline_lies_in_the_window() {
    hparams::new_schedule(1, 10, 10, 1);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun there_is_time_before_the_deadline() {
    hparams::new_schedule(1, 10, 0, 0);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_grace_ends_before_the_deadline() {
    hparams::new_schedule(1, 10, 5, 5);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_model_has_two_words() {
    hparams::new_model_spec(1, 1, 8, 2, 1, 16, 16, 10, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_model_has_a_layer() {
    hparams::new_model_spec(9, 0, 8, 2, 1, 16, 16, 10, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_head_is_even() {
    hparams::new_model_spec(9, 1, 6, 2, 1, 16, 16, 10, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun heads_divide_the_width() {
    hparams::new_model_spec(9, 1, 9, 2, 1, 16, 16, 10, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun key_heads_divide_the_heads() {
    hparams::new_model_spec(9, 1, 8, 2, 3, 16, 16, 10, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun theta_is_above_one() {
    hparams::new_model_spec(9, 1, 8, 2, 1, 16, 16, 1, 10, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun epsilon_is_positive() {
    hparams::new_model_spec(9, 1, 8, 2, 1, 16, 16, 10, 0, true);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_page_range_is_not_empty() {
    hparams::new_page_range(0, 0);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_page_range_fits_a_long() {
    hparams::new_page_range(0x7FFF_FFFF_FFFF_FFFF, 1);
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_dataset_root_has_32_bytes() {
    hparams::new_data(
        vector[1],
        2,
        16,
        hparams::new_page_range(0, 20),
        hparams::new_page_range(20, 4),
        2,
        2,
    );
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun the_held_out_pages_are_there() {
    hparams::new_data(
        world::digest(b"d"),
        2,
        16,
        hparams::new_page_range(0, 20),
        hparams::new_page_range(20, 4),
        5,
        2,
    );
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun a_network_with_unsound_parameters_does_not_begin() {
    let mut parameters = world::parameters();
    parameters.set_schedule(hparams::new_schedule(1, 10 * 365 * 24 * 3_600_000 + 1, 80_000, 10_000));
    world::begin_with(parameters).end();
}

#[test, expected_failure(abort_code = 102, location = vramhub::hparams)]
fun genesis_lies_within_two_centuries() {
    let mut parameters = world::parameters();
    parameters.set_schedule(hparams::new_schedule(230 * 365 * 24 * 3_600_000 + 1, 100_000, 80_000, 10_000));
    world::begin_with(parameters).end();
}

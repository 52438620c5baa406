#[test_only]
module vramhub::score_ledger_tests;

use std::unit_test::assert_eq;
use sui::event;
use vramhub::gradient_registry;
use vramhub::score_ledger::{Self, Report, ScoresSubmitted};
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// The Ed25519 key whose secret is SHA-256 of "enclave of validator 1".
const PUBLIC_KEY: vector<u8> = x"3acf2fff430e1f0c755434b50937a1ba491bc12c82204d1dd0a35193a5edb508";

/// Its signature, made with the `crypto` module of Node.js, over the report of `signed_report` at
/// `TIMESTAMP_MS`.
const SIGNATURE: vector<u8> =
    x"992d0155da48bd1a1bb10ed761024bc17431e6ec5bf4de64b1107395c4b12b5049212d72b6a762e2fddeed1fa3a1feb7fa8c878f2d052d3682180a1f31c6b005";

const TIMESTAMP_MS: u64 = 1_234_567;

/// Two miners that have committed, three validators, and window 1 open for scores; the enclave of
/// validator 1 has the key above.
fun scoring(): World {
    let mut world = committed();
    world.open_scoring(1);
    world
}

fun committed(): World {
    let mut world = world::begin();
    world.populate(2, 0);
    3u64.do!(|i| { world.register_validator(i + 1, 10 * COIN); });
    world.register_enclave(1, PUBLIC_KEY);
    world.register_enclave(2, world::key(2, 1));
    world.register_enclave(3, world::key(3, 1));
    world.open(1);
    world.commit(1, 1);
    world.commit(1, 2);
    world
}

fun signed_report(world: &World): Report {
    let mut report = world.report(1, 1);
    world::add(&mut report, 1, 1, 0, false, 500, false, 600);
    world::add(&mut report, 1, 2, 0, true, 300, false, 7);
    report
}

/// A report of validator 1 on miner 1 with bound values of the test's choice.
fun report_with(
    network: vector<u8>,
    epoch: u64,
    evaluator: vector<u8>,
    base: vector<u8>,
    dataset: vector<u8>,
    assignment: vector<u8>,
    evaluation: vector<u8>,
): Report {
    let mut report = score_ledger::new_report(
        network,
        1,
        epoch,
        1,
        evaluator.to_string(),
        base,
        dataset,
        assignment,
        evaluation,
    );
    world::accept(&mut report, 1, 1, 500, 600);
    report
}

fun submit_bound(
    base: vector<u8>,
    dataset: vector<u8>,
    assignment: vector<u8>,
    evaluation: vector<u8>,
) {
    let mut world = scoring();
    let report = report_with(
        world::network(),
        1,
        b"strict-f32/1",
        base,
        dataset,
        assignment,
        evaluation,
    );
    world.submit(1, report);
    world.end();
}

fun other(): vector<u8> { world::digest(b"other") }

/// Adds one line to an empty report.
fun add_one(
    miner: u64,
    content: vector<u8>,
    verdict: u8,
    negative: bool,
    heldout: u64,
    assigned: u64,
) {
    let mut report = score_ledger::new_report(
        other(),
        1,
        1,
        1,
        b"e".to_string(),
        other(),
        other(),
        other(),
        other(),
    );
    report.add_entries(
        vector[miner],
        vector[content],
        vector[verdict],
        vector[negative],
        vector[heldout],
        vector[false],
        vector[assigned],
    );
}

#[test]
fun the_rebuilt_message_is_what_an_enclave_signs() {
    let world = scoring();
    let message = score_ledger::intent_bytes(&signed_report(&world), TIMESTAMP_MS);
    assert_eq!(message.length(), 325);
    assert_eq!(
        std::hash::sha2_256(message),
        x"037461c5046c67f9449b1d6a6aed9e5b41c30c272915ba1386cc4fe92cc5edfc",
    );
    world.end();
}

#[test]
fun a_signed_report_is_stored_with_its_gradients() {
    let mut world = scoring();
    let report = signed_report(&world);
    world.submit_signed(1, report, TIMESTAMP_MS, SIGNATURE);
    assert_eq!(event::events_by_type<ScoresSubmitted>().length(), 1);
    let round = world.rounds().round(1);
    assert!(round.has_reported(1) && !round.has_reported(2));
    let gradient = gradient_registry::gradient(round, 2);
    assert_eq!(*gradient.scorers(), vector[0, 1, 2]);
    assert_eq!(gradient.lines().length(), 1);
    assert_eq!(gradient.lines()[0].line_validator(), 1);
    world.end();
}

#[test]
fun entries_may_come_in_several_parts() {
    let mut world = scoring();
    let mut report = world.report(1, 2);
    world::add(&mut report, 1, 1, 7, false, 0, false, 0);
    world::add(&mut report, 1, 2, 1, false, 0, false, 0);
    world.submit(2, report);
    assert!(world.rounds().round(1).has_reported(2));
    world.end();
}

#[test, expected_failure(abort_code = 2, location = vramhub::score_ledger)]
fun a_changed_gain_is_not_what_was_signed() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::add(&mut report, 1, 1, 0, false, 501, false, 600);
    world::add(&mut report, 1, 2, 0, true, 300, false, 7);
    world.submit_signed(1, report, TIMESTAMP_MS, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 2, location = vramhub::score_ledger)]
fun a_left_out_rival_is_not_what_was_signed() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::add(&mut report, 1, 1, 0, false, 500, false, 600);
    world.submit_signed(1, report, TIMESTAMP_MS, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 2, location = vramhub::score_ledger)]
fun another_time_is_not_what_was_signed() {
    let mut world = scoring();
    let report = signed_report(&world);
    world.submit_signed(1, report, TIMESTAMP_MS + 1, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 2, location = vramhub::score_ledger)]
fun a_signature_has_64_bytes() {
    let mut world = scoring();
    let report = signed_report(&world);
    world.submit_signed(1, report, TIMESTAMP_MS, vector[1]);
    world.end();
}

#[test, expected_failure(abort_code = 2, location = vramhub::score_ledger)]
fun another_enclaves_signature_is_refused() {
    let mut world = scoring();
    world.register_enclave(1, world::key(1, 2));
    let report = signed_report(&world);
    world.submit_signed(1, report, TIMESTAMP_MS, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 53, location = vramhub::score_ledger)]
fun a_report_of_an_older_epoch_is_refused() {
    let mut world = scoring();
    let report = signed_report(&world);
    world.register_enclave(1, world::key(1, 2));
    world.submit_signed(1, report, TIMESTAMP_MS, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 3, location = vramhub::score_ledger)]
fun a_report_for_another_network_is_refused() {
    let mut world = scoring();
    let report = report_with(
        other(),
        1,
        b"strict-f32/1",
        world::genesis_root(),
        world::digest(b"dataset"),
        world::assignment_seed(1),
        world::evaluation_seed(1),
    );
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 54, location = vramhub::score_ledger)]
fun another_evaluator_is_refused() {
    let mut world = scoring();
    let report = report_with(
        world::network(),
        1,
        b"lenient",
        world::genesis_root(),
        world::digest(b"dataset"),
        world::assignment_seed(1),
        world::evaluation_seed(1),
    );
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 55, location = vramhub::score_ledger)]
fun another_base_is_refused() {
    submit_bound(
        other(),
        world::digest(b"dataset"),
        world::assignment_seed(1),
        world::evaluation_seed(1),
    );
}

#[test, expected_failure(abort_code = 56, location = vramhub::score_ledger)]
fun another_dataset_is_refused() {
    submit_bound(
        world::genesis_root(),
        other(),
        world::assignment_seed(1),
        world::evaluation_seed(1),
    );
}

#[test, expected_failure(abort_code = 57, location = vramhub::score_ledger)]
fun another_assignment_seed_is_refused() {
    submit_bound(
        world::genesis_root(),
        world::digest(b"dataset"),
        other(),
        world::evaluation_seed(1),
    );
}

#[test, expected_failure(abort_code = 57, location = vramhub::score_ledger)]
fun another_evaluation_seed_is_refused() {
    submit_bound(
        world::genesis_root(),
        world::digest(b"dataset"),
        world::assignment_seed(1),
        other(),
    );
}

#[test, expected_failure(abort_code = 59, location = vramhub::score_ledger)]
fun a_report_says_something() {
    let mut world = scoring();
    let report = world.report(1, 1);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 50, location = vramhub::score_ledger)]
fun a_validator_reports_once() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(1, report);
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 58, location = vramhub::score_ledger)]
fun another_content_is_refused() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    report.add_entries(
        vector[1], vector[other()], vector[0], vector[false], vector[5], vector[false], vector[6],
    );
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 58, location = vramhub::score_ledger)]
fun a_miner_that_did_not_commit_is_not_scored() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 3, 500, 600);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 52, location = vramhub::score_ledger)]
fun a_validator_without_an_enclave_does_not_report() {
    let mut world = scoring();
    world.register_validator(4, 10 * COIN);
    let mut report = world.report(1, 4);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(4, report);
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::score_ledger)]
fun a_validator_that_came_later_does_not_report() {
    let mut world = scoring();
    world.register_validator(4, 10 * COIN);
    world.register_enclave(4, world::key(4, 1));
    let mut report = world.report(1, 4);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(4, report);
    world.end();
}

#[test, expected_failure(abort_code = 7, location = vramhub::peer_registry)]
fun an_unknown_validator_does_not_report() {
    let mut world = scoring();
    let mut report = score_ledger::new_report(
        world::network(),
        9,
        1,
        1,
        b"strict-f32/1".to_string(),
        world::genesis_root(),
        world::digest(b"dataset"),
        world::assignment_seed(1),
        world::evaluation_seed(1),
    );
    world::accept(&mut report, 1, 1, 5, 6);
    world.submit(9, report);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_reports_for_another() {
    let mut world = scoring();
    let report = signed_report(&world);
    world.submit_signed(2, report, TIMESTAMP_MS, SIGNATURE);
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::peer_registry)]
fun a_validator_that_left_does_not_report() {
    let mut world = scoring();
    world.as_sender(world::validator(1));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, 1, clock, scenario.ctx());
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 26, location = vramhub::score_ledger)]
fun nobody_reports_before_scoring_is_open() {
    let mut world = committed();
    world.at(1, 80_000);
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun nobody_reports_before_the_deadline() {
    let mut world = committed();
    world.at(1, 79_999);
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun a_report_is_late_when_the_window_is_over() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 1, 500, 600);
    world.at(2, 0);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 24, location = vramhub::round_state)]
fun a_report_waits_for_the_window_to_be_opened() {
    let mut world = scoring();
    let mut report = score_ledger::new_report(
        world::network(), 1, 1, 2, b"strict-f32/1".to_string(), world::genesis_root(),
        world::digest(b"dataset"), world::assignment_seed(2), world::evaluation_seed(2),
    );
    world::accept(&mut report, 2, 1, 500, 600);
    world.at(2, 80_000);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 51, location = vramhub::score_ledger)]
fun a_validator_that_was_not_drawn_is_refused() {
    let mut world = world::begin();
    world.populate(1, 12);
    world.open(1);
    world.commit(1, 1);
    world.open_scoring(1);
    // Of twelve validators three are drawn, so at the latest the fourth to try is refused.
    12u64.do!(|i| {
        let mut report = world.report(1, i + 1);
        world::accept(&mut report, 1, 1, 500, 600);
        world.submit(i + 1, report);
    });
    world.end();
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun a_content_hash_has_32_bytes() {
    add_one(1, vector[1], 0, false, 5, 5);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun verdicts_end_at_duplicate() {
    add_one(1, other(), 8, false, 0, 0);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun only_accepted_gradients_gain_on_held_out_pages() {
    add_one(1, other(), 1, false, 1, 0);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun only_accepted_gradients_gain_on_assigned_pages() {
    add_one(1, other(), 1, false, 0, 1);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun zero_has_no_sign() {
    add_one(1, other(), 0, true, 0, 0);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun a_gain_fits_a_long() {
    add_one(1, other(), 0, false, 0x8000_0000_0000_0000, 0);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun miner_0_does_not_exist() {
    add_one(0, other(), 0, false, 1, 1);
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun entries_ascend_by_miner() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    world::accept(&mut report, 1, 2, 1, 1);
    world::accept(&mut report, 1, 1, 1, 1);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun columns_have_equal_length() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    report.add_entries(
        vector[1, 2],
        vector[other()],
        vector[0],
        vector[false],
        vector[5],
        vector[false],
        vector[6],
    );
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::score_ledger)]
fun a_report_is_bounded() {
    let mut world = scoring();
    let mut report = world.report(1, 1);
    report.add_entries(
        vector::tabulate!(513, |i| i + 1),
        vector::tabulate!(513, |_| other()),
        vector::tabulate!(513, |_| 1),
        vector::tabulate!(513, |_| false),
        vector::tabulate!(513, |_| 0),
        vector::tabulate!(513, |_| false),
        vector::tabulate!(513, |_| 0),
    );
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::score_ledger)]
fun the_evaluators_name_is_bounded() {
    score_ledger::new_report(
        other(), 1, 1, 1, vector::tabulate!(65, |_| 0x61).to_string(), other(), other(), other(), other(),
    );
}

#[test, expected_failure(abort_code = 124, location = vramhub::score_ledger)]
fun a_root_has_32_bytes() {
    score_ledger::new_report(
        other(), 1, 1, 1, b"e".to_string(), vector[1], other(), other(), other(),
    );
}

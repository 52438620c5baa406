#[test_only]
module vramhub::finalization_tests;

use std::unit_test::assert_eq;
use vramhub::world;

const COIN: u64 = 1_000_000_000;

#[test]
fun a_window_from_opening_to_claim() {
    let mut world = world::begin();
    world.populate(2, 3);
    world.open(1);
    world.commit(1, 1);
    world.commit(1, 2);
    world.open_scoring(1);
    3u64.do!(|i| {
        let mut report = world.report(1, i + 1);
        world::accept(&mut report, 1, 1, 500, 600);
        world::accept(&mut report, 1, 2, 300, 400);
        world.submit(i + 1, report);
    });
    world.finalize(1);
    assert!(world.rounds().round(1).is_final());
    assert_eq!(world.rounds().round(1).top_g(), vector[1, 2]);
    assert_eq!(world.minter().issued(), 70 * COIN);
    assert_eq!(world.registry().validator_credit(1), 3_500_000_000);
    world.end();
}

#[test_only]
module vramhub::shares_tests;

use vramhub::shares;
use vramhub::signed;

fun sum(shares: &vector<u64>): u64 {
    let mut total = 0;
    shares.do_ref!(|share| total = total + *share);
    total
}

#[test]
fun floors_first_then_the_largest_remainders() {
    // Exact shares 5.4, 3.6, 1.0.
    assert!(shares::divided(10, &vector[54, 36, 10]) == vector[5, 4, 1]);
    // Exact shares 3.33 each: the unit left over goes to the first.
    assert!(shares::divided(10, &vector[1, 1, 1]) == vector[4, 3, 3]);
}

#[test]
fun a_zero_weight_gets_nothing() {
    assert!(shares::divided(7, &vector[0, 3, 0, 4]) == vector[0, 3, 0, 4]);
}

#[test]
fun nobody_to_give_to() {
    assert!(shares::divided(7, &vector[]) == vector[]);
    assert!(shares::divided(7, &vector[0, 0]) == vector[0, 0]);
}

#[random_test]
fun shares_sum_to_the_amount(amount: u64, weights: vector<u64>) {
    let wide = weights.map_ref!(|weight| (*weight as u256) * (*weight as u256));
    let shares = shares::divided(amount, &wide);
    assert!(shares.length() == weights.length());
    let earns = weights.length() > 0 && sum(&weights.map_ref!(|w| if (*w > 0) 1 else 0)) > 0;
    assert!(sum(&shares) == if (earns) amount else 0);
}

#[test]
fun pays_the_square_of_the_conservative_skill() {
    assert!(
        shares::of_skill(&vector[
            signed::from(1_000_000_000),
            signed::from(3_000_000_000),
            signed::new(true, 5_000_000_000),
        ]) == vector[100_000_000, 900_000_000, 0],
    );
}

#[test]
fun nobody_earns_if_nobody_is_above_zero() {
    assert!(shares::of_skill(&vector[signed::zero(), signed::new(true, 1)]) == vector[0, 0]);
}

#[test]
fun two_hundred_and_fifty_six_of_the_highest_skill_fit() {
    let skills = vector::tabulate!(256, |_| signed::from(1 << 62));
    let shares = shares::of_skill(&skills);
    assert!(sum(&shares) == 1_000_000_000);
    assert!(shares[0] == 3_906_250 && shares[255] == 3_906_250);
}

#[test_only]
module vramhub::signed_tests;

use vramhub::signed::{Self, Signed};

fun minus(magnitude: u64): Signed { signed::new(true, magnitude) }

#[test]
fun zero_has_one_form() {
    assert!(signed::new(true, 0) == signed::zero());
    assert!(signed::difference(7, 7) == signed::zero());
    assert!(signed::zero().negated() == signed::zero());
    assert!(signed::zero().is_zero() && !minus(1).is_zero());
    assert!(!signed::zero().is_negative() && !signed::zero().is_positive());
}

#[test]
fun adds_across_zero() {
    assert!(signed::from(3).plus(&minus(5)) == minus(2));
    assert!(minus(3).plus(&signed::from(5)) == signed::from(2));
    assert!(minus(3).plus(&minus(5)) == minus(8));
    assert!(signed::from(3).minus(&minus(5)) == signed::from(8));
    assert!(minus(3).minus(&minus(3)) == signed::zero());
}

#[test]
fun orders_as_numbers() {
    let ascending = vector[minus(9), minus(1), signed::zero(), signed::from(1), signed::from(9)];
    ascending.length().do!(|i| ascending.length().do!(|j| {
        assert!(ascending[i].less_than(&ascending[j]) == (i < j));
        assert!(ascending[i].at_most(&ascending[j]) == (i <= j));
    }));
}

#[random_test]
fun a_difference_added_again_gives_the_start(a: u32, b: u32, flip_a: bool, flip_b: bool) {
    let x = signed::new(flip_a, a as u64);
    let y = signed::new(flip_b, b as u64);
    assert!(x.minus(&y).plus(&y) == x);
    assert!(x.less_than(&y) == x.minus(&y).is_negative());
    assert!(y.less_than(&x) == x.minus(&y).is_positive());
}

#[test, expected_failure(arithmetic_error, location = vramhub::signed)]
fun a_sum_that_does_not_fit_aborts() {
    signed::from(std::u64::max_value!()).plus(&signed::from(1));
}

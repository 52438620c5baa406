/// Unsigned fixed-point arithmetic in 256 bits for the ratings (protocol section 7), to the last
/// unit as the class `FixedPoint` of the Java kernel. A value that does not fit aborts, where Java
/// throws.
module vramhub::fixed_point;

/// One at the scale of exponentials, probabilities and sums of them.
const E24: u256 = 1_000_000_000_000_000_000_000_000;

/// The natural logarithm of 2 at scale 1e24, rounded down.
const LN_2: u256 = 693_147_180_559_945_309_417_232;

/// `ln(2)^n / n!` is below half a unit from here on.
const TAYLOR_TERMS: u256 = 24;

/// Larger arguments of `exp_of_minus` count as this one.
const LARGEST_ARGUMENT: u256 = 30 * E24;

/// The floor of `a * b / divisor`; the product must fit.
public(package) fun times_over(a: u256, b: u256, divisor: u256): u256 {
    a * b / divisor
}

/// `a / divisor` to the nearest unit, halves upward.
public(package) fun rounded(a: u256, divisor: u256): u256 {
    (a + (divisor >> 1)) / divisor
}

/// The floor of the square root.
public(package) fun root(value: u256): u256 {
    if (value == 0) return 0;
    // Newton's method falls from any start above the root and stops falling at its floor. The start
    // is a power of two above the root by a factor of at most two.
    let mut root = 1 << (highest_bit(value) / 2 + 1);
    loop {
        let next = (root + value / root) >> 1;
        if (next >= root) return root;
        root = next;
    }
}

/// The square root to the nearest unit.
public(package) fun rounded_root(value: u256): u256 {
    let root = root(value);
    // (r + 1/2)^2 = r^2 + r + 1/4, so the root rounds up exactly if the remainder exceeds r.
    if (value - root * root > root) root + 1 else root
}

/// `exp(-x)` at scale 1e24, for `x` at the same scale; arguments above 30 count as 30.
///
/// Definition: `x = k ln 2 + r` with `0 <= r < ln 2`; the Taylor polynomial of `exp(-r)` in Horner
/// form, `p = 1`, then for n from 24 down to 1 `p = 1 - floor(r p / (n 1e24))`; the answer is
/// `floor(p / 2^k)`. The error is below 1e-22.
public(package) fun exp_of_minus(x: u256): u256 {
    let argument = if (x < LARGEST_ARGUMENT) x else LARGEST_ARGUMENT;
    let reduced = argument % LN_2;
    let mut polynomial = E24;
    let mut n = TAYLOR_TERMS;
    while (n > 0) {
        polynomial = E24 - reduced * polynomial / (n * E24);
        n = n - 1;
    };
    polynomial >> ((argument / LN_2) as u8)
}

/// The number of the highest bit that is set, counted from 0; 0 for the value 0.
fun highest_bit(value: u256): u8 {
    let mut rest = value;
    let mut bit = 0;
    let mut step = 128;
    while (step > 0) {
        if (rest >> step != 0) {
            rest = rest >> step;
            bit = bit + step;
        };
        step = step / 2;
    };
    bit
}

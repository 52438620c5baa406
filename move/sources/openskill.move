/// The ratings of a window (protocol section 7), computed by the ledger itself: the Plackett-Luce
/// update of Weng and Lin (JMLR 12, 2011, algorithm 4) with the semantics of the library
/// `openskill` 5.0.1 for teams of one (beta = 25/6, tau = 25/300 added before the update,
/// gamma = sigma/c, kappa = 1e-4), and the drift of those who stay away.
///
/// Definition, all integers, all divisions rounded down unless said; the same, to the last unit, as
/// the class `PlackettLuce` of the Java kernel. Ratings are in billionths; variances and `c` at
/// scale 1e18; everything between 0 and the number of entrants at scale 1e24. For entrants i with
/// mean `mu` and deviation `sigma`, in groups g of equal rank:
///
/// 1. `v[i] = sigma[i]^2 + tau^2`
/// 2. `c^2 = sum over i of (v[i] + beta^2)`, `c = floor(sqrt(c^2))`
/// 3. `e[i] = exp(-(m - mu[i]) / c)` with `m` the largest mean; subtracting it changes no ratio below
/// 4. for each group g, best first: `A[g]` its size, `S[g]` the sum of `e` over this and all worse
///    groups, `R[g] = 1 / S[g]`, and the running sums `P[g] = R[1] + … + R[g]`,
///    `Q[g] = R[1]^2 + … + R[g]^2`
/// 5. `omega[i] = 1 / A[g] - e[i] P[g]`, signed, and `delta[i] = max(0, e[i] P[g] - e[i]^2 Q[g])`
/// 6. `mu'[i] = mu[i] + omega[i] v[i] / c`, the change rounded to the nearest billionth, halves away
///    from zero
/// 7. `f[i] = max(1 - (s[i] / c) delta[i] v[i] / c^2, kappa)` with `s[i] = floor(sqrt(v[i]))`
/// 8. `sigma'[i] = sqrt(v[i] f[i])`, to the nearest billionth
///
/// Step 5 is the library's double sum over all better or equal groups with the members of each
/// group collected, which makes the update linear in the number of entrants. Every intermediate
/// fits 256 bits for up to 4,096 entrants with deviations up to 1,000.
module vramhub::openskill;

use vramhub::fixed_point::{exp_of_minus, root, rounded, rounded_root, times_over};
use vramhub::signed::{Self, Signed};

const E9: u256 = 1_000_000_000;
const E15: u256 = 1_000_000_000_000_000;
const E18: u256 = 1_000_000_000_000_000_000;
const E24: u256 = 1_000_000_000_000_000_000_000_000;

/// `(25/6)^2` at scale 1e18, rounded down.
const BETA_SQUARED: u256 = 17_361_111_111_111_111_111;

/// `(25/300)^2` at scale 1e18, rounded down.
const TAU_SQUARED: u256 = 6_944_444_444_444_444;

const KAPPA: u256 = E24 / 10_000;

/// Where every miner starts: 25 and 25/3.
const INITIAL_MU: u64 = 25_000_000_000;
const INITIAL_SIGMA: u64 = 8_333_333_333;

/// A skill estimate in billionths: `mu` the mean, `sigma` its standard deviation, never zero.
public struct Rating has copy, drop, store {
    mu: Signed,
    sigma: u64,
}

/// What is the same for every entrant of a round: step 2.
public struct Spread has copy, drop {
    c: u256,
    c_squared: u256,
}

public fun initial(): Rating {
    Rating { mu: signed::from(INITIAL_MU), sigma: INITIAL_SIGMA }
}

public fun mu(self: &Rating): Signed { self.mu }

public fun sigma(self: &Rating): u64 { self.sigma }

/// The conservative skill `mu - 3 sigma`, in billionths.
public fun ordinal(self: &Rating): Signed {
    self.mu.minus(&signed::from(3 * self.sigma))
}

/// The ratings after a round, in the order they come in. Each inner vector holds those who tie, the
/// best group first; an empty group changes nothing. A round of one changes only its sigma, by tau.
public fun updated(groups: &vector<vector<Rating>>): vector<Rating> {
    let spread = spread(groups);
    let best = highest_mean(groups);
    let exponentials = groups.map_ref!(|group| {
        group.map_ref!(|rating| {
            let distance = best.minus(&rating.mu).magnitude() as u256;
            exp_of_minus(times_over(distance * E9, E24, spread.c))
        })
    });

    let mut remaining = exponentials.fold!(0, |total, group| total + sum(&group));
    let mut inverses = 0;
    let mut squared_inverses = 0;
    let mut after = vector[];
    groups.length().do!(|g| {
        let group = &groups[g];
        if (!group.is_empty()) {
            let inverse = E24 * E24 / remaining;
            inverses = inverses + inverse;
            squared_inverses = squared_inverses + times_over(inverse, inverse, E24);
            let gain = E24 / (group.length() as u256);
            group.length().do!(|i| {
                let exponential = exponentials[g][i];
                let loss = times_over(exponential, inverses, E24);
                let squares =
                    times_over(exponential * exponential, squared_inverses, E24 * E24);
                let delta = if (loss > squares) loss - squares else 0;
                after.push_back(group[i].moved(gain, loss, delta, &spread));
            });
            remaining = remaining - sum(&exponentials[g]);
        }
    });
    after
}

/// The rating after one more window of absence: the variance grows by tau squared, just as it does
/// for a miner that takes part, but no result shrinks it again. It never grows beyond the
/// uncertainty a newcomer starts with; the mean stays.
public fun drifted(self: &Rating): Rating {
    let grown = rounded_root(self.variance()) as u64;
    let limit = self.sigma.max(INITIAL_SIGMA);
    Rating { mu: self.mu, sigma: grown.min(limit) }
}

/// Step 1.
fun variance(self: &Rating): u256 {
    let sigma = self.sigma as u256;
    sigma * sigma + TAU_SQUARED
}

/// Step 2.
fun spread(groups: &vector<vector<Rating>>): Spread {
    let mut c_squared = 0;
    groups.do_ref!(|group| {
        group.do_ref!(|rating| c_squared = c_squared + rating.variance() + BETA_SQUARED)
    });
    Spread { c: root(c_squared * E18), c_squared }
}

/// The largest mean of a round; zero if nobody takes part.
fun highest_mean(groups: &vector<vector<Rating>>): Signed {
    let mut highest = signed::zero();
    let mut first = true;
    groups.do_ref!(|group| {
        group.do_ref!(|rating| {
            if (first || highest.less_than(&rating.mu)) highest = rating.mu;
            first = false;
        })
    });
    highest
}

/// Steps 6 to 8, where `gain - loss` is omega.
fun moved(self: &Rating, gain: u256, loss: u256, delta: u256, spread: &Spread): Rating {
    let variance = self.variance();
    let falls = loss > gain;
    let omega = if (falls) loss - gain else gain - loss;
    let change = rounded(omega * variance, spread.c * E15) as u64;

    let deviation = root(variance * E18);
    let shrink = times_over(delta * deviation, variance, spread.c * spread.c_squared);
    let factor = if (shrink + KAPPA < E24) E24 - shrink else KAPPA;
    let sigma = rounded_root(times_over(variance, factor, E24)) as u64;
    Rating { mu: self.mu.plus(&signed::new(falls, change)), sigma: sigma.max(1) }
}

fun sum(values: &vector<u256>): u256 {
    let mut total = 0;
    values.do_ref!(|value| total = total + *value);
    total
}

/// A rating out of thin air; outside of tests ratings come only from `initial` and the updates.
#[test_only]
public fun for_testing(mu: Signed, sigma: u64): Rating {
    Rating { mu, sigma }
}

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
public struct Spread has copy, drop, store {
    c: u256,
    c_squared: u256,
}

/// An update under way; entrants stand in the order of their groups, best first.
public struct Update has drop, store {
    spread: Spread,
    best: Signed,
    before: vector<Rating>,
    sizes: vector<u64>,
    exponentials: vector<u256>,
    /// The group whose entrants are rated now, and how many of them are left.
    group: u64,
    left: u64,
    /// `S[g]`, `P[g]` and `Q[g]` of that group.
    remaining: u256,
    inverses: u256,
    squared_inverses: u256,
    after: vector<Rating>,
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
    let mut update = begin(groups);
    while (!update.is_done()) update.advance();
    update.into_ratings()
}

/// Begins an update that is computed over several transactions: with 256 entrants its exponentials
/// and roots do not fit the computation of one.
public fun begin(groups: &vector<vector<Rating>>): Update {
    let mut before = vector[];
    let mut sizes = vector[];
    groups.do_ref!(|group| {
        group.do_ref!(|rating| before.push_back(*rating));
        if (!group.is_empty()) sizes.push_back(group.length());
    });
    Update {
        spread: spread(&before),
        best: highest_mean(&before),
        before,
        sizes,
        exponentials: vector[],
        group: 0,
        left: 0,
        remaining: 0,
        inverses: 0,
        squared_inverses: 0,
        after: vector[],
    }
}

/// One step of the update: an exponential first for each entrant, then a rating for each.
public fun advance(self: &mut Update) {
    let entrants = self.before.length();
    let known = self.exponentials.length();
    if (known < entrants) {
        let exponential = self.before[known].exponential(&self.best, &self.spread);
        self.exponentials.push_back(exponential);
        self.remaining = self.remaining + exponential;
    } else {
        let next = self.after.length();
        if (self.left == 0) self.enter_group();
        let loss = times_over(self.exponentials[next], self.inverses, E24);
        let squares = times_over(
            self.exponentials[next] * self.exponentials[next],
            self.squared_inverses,
            E24 * E24,
        );
        let delta = if (loss > squares) loss - squares else 0;
        let gain = E24 / (self.sizes[self.group] as u256);
        let moved = self.before[next].moved(gain, loss, delta, &self.spread);
        self.after.push_back(moved);
        self.left = self.left - 1;
        if (self.left == 0) self.leave_group(next);
    }
}

/// Step 4 for the next group.
fun enter_group(self: &mut Update) {
    let inverse = E24 * E24 / self.remaining;
    self.inverses = self.inverses + inverse;
    self.squared_inverses = self.squared_inverses + times_over(inverse, inverse, E24);
    self.left = self.sizes[self.group];
}

/// The group that ends with the given entrant is no part of the worse groups' sums.
fun leave_group(self: &mut Update, last: u64) {
    let size = self.sizes[self.group];
    size.do!(|i| self.remaining = self.remaining - self.exponentials[last - i]);
    self.group = self.group + 1;
}

public fun is_done(self: &Update): bool {
    self.after.length() == self.before.length()
}

/// The ratings after the round, in the order in which they came in.
public fun into_ratings(self: Update): vector<Rating> {
    let Update { after, .. } = self;
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
fun spread(ratings: &vector<Rating>): Spread {
    let mut c_squared = 0;
    ratings.do_ref!(|rating| c_squared = c_squared + rating.variance() + BETA_SQUARED);
    Spread { c: root(c_squared * E18), c_squared }
}

/// The largest mean of a round; zero if nobody takes part.
fun highest_mean(ratings: &vector<Rating>): Signed {
    if (ratings.is_empty()) return signed::zero();
    let mut highest = ratings[0].mu;
    ratings.do_ref!(|rating| if (highest.less_than(&rating.mu)) highest = rating.mu);
    highest
}

/// Step 3.
fun exponential(self: &Rating, best: &Signed, spread: &Spread): u256 {
    let distance = best.minus(&self.mu).magnitude() as u256;
    exp_of_minus(times_over(distance * E9, E24, spread.c))
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

/// A rating out of thin air; outside of tests ratings come only from `initial` and the updates.
#[test_only]
public fun for_testing(mu: Signed, sigma: u64): Rating {
    Rating { mu, sigma }
}

/// What the reports say of one miner together (protocol section 7).
///
/// 1. The verdict is the one with the most stake behind it; a tie goes to the lower number, so
///    ACCEPTED wins one.
/// 2. If it is ACCEPTED, each gain is the stake-weighted lower median over the reports that accepted:
///    the least value such that it and all lower ones carry at least half of the stake. Otherwise
///    both are zero.
/// 3. A report deviates if its line differs from that outcome and more than half of the stake reported
///    exactly that outcome. Without such a majority nobody can tell who is wrong, and nobody is
///    blamed: with two validators of equal stake, a liar must not get the honest one jailed.
module vramhub::consensus;

use vramhub::signed::{Self, Signed};

const ACCEPTED: u8 = 0;

/// ACCEPTED, MISSING, HASH_MISMATCH, MALFORMED, WRONG_BASE, WRONG_OWNER, OUT_OF_BOUNDS, DUPLICATE.
const VERDICTS: u8 = 8;

/// One validator's line, with its stake when the window opened.
public struct Line has copy, drop, store {
    validator: u64,
    stake: u64,
    verdict: u8,
    heldout_gain: Signed,
    assigned_gain: Signed,
}

public struct Outcome has copy, drop, store {
    verdict: u8,
    heldout_gain: Signed,
    assigned_gain: Signed,
    /// The validators whose lines a majority contradicts, in the order of the lines.
    deviators: vector<u64>,
}

/// A value and the stake behind it.
public struct Weighed has copy, drop {
    value: Signed,
    stake: u64,
}

public fun new_line(
    validator: u64,
    stake: u64,
    verdict: u8,
    heldout_gain: Signed,
    assigned_gain: Signed,
): Line {
    Line { validator, stake, verdict, heldout_gain, assigned_gain }
}

/// Adds a line where it belongs by validator.
public(package) fun add(lines: &mut vector<Line>, line: Line) {
    let mut at = lines.length();
    while (at > 0 && lines[at - 1].validator > line.validator) at = at - 1;
    lines.insert(line, at);
}

/// What the lines, at least one, add up to.
public fun of(lines: &vector<Line>): Outcome {
    let first = &lines[0];
    // Honest reports are equal to the bit, so this is how it almost always is.
    if (lines.all!(|line| line.says_the_same(first.verdict, first.heldout_gain, first.assigned_gain))) {
        return Outcome {
            verdict: first.verdict,
            heldout_gain: first.heldout_gain,
            assigned_gain: first.assigned_gain,
            deviators: vector[],
        }
    };
    let verdict = leading_verdict(lines);
    let (mut heldout_gain, mut assigned_gain) = (signed::zero(), signed::zero());
    if (verdict == ACCEPTED) {
        let accepting = (*lines).filter!(|line| line.verdict == ACCEPTED);
        heldout_gain = median(accepting.map_ref!(|line| Weighed {
            value: line.heldout_gain,
            stake: line.stake,
        }));
        assigned_gain = median(accepting.map_ref!(|line| Weighed {
            value: line.assigned_gain,
            stake: line.stake,
        }));
    };
    let mut outcome = Outcome { verdict, heldout_gain, assigned_gain, deviators: vector[] };
    outcome.deviators = outcome.contradicted(lines);
    outcome
}

fun leading_verdict(lines: &vector<Line>): u8 {
    let mut stakes = vector::tabulate!(VERDICTS as u64, |_| 0u128);
    let mut reported = vector::tabulate!(VERDICTS as u64, |_| false);
    lines.do_ref!(|line| {
        let at = line.verdict as u64;
        *&mut stakes[at] = stakes[at] + (line.stake as u128);
        *&mut reported[at] = true;
    });
    // A verdict that somebody gave without stake still comes before one that nobody gave.
    let mut leading = VERDICTS;
    VERDICTS.do!(|verdict| {
        let at = verdict as u64;
        let leads = reported[at]
            && (leading == VERDICTS || stakes[at] > stakes[leading as u64]);
        if (leads) leading = verdict;
    });
    leading
}

/// The lower weighted median of at least one value. Where two values split the stake exactly in half,
/// that is the lower one: a disputed gain never pays more than half of the stake says.
fun median(values: vector<Weighed>): Signed {
    let mut total = 0u128;
    values.do_ref!(|weighed| total = total + (weighed.stake as u128));
    let ascending = vramhub::sorting::sorted!(values, |a, b| a.value.at_most(&b.value));
    let mut below = 0u128;
    let mut at = 0;
    loop {
        below = below + (ascending[at].stake as u128);
        if (below * 2 >= total) return ascending[at].value;
        at = at + 1;
    }
}

fun contradicted(self: &Outcome, lines: &vector<Line>): vector<u64> {
    let mut all = 0u128;
    let mut agreeing = 0u128;
    let mut differing = vector[];
    lines.do_ref!(|line| {
        all = all + (line.stake as u128);
        if (line.says_the_same(self.verdict, self.heldout_gain, self.assigned_gain)) {
            agreeing = agreeing + (line.stake as u128)
        } else {
            differing.push_back(line.validator)
        };
    });
    if (agreeing * 2 > all) differing else vector[]
}

fun says_the_same(self: &Line, verdict: u8, heldout_gain: Signed, assigned_gain: Signed): bool {
    self.verdict == verdict && self.heldout_gain == heldout_gain
        && self.assigned_gain == assigned_gain
}

public fun is_accepted(self: &Outcome): bool { self.verdict == ACCEPTED }

/// Whether a verdict of this number exists.
public fun is_verdict(number: u8): bool { number < VERDICTS }

public fun accepted(): u8 { ACCEPTED }

public fun verdict(self: &Outcome): u8 { self.verdict }

public fun heldout_gain(self: &Outcome): Signed { self.heldout_gain }

public fun assigned_gain(self: &Outcome): Signed { self.assigned_gain }

public fun deviators(self: &Outcome): vector<u64> { self.deviators }

public fun line_validator(self: &Line): u64 { self.validator }

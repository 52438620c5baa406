/// Divides amounts without losing a unit (protocol sections 7 and 10): Hamilton's method of the
/// largest remainder, to the last unit as the classes `LargestRemainder` and `Weights` of the Java
/// kernel.
module vramhub::shares;

use vramhub::signed::Signed;
use vramhub::sorting::sorted;

/// Shares of the miners' pay are billionths that sum to this.
const WHOLE: u64 = 1_000_000_000;

/// Most weights, and the bits their places take.
const PLACES: u64 = 65_536;
const PLACE_BITS: u8 = 16;

/// `amount` divided by weights: everyone gets the floor of its exact share, and the units left over
/// go one each to the largest remainders, equal ones in the order of the weights. The shares sum to
/// `amount` exactly. A zero weight gets nothing; if all are zero there is nobody to give to, and all
/// shares are zero.
public fun divided(amount: u64, weights: &vector<u256>): vector<u64> {
    let mut total = 0;
    weights.do_ref!(|weight| total = total + *weight);
    if (total == 0) return weights.map_ref!(|_| 0);

    let mut left = amount;
    let mut shares = vector[];
    let mut remainders = vector[];
    weights.length().do!(|index| {
        let exact = weights[index] * (amount as u256);
        let share = (exact / total) as u64;
        left = left - share;
        shares.push_back(share);
        // One number orders by what was lost and then by place: the weights' sum leaves room for both.
        remainders.push_back(((exact % total) << PLACE_BITS) | (PLACES - 1 - index as u256));
    });
    // The remainders are less than one unit each, so fewer units are left than there are weights.
    if (left > 0) {
        let largest_first = sorted!(remainders, |a, b| *a >= *b);
        left.do!(|i| {
            let place = PLACES - 1 - ((largest_first[i] & (PLACES as u256 - 1)) as u64);
            let share = &mut shares[place];
            *share = *share + 1;
        });
    };
    shares
}

/// The shares of the miners' pay, billionths that sum to 1e9: the square of each conservative skill,
/// `max(0, mu - 3 sigma)^2`. The zero is fixed and not the field's minimum, so one bad newcomer does
/// not reshuffle everyone's pay. All zero if nobody's skill is above zero. Equal remainders go to
/// whom comes first, so the ordinals stand in the order of the uids.
public fun of_skill(ordinals: &vector<Signed>): vector<u64> {
    divided(WHOLE, &ordinals.map_ref!(|ordinal| {
        let skill = if (ordinal.is_negative()) 0 else ordinal.magnitude() as u256;
        skill * skill
    }))
}

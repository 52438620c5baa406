/// How much VRAM a window may issue (protocol section 10): 70 while less than 7,000,000 have been
/// issued, then 35 until 10,500,000, then none.
///
/// The window that crosses a threshold is split pro rata by time. With `r < 70` left to the first
/// threshold, the fraction `r / 70` of the window runs at the full rate and issues `r`; the rest of
/// it runs at half rate and issues `(70 - r) / 2`, rounded down to a base unit. Likewise the last
/// window issues just what is left to the cap.
module vramhub::emission;

const FULL_RATE: u64 = 70_000_000_000;
const HALF_RATE: u64 = 35_000_000_000;
const FIRST_THRESHOLD: u64 = 7_000_000_000_000_000;
const CAP: u64 = 10_500_000_000_000_000;

/// The most all windows together ever issue.
public fun cap(): u64 { CAP }

/// The most the next window may issue, where `issued` is the sum of all emissions before it.
public fun scheduled(issued: u64): u64 {
    if (issued >= CAP) 0
    else if (issued >= FIRST_THRESHOLD) HALF_RATE.min(CAP - issued)
    else {
        let before_threshold = FIRST_THRESHOLD - issued;
        if (before_threshold >= FULL_RATE) FULL_RATE
        else before_threshold + (FULL_RATE - before_threshold) / (FULL_RATE / HALF_RATE)
    }
}

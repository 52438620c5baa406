/// A signed integer, which Move does not have: ratings' means, gains and averages (protocol
/// sections 6 and 7) are signed 64-bit in Java. Its BCS is that of the score report,
/// `{ negative: bool, magnitude: u64 }`, and zero is never negative, so equal values are equal
/// structs and equal bytes.
module vramhub::signed;

public struct Signed has copy, drop, store {
    negative: bool,
    magnitude: u64,
}

/// The value; a negative zero is read as zero.
public fun new(negative: bool, magnitude: u64): Signed {
    Signed { negative: negative && magnitude != 0, magnitude }
}

public fun zero(): Signed {
    Signed { negative: false, magnitude: 0 }
}

public fun from(magnitude: u64): Signed {
    Signed { negative: false, magnitude }
}

/// `minuend - subtrahend`.
public fun difference(minuend: u64, subtrahend: u64): Signed {
    if (minuend >= subtrahend) Signed { negative: false, magnitude: minuend - subtrahend }
    else Signed { negative: true, magnitude: subtrahend - minuend }
}

public fun is_negative(self: &Signed): bool { self.negative }

public fun is_positive(self: &Signed): bool { !self.negative && self.magnitude != 0 }

public fun is_zero(self: &Signed): bool { self.magnitude == 0 }

public fun magnitude(self: &Signed): u64 { self.magnitude }

/// The negated value.
public fun negated(self: &Signed): Signed {
    new(!self.negative, self.magnitude)
}

/// The exact sum; aborts if its magnitude does not fit.
public fun plus(self: &Signed, other: &Signed): Signed {
    if (self.negative == other.negative) new(self.negative, self.magnitude + other.magnitude)
    else if (self.negative) difference(other.magnitude, self.magnitude)
    else difference(self.magnitude, other.magnitude)
}

/// The exact difference; aborts if its magnitude does not fit.
public fun minus(self: &Signed, other: &Signed): Signed {
    self.plus(&other.negated())
}

public fun less_than(self: &Signed, other: &Signed): bool {
    if (self.negative != other.negative) self.negative
    else if (self.negative) self.magnitude > other.magnitude
    else self.magnitude < other.magnitude
}

public fun at_most(self: &Signed, other: &Signed): bool {
    !other.less_than(self)
}

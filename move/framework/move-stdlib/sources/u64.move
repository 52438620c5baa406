#[defines_primitive(u64)]
module std::u64;

public fun max(x: u64, y: u64): u64 {
    if (x > y) x else y
}

public fun min(x: u64, y: u64): u64 {
    if (x < y) x else y
}

public fun diff(x: u64, y: u64): u64 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u64 {
    0xFFFF_FFFF_FFFF_FFFF
}

public macro fun do<$R: drop>($stop: u64, $f: |u64| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u64, $f: |u64| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u64, $stop: u64, $f: |u64| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u64, $stop: u64, $f: |u64| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

/// Decimal digits.
public fun to_string(mut x: u64): std::string::String {
    if (x == 0) return b"0".to_string();
    let mut digits = vector[];
    while (x > 0) {
        digits.push_back(((48 + x % 10) as u8));
        x = x / 10;
    };
    digits.reverse();
    digits.to_string()
}

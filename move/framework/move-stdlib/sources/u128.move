#[defines_primitive(u128)]
module std::u128;

public fun max(x: u128, y: u128): u128 {
    if (x > y) x else y
}

public fun min(x: u128, y: u128): u128 {
    if (x < y) x else y
}

public fun diff(x: u128, y: u128): u128 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u128 {
    0xFFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF
}

public macro fun do<$R: drop>($stop: u128, $f: |u128| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u128, $f: |u128| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u128, $stop: u128, $f: |u128| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u128, $stop: u128, $f: |u128| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

#[defines_primitive(u256)]
module std::u256;

public fun max(x: u256, y: u256): u256 {
    if (x > y) x else y
}

public fun min(x: u256, y: u256): u256 {
    if (x < y) x else y
}

public fun diff(x: u256, y: u256): u256 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u256 {
    0xFFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF
}

public macro fun do<$R: drop>($stop: u256, $f: |u256| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u256, $f: |u256| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u256, $stop: u256, $f: |u256| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u256, $stop: u256, $f: |u256| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

#[defines_primitive(u8)]
module std::u8;

public fun max(x: u8, y: u8): u8 {
    if (x > y) x else y
}

public fun min(x: u8, y: u8): u8 {
    if (x < y) x else y
}

public fun diff(x: u8, y: u8): u8 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u8 {
    0xFF
}

public macro fun do<$R: drop>($stop: u8, $f: |u8| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u8, $f: |u8| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u8, $stop: u8, $f: |u8| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u8, $stop: u8, $f: |u8| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

#[defines_primitive(u16)]
module std::u16;

public fun max(x: u16, y: u16): u16 {
    if (x > y) x else y
}

public fun min(x: u16, y: u16): u16 {
    if (x < y) x else y
}

public fun diff(x: u16, y: u16): u16 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u16 {
    0xFFFF
}

public macro fun do<$R: drop>($stop: u16, $f: |u16| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u16, $f: |u16| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u16, $stop: u16, $f: |u16| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u16, $stop: u16, $f: |u16| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

#[defines_primitive(u32)]
module std::u32;

public fun max(x: u32, y: u32): u32 {
    if (x > y) x else y
}

public fun min(x: u32, y: u32): u32 {
    if (x < y) x else y
}

public fun diff(x: u32, y: u32): u32 {
    if (x > y) x - y else y - x
}

public macro fun max_value(): u32 {
    0xFFFF_FFFF
}

public macro fun do<$R: drop>($stop: u32, $f: |u32| -> $R) {
    std::macros::range_do!(0, $stop, $f)
}

public macro fun do_eq<$R: drop>($stop: u32, $f: |u32| -> $R) {
    std::macros::range_do_eq!(0, $stop, $f)
}

public macro fun range_do<$R: drop>($start: u32, $stop: u32, $f: |u32| -> $R) {
    std::macros::range_do!($start, $stop, $f)
}

public macro fun range_do_eq<$R: drop>($start: u32, $stop: u32, $f: |u32| -> $R) {
    std::macros::range_do_eq!($start, $stop, $f)
}

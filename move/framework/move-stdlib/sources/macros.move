/// Loops over integers, for the modules named after them.
module std::macros;

public macro fun range_do<$T, $R: drop>($start: $T, $stop: $T, $f: |$T| -> $R) {
    let mut i = $start;
    let stop = $stop;
    while (i < stop) {
        $f(i);
        i = i + 1;
    }
}

public macro fun range_do_eq<$T, $R: drop>($start: $T, $stop: $T, $f: |$T| -> $R) {
    let mut i = $start;
    let stop = $stop;
    // The end is included and may be the type's maximum, so the counter stops before it overflows.
    if (i <= stop) {
        while (i < stop) {
            $f(i);
            i = i + 1;
        };
        $f(i);
    }
}

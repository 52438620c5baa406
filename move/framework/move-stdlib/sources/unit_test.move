#[test_only]
module std::unit_test;

/// Called by modules compiled for tests, so that no chain links them.
public native fun poison();

public macro fun assert_eq<$T: drop>($t1: $T, $t2: $T) {
    assert!($t1 == $t2);
}

/// Gets rid of any value.
public native fun destroy<T>(v: T);

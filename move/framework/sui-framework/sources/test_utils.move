#[test_only]
module sui::test_utils;

public fun destroy<T>(x: T) {
    std::unit_test::destroy(x)
}

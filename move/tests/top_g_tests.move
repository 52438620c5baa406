#[test_only]
module vramhub::top_g_tests;

use std::unit_test::assert_eq;
use vramhub::signed;
use vramhub::top_g;
use vramhub::world;

/// The digests are those of the class `TopG` of the Java kernel.
#[test]
fun the_digest_is_the_java_kernels() {
    let mut selection = top_g::new(2);
    selection.add(1, signed::from(5), world::digest(b"first"));
    selection.add(3, signed::from(6), world::digest(b"third"));
    assert_eq!(selection.merged(7).miners(), vector[3, 1]);
    assert_eq!(
        selection.merged(7).digest(),
        x"01d7b219979592af2e71288e9a957d78942bbfa082455991230f3e88da1ac69c",
    );
    assert_eq!(
        top_g::new(15).merged(7).digest(),
        x"a1627c8863c54994da1d3c84bea6ca2abd459e117735d1d245c3ba0a584669ab",
    );
}

#[test]
fun takes_the_best_and_equal_ones_by_uid() {
    assert_eq!(selected(15), vector[3, 4, 1, 5, 2]);
    assert_eq!(selected(3), vector[3, 4, 1]);
    assert_eq!(selected(1), vector[3]);
}

fun selected(most: u64): vector<u64> {
    let ordinals = vector[
        signed::from(1),
        signed::new(true, 9),
        signed::from(7),
        signed::from(7),
        signed::zero(),
    ];
    let mut selection = top_g::new(most);
    ordinals.length().do!(|i| selection.add(i + 1, ordinals[i], world::digest(b"content")));
    selection.merged(1).miners()
}

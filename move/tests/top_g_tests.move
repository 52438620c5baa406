#[test_only]
module vramhub::top_g_tests;

use std::unit_test::assert_eq;
use vramhub::signed;
use vramhub::top_g;
use vramhub::world;

/// The digests are those of the class `TopG` of the Java kernel.
#[test]
fun the_digest_is_the_java_kernels() {
    let set = top_g::select(
        7,
        vector[
            top_g::new_candidate(1, signed::from(5), world::digest(b"first")),
            top_g::new_candidate(3, signed::from(6), world::digest(b"third")),
        ],
        2,
    );
    assert_eq!(set.miners(), vector[3, 1]);
    assert_eq!(
        set.digest(),
        x"01d7b219979592af2e71288e9a957d78942bbfa082455991230f3e88da1ac69c",
    );
    assert_eq!(
        top_g::select(7, vector[], 15).digest(),
        x"a1627c8863c54994da1d3c84bea6ca2abd459e117735d1d245c3ba0a584669ab",
    );
}

#[test]
fun takes_the_best_and_equal_ones_by_uid() {
    let ordinals = vector[
        signed::from(1),
        signed::new(true, 9),
        signed::from(7),
        signed::from(7),
        signed::zero(),
    ];
    let candidates = vector::tabulate!(5, |i| {
        top_g::new_candidate(i + 1, ordinals[i], world::digest(b"content"))
    });
    assert_eq!(top_g::select(1, candidates, 15).miners(), vector[3, 4, 1, 5, 2]);
    assert_eq!(top_g::select(1, candidates, 3).miners(), vector[3, 4, 1]);
}

#[test_only]
module vramhub::sorting_tests;

use vramhub::sorting::sorted;

public struct Card has copy, drop {
    rank: u8,
    place: u64,
}

#[test]
fun sorts_nothing_and_one() {
    assert!(sorted!(vector<u64>[], |a, b| *a <= *b) == vector[]);
    assert!(sorted!(vector[7], |a, b| *a <= *b) == vector[7]);
    assert!(sorted!(vector[3, 1, 2], |a, b| *a <= *b) == vector[1, 2, 3]);
    assert!(sorted!(vector[3, 1, 2], |a, b| *a >= *b) == vector[3, 2, 1]);
}

#[random_test]
fun sorts_and_keeps_equal_ones_in_their_order(ranks: vector<u8>) {
    let cards = vector::tabulate!(ranks.length(), |place| Card { rank: ranks[place] % 8, place });
    let in_order = sorted!(cards, |a, b| a.rank <= b.rank);
    assert!(in_order.length() == cards.length());
    let mut seen = vector::tabulate!(cards.length(), |_| false);
    in_order.length().do!(|i| {
        let card = in_order[i];
        assert!(cards[card.place] == card);
        assert!(!seen[card.place]);
        *&mut seen[card.place] = true;
        if (i > 0) {
            let before = in_order[i - 1];
            assert!(
                before.rank < card.rank || before.rank == card.rank && before.place < card.place,
            );
        };
    });
}

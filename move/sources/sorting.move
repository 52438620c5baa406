/// A stable merge sort in O(n log n); the framework's `merge_sort_by` moves elements one place at a
/// time and is quadratic, which 256 miners would feel in gas.
module vramhub::sorting;

/// The elements in order, where `$in_order(a, b)` says that `a` may stand before `b`; elements that
/// may stand either way keep their order.
public(package) macro fun sorted<$T: copy + drop>(
    $elements: vector<$T>,
    $in_order: |&$T, &$T| -> bool,
): vector<$T> {
    let mut sorted = $elements;
    let length = sorted.length();
    let mut width = 1;
    while (width < length) {
        let mut merged = vector[];
        let mut start = 0;
        while (start < length) {
            let middle = (start + width).min(length);
            let end = (middle + width).min(length);
            let mut left = start;
            let mut right = middle;
            while (left < middle || right < end) {
                let from_left = right == end
                    || left < middle && $in_order(&sorted[left], &sorted[right]);
                if (from_left) {
                    merged.push_back(sorted[left]);
                    left = left + 1;
                } else {
                    merged.push_back(sorted[right]);
                    right = right + 1;
                };
            };
            start = end;
        };
        sorted = merged;
        width = width * 2;
    };
    sorted
}

/// Puts an element where it belongs in a sorted vector, behind those that may stand either way, in
/// O(log n) comparisons: a sort that can be spread over transactions.
public(package) macro fun insert_sorted<$T>(
    $sorted: &mut vector<$T>,
    $element: $T,
    $in_order: |&$T, &$T| -> bool,
) {
    let sorted = $sorted;
    let element = $element;
    let mut from = 0;
    let mut to = sorted.length();
    while (from < to) {
        let middle = (from + to) / 2;
        if ($in_order(&sorted[middle], &element)) from = middle + 1 else to = middle;
    };
    sorted.insert(element, from);
}

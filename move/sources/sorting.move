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

module sui::bcs;

use sui::address;

const EOutOfRange: u64 = 0;
const ENotBool: u64 = 1;
const ELenOutOfRange: u64 = 2;

/// Bytes left to read, the next one last.
public struct BCS has copy, drop, store {
    bytes: vector<u8>,
}

public fun to_bytes<T>(value: &T): vector<u8> {
    std::bcs::to_bytes(value)
}

public fun new(mut bytes: vector<u8>): BCS {
    bytes.reverse();
    BCS { bytes }
}

public fun into_remainder_bytes(bcs: BCS): vector<u8> {
    let BCS { mut bytes } = bcs;
    bytes.reverse();
    bytes
}

public fun peel_address(bcs: &mut BCS): address {
    address::from_bytes(vector::tabulate!(address::length(), |_| bcs.peel_u8()))
}

public fun peel_bool(bcs: &mut BCS): bool {
    let value = bcs.peel_u8();
    assert!(value <= 1, ENotBool);
    value == 1
}

public fun peel_u8(bcs: &mut BCS): u8 {
    assert!(!bcs.bytes.is_empty(), EOutOfRange);
    bcs.bytes.pop_back()
}

public fun peel_u16(bcs: &mut BCS): u16 {
    peel_integer(bcs, 2) as u16
}

public fun peel_u32(bcs: &mut BCS): u32 {
    peel_integer(bcs, 4) as u32
}

public fun peel_u64(bcs: &mut BCS): u64 {
    peel_integer(bcs, 8) as u64
}

public fun peel_u128(bcs: &mut BCS): u128 {
    peel_integer(bcs, 16) as u128
}

public fun peel_u256(bcs: &mut BCS): u256 {
    peel_integer(bcs, 32)
}

public fun peel_vec_length(bcs: &mut BCS): u64 {
    let mut length = 0u64;
    let mut shift = 0;
    loop {
        assert!(shift < 32, ELenOutOfRange);
        let byte = bcs.peel_u8() as u64;
        length = length | ((byte & 0x7f) << shift);
        if (byte & 0x80 == 0) return length;
        shift = shift + 7;
    }
}

public fun peel_vec_u8(bcs: &mut BCS): vector<u8> {
    let length = bcs.peel_vec_length();
    vector::tabulate!(length, |_| bcs.peel_u8())
}

fun peel_integer(bcs: &mut BCS, bytes: u8): u256 {
    assert!(bcs.bytes.length() >= bytes as u64, EOutOfRange);
    let mut value = 0u256;
    bytes.do!(|i| value = value | ((bcs.bytes.pop_back() as u256) << (8 * i)));
    value
}

module std::ascii;

const EInvalidASCIICharacter: u64 = 0x10000;

/// Bytes below 128.
public struct String has copy, drop, store {
    bytes: vector<u8>,
}

public fun string(bytes: vector<u8>): String {
    assert!(bytes.all!(|byte| *byte < 128), EInvalidASCIICharacter);
    String { bytes }
}

public fun as_bytes(string: &String): &vector<u8> {
    &string.bytes
}

public fun into_bytes(string: String): vector<u8> {
    let String { bytes } = string;
    bytes
}

public fun length(string: &String): u64 {
    string.bytes.length()
}

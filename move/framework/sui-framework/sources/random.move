module sui::random;

use sui::hmac::hmac_sha3_256;

const EInvalidRandomnessUpdate: u64 = 2;
const RAND_OUTPUT_LEN: u16 = 32;

/// The chain's randomness of this round.
public struct Random has key {
    id: UID,
    round: u64,
    bytes: vector<u8>,
}

public struct RandomGenerator has drop {
    seed: vector<u8>,
    counter: u16,
    buffer: vector<u8>,
}

public fun new_generator(r: &Random, ctx: &mut TxContext): RandomGenerator {
    let seed = hmac_sha3_256(&r.bytes, &ctx.fresh_object_address().to_bytes());
    RandomGenerator { seed, counter: 0, buffer: vector[] }
}

public fun generate_bytes(g: &mut RandomGenerator, num_of_bytes: u16): vector<u8> {
    let mut result = vector[];
    (num_of_bytes / RAND_OUTPUT_LEN).do!(|_| result.append(g.derive_next_block()));
    let rest = (num_of_bytes % RAND_OUTPUT_LEN) as u64;
    if (g.buffer.length() < rest) {
        let block = g.derive_next_block();
        g.buffer.append(block);
    };
    rest.do!(|_| result.push_back(g.buffer.pop_back()));
    result
}

public fun generate_u64(g: &mut RandomGenerator): u64 {
    if (g.buffer.length() < 8) {
        let block = g.derive_next_block();
        g.buffer.append(block);
    };
    let mut value = 0u64;
    8u8.do!(|_| value = (value << 8) | (g.buffer.pop_back() as u64));
    value
}

fun derive_next_block(g: &mut RandomGenerator): vector<u8> {
    g.counter = g.counter + 1;
    hmac_sha3_256(&g.seed, &std::bcs::to_bytes(&g.counter))
}

#[test_only]
public fun create_for_testing(_ctx: &mut TxContext) {
    transfer::share_object(Random { id: object::randomness_state(), round: 0, bytes: vector[] })
}

#[test_only]
public fun update_randomness_state_for_testing(
    self: &mut Random,
    new_round: u64,
    new_bytes: vector<u8>,
    _ctx: &TxContext,
) {
    assert!(
        new_round == if (self.bytes.is_empty()) 0 else self.round + 1,
        EInvalidRandomnessUpdate,
    );
    self.round = new_round;
    self.bytes = new_bytes;
}

#[test_only]
public fun new_generator_from_seed_for_testing(seed: vector<u8>): RandomGenerator {
    RandomGenerator { seed, counter: 0, buffer: vector[] }
}

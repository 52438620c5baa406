/// The beginning of a network: one for each publication of this package, because it consumes the
/// treasury that all of them would be paid from.
module vramhub::network;

use sui::event;
use vramhub::dataset_registry;
use vramhub::enclave_registry::{Self, Measurement};
use vramhub::hparams::{Self, GovernanceCap, Parameters};
use vramhub::peer_registry;
use vramhub::reward_distributor;
use vramhub::round_state;
use vramhub::vram_token::{Self, Genesis};

public struct NetworkCreated has copy, drop {
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
}

/// Begins the network: shares its objects, and gives the capability to change its parameters. It is
/// named by the id of the consumed `Genesis`, which no other object ever has.
public fun create(
    genesis: Genesis,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    let network = object::id(&genesis).to_bytes();
    begin(genesis, network, parameters, measurements, genesis_root, ctx)
}

fun begin(
    genesis: Genesis,
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    vram_token::launch(genesis, network, ctx);
    peer_registry::create(network, ctx);
    dataset_registry::create(network, ctx);
    enclave_registry::create(network, measurements, ctx);
    round_state::create(network, genesis_root, ctx);
    reward_distributor::create(network, ctx);
    event::emit(NetworkCreated { network, parameters, measurements, genesis_root });
    hparams::create(network, parameters, ctx)
}

/// Begins a network under a name that the test chooses.
#[test_only]
public fun create_for_testing(
    genesis: Genesis,
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    begin(genesis, network, parameters, measurements, genesis_root, ctx)
}

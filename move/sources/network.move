/// The beginning of a network: one for each publication of this package, because all of them would
/// mint from the same treasury. Publishing gives the publisher a `Genesis`, which `create` consumes.
module vramhub::network;

use sui::event;
use vramhub::dataset_registry;
use vramhub::enclave_registry::{Self, Measurement};
use vramhub::hparams::{Self, GovernanceCap, Parameters};
use vramhub::peer_registry;
use vramhub::reward_distributor;
use vramhub::round_state;

/// The right to begin the network of this package.
public struct Genesis has key { id: UID }

public struct NetworkCreated has copy, drop {
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
}

fun init(ctx: &mut TxContext) {
    transfer::transfer(Genesis { id: object::new(ctx) }, ctx.sender());
}

/// Begins the network: shares its objects, and gives the capability to change its parameters. The
/// network is named by the id of the consumed `Genesis`, which no other object ever has.
public fun create(
    genesis: Genesis,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    let Genesis { id } = genesis;
    let network = id.to_bytes();
    id.delete();
    begin(network, parameters, measurements, genesis_root, ctx)
}

fun begin(
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    peer_registry::create(network, ctx);
    dataset_registry::create(network, ctx);
    enclave_registry::create(network, measurements, ctx);
    round_state::create(network, genesis_root, ctx);
    reward_distributor::create(network, ctx);
    event::emit(NetworkCreated { network, parameters, measurements, genesis_root });
    hparams::create(network, parameters, ctx)
}

#[test_only]
public fun init_for_testing(ctx: &mut TxContext) {
    init(ctx);
}

/// Begins a network under a name that the test chooses.
#[test_only]
public fun create_for_testing(
    network: vector<u8>,
    parameters: Parameters,
    measurements: vector<Measurement>,
    genesis_root: vector<u8>,
    ctx: &mut TxContext,
): GovernanceCap {
    begin(network, parameters, measurements, genesis_root, ctx)
}

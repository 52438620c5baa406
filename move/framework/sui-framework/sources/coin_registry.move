module sui::coin_registry;

use std::string::String;
use sui::coin::{Self, TreasuryCap};

const ENotOneTimeWitness: u64 = 8;

/// What everyone may know of a coin.
public struct Currency<phantom T> has key {
    id: UID,
    decimals: u8,
    name: String,
    symbol: String,
    description: String,
    icon_url: String,
}

public struct MetadataCap<phantom T> has key, store {
    id: UID,
}

/// A currency that is not registered yet; `finalize` consumes it.
public struct CurrencyInitializer<phantom T> {
    currency: Currency<T>,
}

public fun new_currency_with_otw<T: drop>(
    otw: T,
    decimals: u8,
    symbol: String,
    name: String,
    description: String,
    icon_url: String,
    ctx: &mut TxContext,
): (CurrencyInitializer<T>, TreasuryCap<T>) {
    assert!(sui::types::is_one_time_witness(&otw), ENotOneTimeWitness);
    let treasury_cap = coin::new_treasury_cap(ctx);
    let currency = Currency { id: object::new(ctx), decimals, name, symbol, description, icon_url };
    (CurrencyInitializer { currency }, treasury_cap)
}

public fun finalize<T>(builder: CurrencyInitializer<T>, ctx: &mut TxContext): MetadataCap<T> {
    let CurrencyInitializer { currency } = builder;
    transfer::transfer(currency, object::sui_coin_registry_address());
    MetadataCap { id: object::new(ctx) }
}

/// Datasets by their manifests (protocol section 3): what a page root stands for, write-once and open
/// to all. A network's parameters name one root; whoever wants to know what it is trained on, or
/// where a shard's hash comes from, finds it here.
module vramhub::dataset_registry;

use std::string::String;
use sui::event;
use sui::table::{Self, Table};
use vramhub::errors;
use vramhub::hparams::{GovernanceCap, Hparams, PageRange};
use vramhub::package_version;

const DIGEST_BYTES: u64 = 32;
const MAXIMUM_TEXT_BYTES: u64 = 128;
const MAXIMUM_SHARDS: u64 = 256;

public struct Datasets has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    /// By page root.
    manifests: Table<vector<u8>, Manifest>,
}

public struct Manifest has copy, drop, store {
    root: vector<u8>,
    name: String,
    licence: String,
    tokenizer_hash: vector<u8>,
    vocabulary: u32,
    token_bytes: u32,
    page_tokens: u32,
    train: PageRange,
    heldout: PageRange,
    shards: vector<Shard>,
    publisher: address,
}

/// A file of pages.
public struct Shard has copy, drop, store {
    name: String,
    bytes: u64,
    hash: vector<u8>,
}

public struct DatasetRegistered has copy, drop {
    network: vector<u8>,
    manifest: Manifest,
}

public fun new_shard(name: String, bytes: u64, hash: vector<u8>): Shard {
    check_text(&name);
    check_digest(&hash);
    assert!(bytes > 0, errors::malformed!());
    Shard { name, bytes, hash }
}

/// Registers what a page root stands for.
public fun register_dataset(
    self: &mut Datasets,
    root: vector<u8>,
    name: String,
    licence: String,
    tokenizer_hash: vector<u8>,
    vocabulary: u32,
    token_bytes: u32,
    page_tokens: u32,
    train: PageRange,
    heldout: PageRange,
    shards: vector<Shard>,
    ctx: &TxContext,
) {
    package_version::check(self.version);
    check_digest(&root);
    check_digest(&tokenizer_hash);
    check_text(&name);
    check_text(&licence);
    assert!(vocabulary > 1 && (token_bytes == 2 || token_bytes == 4), errors::malformed!());
    assert!(page_tokens > 1 && !shards.is_empty(), errors::malformed!());
    assert!(shards.length() <= MAXIMUM_SHARDS, errors::too_large!());
    assert!(!self.manifests.contains(root), errors::already_registered!());
    let manifest = Manifest {
        root,
        name,
        licence,
        tokenizer_hash,
        vocabulary,
        token_bytes,
        page_tokens,
        train,
        heldout,
        shards,
        publisher: ctx.sender(),
    };
    self.manifests.add(root, manifest);
    event::emit(DatasetRegistered { network: self.network, manifest });
}

fun check_text(text: &String) {
    assert!(!text.is_empty(), errors::malformed!());
    assert!(text.length() <= MAXIMUM_TEXT_BYTES, errors::too_large!());
}

fun check_digest(bytes: &vector<u8>) {
    assert!(bytes.length() == DIGEST_BYTES, errors::malformed!());
}

public fun has_dataset(self: &Datasets, root: vector<u8>): bool { self.manifests.contains(root) }

public fun dataset(self: &Datasets, root: vector<u8>): &Manifest { &self.manifests[root] }

public fun name(self: &Manifest): String { self.name }

public fun publisher(self: &Manifest): address { self.publisher }

public(package) fun create(network: vector<u8>, ctx: &mut TxContext) {
    transfer::share_object(Datasets {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        manifests: table::new(ctx),
    });
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Datasets, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(self.network == hparams.network(), errors::wrong_object!());
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Datasets, version: u64) {
    self.version = version;
}

#[test_only]
module vramhub::dataset_registry_tests;

use std::string::String;
use std::unit_test::assert_eq;
use sui::event;
use sui::test_scenario;
use vramhub::dataset_registry::{Self, DatasetRegistered, Datasets, Shard};
use vramhub::hparams;
use vramhub::world;

fun shards(count: u64): vector<Shard> {
    vector::tabulate!(count, |_| {
        dataset_registry::new_shard(b"shard".to_string(), 1, world::digest(b"shard"))
    })
}

fun text(bytes: u64): String { vector::tabulate!(bytes, |_| 0x61).to_string() }

/// Registers datasets as publisher @0xD under roots of the test's choice.
fun register(
    roots: vector<vector<u8>>,
    name: String,
    tokenizer_hash: vector<u8>,
    vocabulary: u32,
    token_bytes: u32,
    page_tokens: u32,
    shards: vector<Shard>,
): vector<String> {
    let mut world = world::begin();
    world.as_sender(@0xD);
    let mut datasets: Datasets = world.scenario().take_shared();
    roots.do!(|root| {
        datasets.register_dataset(
            root,
            name,
            b"Apache-2.0".to_string(),
            tokenizer_hash,
            vocabulary,
            token_bytes,
            page_tokens,
            hparams::new_page_range(0, 10),
            hparams::new_page_range(10, 2),
            shards,
            world.scenario().ctx(),
        )
    });
    assert_eq!(event::events_by_type<DatasetRegistered>().length(), roots.length());
    let names = roots.map!(|root| {
        assert!(datasets.has_dataset(root));
        assert_eq!(datasets.dataset(root).publisher(), @0xD);
        datasets.dataset(root).name()
    });
    assert!(!datasets.has_dataset(world::digest(b"unknown")));
    test_scenario::return_shared(datasets);
    world.end();
    names
}

fun root(): vector<u8> { world::digest(b"root") }

fun tokenizer(): vector<u8> { world::digest(b"tokenizer") }

#[test]
fun anybody_registers_what_a_root_stands_for() {
    let roots = vector[root(), world::digest(b"another root")];
    let names = register(roots, text(128), tokenizer(), 50_000, 4, 2_048, shards(256));
    assert_eq!(names, vector[text(128), text(128)]);
}

#[test, expected_failure(abort_code = 125, location = vramhub::dataset_registry)]
fun a_root_is_registered_once() {
    register(vector[root(), root()], text(5), tokenizer(), 256, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_root_has_32_bytes() {
    register(vector[vector[1]], text(5), tokenizer(), 256, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_tokenizer_hash_has_32_bytes() {
    register(vector[root()], text(5), vector[1], 256, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_dataset_has_a_name() {
    register(vector[root()], text(0), tokenizer(), 256, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 123, location = vramhub::dataset_registry)]
fun a_name_is_bounded() {
    register(vector[root()], text(129), tokenizer(), 256, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_vocabulary_has_two_words() {
    register(vector[root()], text(5), tokenizer(), 1, 2, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun tokens_have_two_or_four_bytes() {
    register(vector[root()], text(5), tokenizer(), 256, 3, 16, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_page_has_two_tokens() {
    register(vector[root()], text(5), tokenizer(), 256, 2, 1, shards(1));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_dataset_has_a_shard() {
    register(vector[root()], text(5), tokenizer(), 256, 2, 16, vector[]);
}

#[test, expected_failure(abort_code = 123, location = vramhub::dataset_registry)]
fun shards_are_bounded() {
    register(vector[root()], text(5), tokenizer(), 256, 2, 16, shards(257));
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_shard_is_not_empty() {
    dataset_registry::new_shard(text(1), 0, root());
}

#[test, expected_failure(abort_code = 124, location = vramhub::dataset_registry)]
fun a_shards_hash_has_32_bytes() {
    dataset_registry::new_shard(text(1), 1, vector[1]);
}

#[test, expected_failure(abort_code = 123, location = vramhub::dataset_registry)]
fun a_shards_name_is_bounded() {
    dataset_registry::new_shard(text(129), 1, root());
}

/// Enclaves and the builds they may run (protocol section 6; attack 16). A validator registers its
/// enclave by an attestation document that AWS Nitro signed and Sui verified; the key comes from the
/// document alone, and is admitted once on the whole network, ever: whoever shows a known key replays
/// somebody's document, or its own old one.
///
/// A transaction first calls `sui::nitro_attestation::load_nitro_attestation`, which reads the
/// document, demands that its certificates lead to AWS' root, and aborts with codes of its own (1:
/// cannot be read, 2: not trusted or out of time); its result goes into `register_enclave`.
module vramhub::enclave_registry;

use sui::address;
use sui::clock::Clock;
use sui::event;
use sui::nitro_attestation::NitroAttestationDocument;
use sui::table::{Self, Table};
use vramhub::errors;
use vramhub::hparams::{GovernanceCap, Hparams};
use vramhub::package_version;
use vramhub::peer_registry::Registry;

/// The oldest document that is admitted, by chain time.
const MAXIMUM_AGE_MS: u64 = 5 * 60 * 1000;

/// How far the clock of the attesting machine may run ahead of chain time.
const MAXIMUM_LEAD_MS: u64 = 60 * 1000;

const PCR_BYTES: u64 = 48;
const KEY_BYTES: u64 = 32;
const MAXIMUM_BUILDS: u64 = 16;

/// The prime of the field of edwards25519, `2^255 - 19`.
const P: u256 = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED;

/// The y coordinate of the points of order 8 is this or its negative.
const ORDER_8_Y: u256 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826;

/// The admitted builds of a network's enclaves, and every key they ever had.
public struct Enclaves has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    builds: vector<Build>,
    /// The validator of each key that was ever registered.
    keys: Table<vector<u8>, u64>,
}

/// What identifies a build of the enclave image.
public struct Measurement has copy, drop, store {
    pcr0: vector<u8>,
    pcr1: vector<u8>,
    pcr2: vector<u8>,
}

/// A build and when it is admitted; several overlap while validators move from one to the next.
public struct Build has copy, drop, store {
    measurement: Measurement,
    from_ms: u64,
    until_ms: u64,
}

/// What a verified document says that matters here.
public struct Claims has copy, drop {
    timestamp_ms: u64,
    pcr0: Option<vector<u8>>,
    pcr1: Option<vector<u8>>,
    pcr2: Option<vector<u8>>,
    public_key: Option<vector<u8>>,
}

public struct BuildScheduled has copy, drop {
    network: vector<u8>,
    build: Build,
}

public struct EnclaveRegistered has copy, drop {
    network: vector<u8>,
    validator: u64,
    epoch: u64,
    public_key: vector<u8>,
    measurement: Measurement,
    attested_at_ms: u64,
}

// === Builds ===

public fun new_measurement(pcr0: vector<u8>, pcr1: vector<u8>, pcr2: vector<u8>): Measurement {
    assert!(
        pcr0.length() == PCR_BYTES && pcr1.length() == PCR_BYTES && pcr2.length() == PCR_BYTES,
        errors::malformed!(),
    );
    Measurement { pcr0, pcr1, pcr2 }
}

/// Schedules a build, not before the unbonding delay has passed, like every change of the rules.
public fun admit_build(
    self: &mut Enclaves,
    hparams: &Hparams,
    cap: &GovernanceCap,
    measurement: Measurement,
    from_ms: u64,
    until_ms: u64,
    clock: &Clock,
) {
    self.check_change(hparams, cap, from_ms, clock);
    assert!(until_ms > from_ms, errors::bad_parameters!());
    // A debug enclave reports zeros. No policy can admit it.
    assert!(!measurement.has_zero(), errors::attestation_debug!());
    self.forget_past(clock);
    assert!(
        !self.builds.any!(|build| build.measurement == measurement),
        errors::wrong_build!(),
    );
    assert!(self.builds.length() < MAXIMUM_BUILDS, errors::too_large!());
    let build = Build { measurement, from_ms, until_ms };
    self.builds.push_back(build);
    event::emit(BuildScheduled { network: self.network, build });
}

/// Schedules the end of a build, not before the unbonding delay has passed. Enclaves that run it keep
/// their keys; new ones are refused.
public fun retire_build(
    self: &mut Enclaves,
    hparams: &Hparams,
    cap: &GovernanceCap,
    measurement: Measurement,
    until_ms: u64,
    clock: &Clock,
) {
    self.check_change(hparams, cap, until_ms, clock);
    let at = self.builds.find_index!(|build| build.measurement == measurement);
    assert!(at.is_some(), errors::wrong_build!());
    let build = &mut self.builds[at.destroy_some()];
    assert!(until_ms > build.from_ms && until_ms < build.until_ms, errors::bad_parameters!());
    build.until_ms = until_ms;
    event::emit(BuildScheduled { network: self.network, build: *build });
}

fun check_change(
    self: &Enclaves,
    hparams: &Hparams,
    cap: &GovernanceCap,
    effective_ms: u64,
    clock: &Clock,
) {
    self.check(hparams);
    hparams.check_governance(cap);
    let now_ms = clock.timestamp_ms();
    let unbonding_ms = hparams.parameters(hparams.window_at(now_ms)).unbonding_ms();
    assert!(effective_ms >= now_ms + unbonding_ms, errors::timelocked!());
}

fun forget_past(self: &mut Enclaves, clock: &Clock) {
    let now_ms = clock.timestamp_ms();
    self.builds = self.builds.filter!(|build| build.until_ms > now_ms);
}

// === Enclaves ===

/// Registers the enclave of the sender's validator in place of its last one; gives its epoch.
public fun register_enclave(
    self: &mut Enclaves,
    registry: &mut Registry,
    hparams: &Hparams,
    validator: u64,
    document: NitroAttestationDocument,
    clock: &Clock,
    ctx: &TxContext,
): u64 {
    self.register(registry, hparams, validator, claims(&document), clock, ctx)
}

fun claims(document: &NitroAttestationDocument): Claims {
    Claims {
        timestamp_ms: *document.timestamp(),
        pcr0: pcr(document, 0),
        pcr1: pcr(document, 1),
        pcr2: pcr(document, 2),
        public_key: *document.public_key(),
    }
}

fun pcr(document: &NitroAttestationDocument, index: u8): Option<vector<u8>> {
    let pcrs = document.pcrs();
    let at = pcrs.find_index!(|entry| entry.index() == index);
    if (at.is_some()) option::some(*pcrs[at.destroy_some()].value()) else option::none()
}

/// What follows once Sui has verified the document. The checks run in the local ledger's order, so
/// that one document has one code.
fun register(
    self: &mut Enclaves,
    registry: &mut Registry,
    hparams: &Hparams,
    validator: u64,
    claims: Claims,
    clock: &Clock,
    ctx: &TxContext,
): u64 {
    self.check(hparams);
    registry.check(hparams);
    registry.check_dutiful(validator, ctx);
    let now_ms = clock.timestamp_ms();
    assert!(
        claims.timestamp_ms <= now_ms + MAXIMUM_LEAD_MS
            && now_ms <= claims.timestamp_ms + MAXIMUM_AGE_MS,
        errors::attestation_expired!(),
    );
    let measurement = claims.measurement();
    assert!(!measurement.has_zero(), errors::attestation_debug!());
    assert!(self.admits(&measurement, now_ms), errors::attestation_measurement!());
    assert!(claims.public_key.is_some_and!(|key| is_usable(key)), errors::attestation_key!());
    let public_key = claims.public_key.destroy_some();
    assert!(!self.keys.contains(public_key), errors::attestation_replayed!());
    self.keys.add(public_key, validator);
    let epoch = registry.set_enclave(validator, public_key);
    event::emit(EnclaveRegistered {
        network: self.network,
        validator,
        epoch,
        public_key,
        measurement,
        attested_at_ms: claims.timestamp_ms,
    });
    epoch
}

fun measurement(self: &Claims): Measurement {
    assert!(
        self.pcr0.is_some() && self.pcr1.is_some() && self.pcr2.is_some(),
        errors::attestation_measurement!(),
    );
    Measurement { pcr0: *self.pcr0.borrow(), pcr1: *self.pcr1.borrow(), pcr2: *self.pcr2.borrow() }
}

fun has_zero(self: &Measurement): bool {
    is_zero(&self.pcr0) || is_zero(&self.pcr1) || is_zero(&self.pcr2)
}

fun is_zero(bytes: &vector<u8>): bool {
    bytes.all!(|byte| *byte == 0)
}

/// Whether an enclave of this build may be registered at a time.
public fun admits(self: &Enclaves, measurement: &Measurement, time_ms: u64): bool {
    self.builds.any!(|build| {
        &build.measurement == measurement && build.from_ms <= time_ms && time_ms < build.until_ms
    })
}

/// Whether the bytes can be the Ed25519 key of a signer: one canonical encoding, and none of a point
/// of small order, under which anybody can make signatures.
///
/// The points of small order are those whose y is 0, 1, -1, or that of order 8 or its negative. A
/// point off the curve is let through: no signature verifies under it.
fun is_usable(key: &vector<u8>): bool {
    if (key.length() != KEY_BYTES) return false;
    let mut big_endian = *key;
    big_endian.reverse();
    let y = address::from_bytes(big_endian).to_u256() & ((1 << 255) - 1);
    y < P && y > 1 && y != P - 1 && y != ORDER_8_Y && y != P - ORDER_8_Y
}

// === The object ===

/// Makes the enclave registry of a network that begins, with the builds it admits from the start.
public(package) fun create(
    network: vector<u8>,
    measurements: vector<Measurement>,
    ctx: &mut TxContext,
) {
    assert!(measurements.length() <= MAXIMUM_BUILDS, errors::too_large!());
    let builds = measurements.map!(|measurement| {
        assert!(!measurement.has_zero(), errors::attestation_debug!());
        let build = Build { measurement, from_ms: 0, until_ms: std::u64::max_value!() };
        event::emit(BuildScheduled { network, build });
        build
    });
    transfer::share_object(Enclaves {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        builds,
        keys: table::new(ctx),
    });
}

fun check(self: &Enclaves, hparams: &Hparams) {
    package_version::check(self.version);
    hparams.check();
    assert!(self.network == hparams.network(), errors::wrong_object!());
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Enclaves, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(self.network == hparams.network(), errors::wrong_object!());
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Enclaves, version: u64) {
    self.version = version;
}

/// Registers an enclave by what a verified document would say; the VM of the tests verifies none.
#[test_only]
public fun register_for_testing(
    self: &mut Enclaves,
    registry: &mut Registry,
    hparams: &Hparams,
    validator: u64,
    timestamp_ms: u64,
    pcr0: Option<vector<u8>>,
    pcr1: Option<vector<u8>>,
    pcr2: Option<vector<u8>>,
    public_key: Option<vector<u8>>,
    clock: &Clock,
    ctx: &TxContext,
): u64 {
    let claims = Claims { timestamp_ms, pcr0, pcr1, pcr2, public_key };
    self.register(registry, hparams, validator, claims, clock, ctx)
}

/// The version of this package. Every shared object carries the version that may touch it, so that
/// after an upgrade the rules of the older package can no longer be played on it.
module vramhub::package_version;

use vramhub::errors;

const CURRENT: u64 = 1;

public fun current(): u64 { CURRENT }

/// Demands that an object is of this package's version.
public(package) fun check(version: u64) {
    assert!(version == CURRENT, errors::wrong_version!());
}

/// The version an older object is migrated to; there is no way back.
public(package) fun migrated(version: u64): u64 {
    assert!(version < CURRENT, errors::wrong_version!());
    CURRENT
}

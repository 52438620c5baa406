/**
 * Canonical byte forms (BCS) of everything that is signed, hashed or sent between host and enclave,
 * and the domain-separated hashes over them (protocol sections 5 and 6). Everything here is pure:
 * equal values give equal bytes, and bytes that another writer could not have produced are refused.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.message;

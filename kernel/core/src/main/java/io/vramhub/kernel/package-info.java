/**
 * The reactive kernel: what a node does in each window, whatever chain, storage, framework and
 * enclave it was given.
 *
 * <p>Everything here is non-blocking except where a name says otherwise, takes its time from an
 * injected scheduler and chain time, and can be cancelled at any moment without doing anything
 * twice.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel;

/**
 * A Seal key server as a guest of a node: it follows the chain, and gives the key of an identity to
 * whom the chain's rules admit. {@code FetchKey} is the one path a request takes; every answer is
 * in the {@code AuditLog} before it leaves.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.server;

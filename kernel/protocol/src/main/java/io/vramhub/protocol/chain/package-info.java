/**
 * The chain's state as one fold over its events. The ledger, the nodes, the auditor and the
 * explaining commands all apply the same {@link io.vramhub.protocol.chain.ChainState}, so they
 * cannot disagree on what an event means.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.protocol.chain;

/**
 * What Seal's clients and key servers exchange, to the byte: the transaction that asks for
 * approval, the session a user signs, and the signatures over both. No I/O, no clock.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.seal.wire;

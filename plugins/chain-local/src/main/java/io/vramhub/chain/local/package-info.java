/**
 * The local ledger: a whole chain in one file, for development networks, tests and anyone who wants
 * to read the protocol as running rules. {@code LedgerRules} decides a call as a pure function of
 * the folded state, {@code LedgerStore} keeps calls and events on H2, {@code Ledger} is the single
 * writer between them, and {@code LedgerServer} lends it to other processes of the same machine.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.chain.local;

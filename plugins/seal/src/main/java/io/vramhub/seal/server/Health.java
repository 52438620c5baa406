package io.vramhub.seal.server;

/**
 * How the server is, for its operator and whoever watches it.
 *
 * @param status {@code ready}, or why not
 * @param id its object id
 * @param publicKey what is sealed for it, 96 bytes in hex
 * @param sequence of the last event it has heard of
 * @param auditEntries how many requests its audit log holds
 * @param auditHash the hash of the last, which vouches for all of them
 */
record Health(
    String status,
    String id,
    String publicKey,
    long sequence,
    long auditEntries,
    String auditHash) {}

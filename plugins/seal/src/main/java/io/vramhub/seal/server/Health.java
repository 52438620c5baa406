package io.vramhub.seal.server;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the server is, for its operator and whoever watches it. Names are in the manner of Seal's.
 *
 * @param status {@code ready}, or why not
 * @param serviceId its object id
 * @param publicKey what is sealed for it, 96 bytes in hex
 * @param sequence of the last event it has heard of
 * @param auditEntries how many requests its audit log holds
 * @param auditHash the hash of the last, which vouches for all of them
 */
record Health(
    @JsonProperty("status") String status,
    @JsonProperty("service_id") String serviceId,
    @JsonProperty("public_key") String publicKey,
    @JsonProperty("sequence") long sequence,
    @JsonProperty("audit_entries") long auditEntries,
    @JsonProperty("audit_hash") String auditHash) {}

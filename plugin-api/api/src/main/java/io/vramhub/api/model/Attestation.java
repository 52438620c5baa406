package io.vramhub.api.model;

/** A COSE_Sign1 attestation document, as an enclave hands it out. */
public record Attestation(Bytes document) {}

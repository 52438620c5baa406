package io.vramhub.api.model;

/** An amount of VRAM credited by a finalized window, claimed later by its payee. */
public record Credit(Payee payee, Coins amount) {}

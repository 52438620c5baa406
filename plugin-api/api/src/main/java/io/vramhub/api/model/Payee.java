package io.vramhub.api.model;

/** Who a credit belongs to. */
public sealed interface Payee {
  record Miner(MinerUid uid) implements Payee {}

  record Validator(ValidatorUid uid) implements Payee {}

  record Treasury() implements Payee {}
}

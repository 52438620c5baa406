package io.vramhub.tck;

/** What a sealer can do wrong, and the test of the contract that finds it out. */
enum SealerFault {
  NONE(""),
  LOSES_LONG_SECRETS("opensToWhomThePolicyAdmits"),
  OPENS_TO_ANYONE("opensToNobodyElse"),
  BELIEVES_A_UID("aUidTakesItsOwnersKey"),
  DOES_NOT_SEAL("showsNothingOfTheSecret"),
  IGNORES_THE_POLICY("opensUnderItsOwnPolicyAlone"),
  IGNORES_CHANGES("opensNothingThatWasChanged");

  private final String foundBy;

  SealerFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}

package io.vramhub.tck;

/** What a chain adapter can do wrong, and the test of the contract that finds it out. */
enum ChainFault {
  NONE(""),
  ANOTHER_NETWORK("beginsWithItsNetwork"),
  CLOCK_STANDS_AT_ZERO("headTellsTheNewestEventAndATimeThatNeverGoesBack"),
  SKIPS_AN_EVENT("eventsComeInOrderWithoutGapsFromAnyPlace"),
  ENDS_AT_THE_HEAD("eventsFollowTheChainNoFasterThanTheyAreAsked"),
  IGNORES_DEMAND("eventsFollowTheChainNoFasterThanTheyAreAsked"),
  ONE_PLACE_FOR_ALL("manyWaitForOneEventAndEachHasItsOwnPlace"),
  A_FOLLOWER_THAT_LEAVES_ENDS_ALL("followersThatLeaveAreNoBurden"),
  EMPTY_RECEIPTS("aReceiptCarriesTheRecordsOfTheChain"),
  FORGETS_KEYS("aCallUnderAKnownKeyHasNoSecondEffect"),
  ACTS_BEFORE_IT_IS_ASKED("nothingHappensBeforeSomebodySubscribes"),
  REMEMBERS_REFUSALS("aRefusalIsAValueThatChangesNothingAndIsNotRemembered"),
  KEYS_ARE_COMMON("nobodyUsesTheKeyOfAnother"),
  LOSES_CALLS_AT_A_TIME("callsOfManyAtATimeEachHappenOnce"),
  FOLLOWS_FOR_EVER("closingEndsTheEventsThatAreFollowed");

  private final String foundBy;

  ChainFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}

package io.vramhub.tck;

/** What a rating can do wrong, and the test of the contract that finds it out. */
enum RatingFault {
  NONE(""),
  FORGETS_A_MINER("ratesEveryEntrantAndNobodyElse"),
  LOVES_LOW_NUMBERS("equalsWithEqualRanksAreTreatedAlike"),
  REWARDS_LOSERS("amongEqualsABetterRankNeverRatesLower"),
  DRAWS_LOTS("answersTheSameForTheSameRound"),
  KEEPS_STATE("answersTheSameOnManyThreadsAtATime"),
  REMEMBERS("remembersNothing"),
  OFF_BY_A_BILLIONTH("answersTheFixedHistoryAsPinned"),
  PAYS_EVERYBODY("paysEligibleMinersOnly"),
  PAYS_SOMEBODY_ALWAYS("paysNobodyWhereNobodyIsEligible"),
  PAYS_THE_WORST("neverPaysABetterRatingLess"),
  PAYS_THE_FIRST("paysTheSameWhateverTheOrderOfTheStandings");

  private final String foundBy;

  RatingFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}

package io.vramhub.tck;

/** What a node service can do wrong, and the test of the contract that finds it out. */
enum GuestFault {
  NONE(""),
  NO_PAGE("answersItsPage"),
  HEADERS_WITH_LINE_BREAKS("headersAreLinesOfHttp"),
  EVERYTHING_IS_THERE("whatIsNotThereIsNotFound"),
  EVERYTHING_IS_ALLOWED("whatNobodyMayAskIsRefused"),
  READS_WHATEVER_IS_SENT("readsNoBodyThatItHasNoUseFor"),
  SENDS_ALL_AT_ONCE("sendsNoFasterThanTheClientReads");

  private final String foundBy;

  GuestFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}

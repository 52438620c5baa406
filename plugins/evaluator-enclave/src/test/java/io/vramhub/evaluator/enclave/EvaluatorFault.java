package io.vramhub.evaluator.enclave;

/** What an evaluator can do wrong, and the test of the contract that finds it out. */
enum EvaluatorFault {
  NO_NONCE("attestsOneKeyUnderEveryNonce"),
  ANOTHER_VALIDATOR("reportsOnWhatWasAskedAndOnNothingElse"),
  A_LITTLE_MORE_GAIN("measuresToTheBit"),
  FOREIGN_SIGNATURE("signsUnderTheAttestedKey"),
  ANOTHER_ANSWER_EACH_TIME("reportsTheSameWhenItIsAskedAgain"),
  REFUSALS_THAT_CALL_FOR_REPEATS("refusesACheckpointItWasNotGiven"),
  SCORES_WITHOUT_PAGES("refusesPagesThatAreNotTheDrawnOnes"),
  READS_A_FILE_ONCE("passesOnTheErrorOfAFileAndReadsItAnew");

  private final String foundBy;

  EvaluatorFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}
